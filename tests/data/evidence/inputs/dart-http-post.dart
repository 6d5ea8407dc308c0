final antwort = await http.post(
  Uri.parse('https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa'),
  headers: {'Content-Type': 'application/json; charset=UTF-8'},
  body: jsonEncode(<String, String>{'summary': 'Crash'}),
);
