try {
  Invoke-RestMethod -Method Post -Uri "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa" -Body '{"summary":"a"}' -ContentType 'application/json'
} catch { $_ }
