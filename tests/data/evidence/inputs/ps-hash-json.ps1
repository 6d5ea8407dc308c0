$body = @{
    summary  = "Freeze"
    severity = "High"
} | ConvertTo-Json

Invoke-RestMethod -Uri "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa" -Method Post -Body $body -ContentType "application/json"
