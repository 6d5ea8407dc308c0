import requests

url = "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop"
querystring = {"apiKey": "9c4e17b0aa"}
payload = {"summary": "Freeze", "severity": "High", "description": None}
headers = {"Content-Type": "application/json"}

response = requests.post(url, json=payload, headers=headers, params=querystring)
print(response.json())
