var options = new RestClientOptions("https://lumen.centercode.com")
{
  MaxTimeout = -1,
};
var client = new RestClient(options);
var request = new RestRequest("/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", Method.Post);
request.AddHeader("Content-Type", "application/json");
var body = @"{""summary"":""Crash""}";
request.AddStringBody(body, DataFormat.Json);
RestResponse response = await client.ExecuteAsync(request);
