using var client = new HttpClient();
var json = @"{""summary"":""Freeze""}";
var response = await client.PostAsync("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", new StringContent(json, Encoding.UTF8, "application/json"));
