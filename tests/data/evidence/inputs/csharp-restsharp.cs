var client = new HttpClient();
var request = new HttpRequestMessage(HttpMethod.Post, "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa");
var content = new StringContent("{\r\n  \"summary\": \"Freeze\",\r\n  \"severity\": \"high\"\r\n}", null, "application/json");
request.Content = content;
var response = await client.SendAsync(request);
response.EnsureSuccessStatusCode();
