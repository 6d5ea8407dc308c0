const res = await fetch('https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ summary: 'Freeze', severity: "High", areas: ['Editor'] }),
});
console.log(res.status);
