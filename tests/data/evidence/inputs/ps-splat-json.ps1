$params = @{
  Method = "POST"
  Uri = "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa"
  Headers = @{ "Content-Type" = "application/json" }
  Body = (@{ summary = "Freeze" } | ConvertTo-Json)
}
Invoke-RestMethod @params
