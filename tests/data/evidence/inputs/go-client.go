package main

import (
  "net/http"
  "strings"
)

func main() {
  url := "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa"
  payload := strings.NewReader(`{
  "summary": "Freeze",
  "severity": "high"
}`)
  req, err := http.NewRequest("POST", url, payload)
  req.Header.Add("Content-Type", "application/json")
  res, err := http.DefaultClient.Do(req)
}
