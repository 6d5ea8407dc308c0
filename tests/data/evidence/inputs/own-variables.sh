curl --variable key=9c4e17b0aa --expand-url 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey={{key:url}}' --json '{"summary":"Sync stalls","severity":"Urgent"}'
