package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
)

const (
	host    = "https://novaline.centercode.com"
	project = "orbit24"
	source  = "fieldreports"
)

func main() {
	url := fmt.Sprintf("%s/api/v1/projects/%s/feedback/%s?apiKey=%s", host, project, source, os.Getenv("CC_KEY"))
	body := []byte(`{"summary": "Dock LED stays amber", "severity": "Low"}`)
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		panic(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
}
