<?php
require 'vendor/autoload.php';

use GuzzleHttp\Client;

$client = new Client(['base_uri' => 'https://beta.harrowgate.example', 'timeout' => 20.0]);

$res = $client->request('POST', '/api/v1/projects/hg-77/feedback/kiosk', [
    'query'   => ['apiKey' => 'Hq55-ab_Z'],
    'headers' => ['Accept' => 'application/json'],
    'json'    => [
        'summary'  => 'Barcode not read',
        'severity' => 'Minor',
        'terminal' => gethostname(),
    ],
]);
echo $res->getStatusCode();
