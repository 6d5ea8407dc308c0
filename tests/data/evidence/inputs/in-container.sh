docker run --rm -v "$PWD:/data" curlimages/curl:8.9.1 -sS -F "logfile=@/data/trace.zip" "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/815/files/logfile?apiKey=9c4e17b0aa"
