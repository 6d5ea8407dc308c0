fetch("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa", {
    method: "POST",
    cache: "default",
    credentials: "include",
    headers: {
        "Accept": "*/*",
        "Content-Type": "text/plain;charset=UTF-8",
        "User-Agent": "Mozilla/5.0 (Macintosh) Safari/605.1.15"
    },
    body: "{\"summary\":\"Freeze\"}",
    mode: "cors",
    redirect: "follow",
    referrer: "https://app.lumen.example/",
    referrerPolicy: "no-referrer"
})
