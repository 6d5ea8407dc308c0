string json = $"{{\"summary\": \"{title}\", \"severity\": \"high\"}}";
var r = await http.PostAsync($"https://lumen.centercode.com/api/v1/projects/{project}/feedback/{source}?apiKey={key}", new StringContent(json, Encoding.UTF8, "application/json"));
