fetch("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", {
  "headers": {
    "accept": "application/json",
    "content-type": "application/json"
  },
  "body": "{\"summary\":\"a\",\"severity\":\"high\"}",
  "method": "POST",
  "mode": "cors"
});
