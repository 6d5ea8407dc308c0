using var client = new HttpClient();
using var form = new MultipartFormDataContent();
form.Add(new StreamContent(File.OpenRead("crash.zip")), "logfile", "crash.zip");
var answer = await client.PostAsync("https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk/4711/files/logfile?apiKey=7b1e94d0c35f4a86", form);
Console.WriteLine(answer);

// StatusCode: 413, ReasonPhrase: 'Request Entity Too Large', Version: 1.1, Content: System.Net.Http.HttpConnectionResponseContent, Headers:
// {
//   Server: nginx/1.24.0
//   Date: Tue, 04 Mar 2025 10:11:12 GMT
//   Content-Type: text/html
//   Content-Length: 183
// }
