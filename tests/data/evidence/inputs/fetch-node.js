fetch("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", {
  "headers": {
    "accept": "*/*",
    "content-type": "application/json",
    "cookie": "sid=1",
    "Referer": "https://app.lumen.example/"
  },
  "body": "{\"summary\":\"Freeze\",\"severity\":\"high\"}",
  "method": "POST"
});
