$uri = "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=$env:CENTERCODE_KEY"
Invoke-RestMethod -Uri $uri -Method Post -ContentType application/json -Body '{"summary":"Freeze","severity":"High"}'
