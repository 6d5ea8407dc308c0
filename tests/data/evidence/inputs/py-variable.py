import requests, os
API = os.environ["CC_KEY"]
def send(title):
    return requests.post(f"https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey={API}", json={"summary": title})
