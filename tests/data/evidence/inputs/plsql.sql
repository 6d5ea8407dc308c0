begin
  apex_web_service.g_request_headers(1).name  := 'Content-Type';
  apex_web_service.g_request_headers(1).value := 'application/json';
  :answer := apex_web_service.make_rest_request(
    p_url         => 'https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86',
    p_http_method => 'POST',
    p_body        => '{"summary":"Batch failed"}');
end;
/
ORA-29273: HTTP request failed
ORA-06512: at "SYS.UTL_HTTP", line 380
ORA-29024: Certificate validation failure
ORA-06512: at "APEX_220200.WWV_FLOW_WEB_SERVICES", line 1182
