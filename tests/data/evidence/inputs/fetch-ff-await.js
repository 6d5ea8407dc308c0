await fetch("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", {
    "credentials": "omit",
    "headers": {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
        "Content-Type": "application/json"
    },
    "body": "{\"summary\":\"Freeze\"}",
    "method": "POST",
    "mode": "cors"
});
