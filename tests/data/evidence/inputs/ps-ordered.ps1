$payload = [ordered]@{ summary = "Freeze"; areas = @("Editor", "Sync"); rating = 3 }
$json = $payload | ConvertTo-Json -Compress
$r = Invoke-RestMethod "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa" -Method POST -Body $json -ContentType 'application/json; charset=utf-8'
$r
