FROM debian:12
ENV KEY=9c4e17b0aa
RUN curl -X POST "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=$KEY" \
    # the type is needed
    -H 'Content-Type: application/json' \
    -d '{"summary":"Sync stalls","severity":"Urgent"}'
