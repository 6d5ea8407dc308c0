curl -X POST -H @head.txt -d '{"summary":"Sync stalls","severity":"Urgent"}' 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa'
