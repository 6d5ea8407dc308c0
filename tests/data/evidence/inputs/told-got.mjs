import got from 'got';

const ticket = await got.post('https://beta.harrowgate.example/api/v1/projects/hg-77/feedback/kiosk', {
  searchParams: { apiKey: 'Hq55-ab_Z' },
  json: {
    summary: 'Receipt printer jams',
    severity: 'High',
    store: Number(process.argv[2]),
  },
  retry: { limit: 0 },
  timeout: { request: 20_000 },
}).json();
console.log(ticket);
