import http from 'k6/http';
export default function () {
  const payload = JSON.stringify({ summary: 'Freeze', severity: 'high' });
  http.post('https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa', payload, { headers: { 'Content-Type': 'application/json' } });
}
