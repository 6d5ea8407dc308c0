req, err := http.NewRequest(http.MethodPost, "https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86", strings.NewReader(`{"summary":"Sync stops","severity":"High"}`))
if err != nil {
	log.Fatal(err)
}
req.Header.Set("Content-Type", "application/json")
resp, err := http.DefaultClient.Do(req)
if err != nil {
	log.Fatal(err)
}

// 2026/06/11 09:14:02 Post "https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86": dial tcp: lookup feedback.example.com on 10.0.0.2:53: no such host
// exit status 1
