private static readonly HttpClient Client = new HttpClient { BaseAddress = new Uri("https://lumen.centercode.com/") };
public async Task Send(Ticket t) {
    var body = JsonSerializer.Serialize(t);
    using var req = new HttpRequestMessage(HttpMethod.Post, "api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa");
    req.Content = new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json);
    var res = await Client.SendAsync(req);
}
