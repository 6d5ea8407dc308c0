import requests
r = requests.post("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", data={"summary": "Freeze"})
