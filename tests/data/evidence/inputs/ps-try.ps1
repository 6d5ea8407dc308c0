try {
    $resp = Invoke-WebRequest -Uri "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa" -Method POST -Body '{"summary":"Freeze","severity":"High"}' -ContentType "application/json"
    Write-Host $resp.StatusCode
}
catch {
    Write-Host $_.Exception.Message
}
