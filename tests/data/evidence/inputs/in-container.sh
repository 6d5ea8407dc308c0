docker run --rm -v "$PWD:/work" curlimages/curl:8.9.1 -sS -F "trace=@/work/trace.zip" "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/815/files/trace?apiKey=9c4e17b0aa"
