var url = "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa";
var json = JsonConvert.SerializeObject(new { summary = "Freeze", severity = "high" });
var response = await _httpClient.PostAsync(url, new StringContent(json, Encoding.UTF8, "application/json"));
