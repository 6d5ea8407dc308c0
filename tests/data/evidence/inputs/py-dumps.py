import json, requests
payload = json.dumps({
  "summary": "Freeze",
  "severity": "high"
})
headers = {
  'Content-Type': 'application/json'
}
response = requests.request("POST", "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", headers=headers, data=payload)
print(response.text)
