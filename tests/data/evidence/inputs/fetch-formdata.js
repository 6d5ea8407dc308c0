const form = new FormData();
form.append('logfile', fileInput.files[0], 'app.log');
fetch('https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/9001/files/logfile?apiKey=9c4e17b0aa', { method: 'POST', body: form, headers: { 'Content-Type': 'multipart/form-data' } });
