<?php
// Answers a JSON list of the files that PHP saw.
$rows = [];
foreach ($_FILES as $name => $file) {
    if (is_array($file['name'])) {
        $file = array_map(fn ($all) => reset($all), $file);
    }
    $is_whole = $file['error'] === UPLOAD_ERR_OK;
    $rows[] = [
        'name' => $name,
        'filename' => $file['full_path'],
        'type' => $file['type'],
        'size' => $file['size'],
        'sha256' => $is_whole ? hash_file('sha256', $file['tmp_name']) : "error {$file['error']}",
    ];
}
header('Content-Type: application/json');
echo json_encode($rows, JSON_INVALID_UTF8_SUBSTITUTE);
