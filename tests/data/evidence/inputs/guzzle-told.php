$client = new \GuzzleHttp\Client(['base_uri' => 'https://feedback.example.com']);
$res = $client->request('POST', '/api/v1/projects/aurora-2/feedback/helpdesk', [
    'query' => ['apiKey' => '7b1e94d0c35f4a86'],
    'form_params' => ['summary' => 'Sync stops', 'severity' => 'High'],
]);

PHP Fatal error:  Uncaught GuzzleHttp\Exception\ClientException: Client error: `POST https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86` resulted in a `400 Bad Request` response:
{"status":400,"description":"Bad request"}
 in /var/www/html/vendor/guzzlehttp/guzzle/src/Exception/RequestException.php:113
