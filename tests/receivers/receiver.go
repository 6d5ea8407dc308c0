// Answers a JSON list of the files that Go's net/http saw.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
)

type row struct {
	Name     string `json:"name"`
	Filename string `json:"filename"`
	Type     string `json:"type"`
	Size     int64  `json:"size"`
	Sha256   string `json:"sha256"`
}

func seen(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer r.MultipartForm.RemoveAll()
	rows := []row{}
	for name, files := range r.MultipartForm.File {
		for _, header := range files {
			file, err := header.Open()
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			digest := sha256.New()
			size, _ := io.Copy(digest, file)
			file.Close()
			rows = append(rows, row{name, header.Filename, header.Header.Get("Content-Type"), size, hex.EncodeToString(digest.Sum(nil))})
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(rows)
}

// Takes what the mux would redirect, such as an address with two slashes.
func main() {
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(seen)))
}
