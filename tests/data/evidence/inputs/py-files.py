import requests
files = {"logfile": ("app.log", open("app.log", "rb"), "text/plain")}
r = requests.post("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/9001/files/logfile?apiKey=9c4e17b0aa", files=files, headers={"Content-Type": "multipart/form-data"})
