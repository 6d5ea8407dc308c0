$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
$session.Cookies.Add((New-Object System.Net.Cookie("ASP.NET_SessionId", "q1w2e3", "/", "lumen.centercode.com")))
Invoke-WebRequest -UseBasicParsing -Uri "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa" `
-Method "POST" `
-WebSession $session `
-Headers @{
"authority"="lumen.centercode.com"
  "method"="POST"
  "path"="/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa"
  "scheme"="https"
  "accept"="*/*"
  "origin"="https://app.lumen.example"
} `
-ContentType "application/json" `
-Body "{`"summary`":`"Freeze`",`"severity`":`"High`"}"
