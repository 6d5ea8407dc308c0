$headers = New-Object "System.Collections.Generic.Dictionary[[String],[String]]"
$headers.Add("Accept", 'text/html')
$headers.Add("Content-Type", 'application/json')

$body = "{`"summary`":`"Crash`"}"

$response = Invoke-RestMethod 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa' -Method 'POST' -Headers $headers -Body $body
$response | ConvertTo-Json
