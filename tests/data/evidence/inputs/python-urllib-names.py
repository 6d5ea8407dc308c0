import json
from urllib.request import Request, urlopen

kopf = {"Content-Type": "application/json"}
daten = json.dumps({"summary": "Crash"}).encode()
mit = Request("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", data=daten, headers=kopf)
with urlopen(mit) as f:
    print(f.status)
