$base = "https://lumen.centercode.com"
$project = "spring26"
$key = '9c4e17b0aa'
$uri = "$base/api/v1/projects/$project/feedback/desktop?apiKey=$key"
Invoke-RestMethod -Uri $uri -Method Post -ContentType application/json -Body '{"summary":"Freeze","severity":"High"}'
