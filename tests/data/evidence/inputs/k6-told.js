import http from 'k6/http';
import { check } from 'k6';

export default function () {
  const res = http.post('https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86', JSON.stringify({ summary: 'Load test', severity: 'Low' }), { headers: { 'Content-Type': 'application/json' } });
  check(res, { created: (r) => r.status === 201 });
}

// WARN[0003] Request Failed                                error="Post \"https://feedback.example.com/api/v1/projects/aurora-2/feedback/helpdesk?apiKey=7b1e94d0c35f4a86\": tls: failed to verify certificate: x509: certificate is valid for *.contoso.example, not feedback.example.com"
