declare
  l_answer clob;
begin
  apex_web_service.set_request_headers(
    p_name_01  => 'Content-Type',
    p_value_01 => 'application/json');
  l_answer := apex_web_service.make_rest_request(
    p_url         => 'https://beta.harrowgate.example/api/v1/projects/hg-77/feedback/kiosk?apiKey=Hq55-ab_Z',
    p_http_method => 'POST',
    p_body        => '{"summary":"Till won''t open","severity":"Major"}');
  dbms_output.put_line(apex_web_service.g_status_code);
end;
/
