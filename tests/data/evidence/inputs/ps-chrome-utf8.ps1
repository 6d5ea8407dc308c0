Invoke-WebRequest -UseBasicParsing -Uri "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa" `
-Method "POST" `
-ContentType "application/json; charset=UTF-8" `
-Body ([System.Text.Encoding]::UTF8.GetBytes("{`"summary`":`"Gr$([char]252)n $([char]55357)$([char]56832)`"}"))
