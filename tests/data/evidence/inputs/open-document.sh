BUILD=26.1
curl -X POST 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa' -H 'Content-Type: application/json' --data @- <<END
{"summary":"Sync stalls in $BUILD","severity":"Urgent","note":"\$HOME"}
END
