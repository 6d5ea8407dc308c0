<?php
$ch = curl_init();
curl_setopt($ch, CURLOPT_URL, 'https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86');
curl_setopt($ch, CURLOPT_POST, true);
curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
curl_setopt($ch, CURLOPT_POSTFIELDS, json_encode(array('summary' => 'Sync stops', 'severity' => 'High')));
$answer = curl_exec($ch);
echo curl_getinfo($ch, CURLINFO_HTTP_CODE), ' ', $answer;
