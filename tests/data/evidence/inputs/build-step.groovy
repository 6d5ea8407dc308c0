stage('Report') {
  steps {
    sh '''
      curl -X POST "https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa" \\
        -H 'Content-Type: application/json' \\
        -d '{"summary":"Sync stalls","severity":"Urgent"}'
    '''
  }
}
