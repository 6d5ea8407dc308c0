// Receivers of multipart/form-data in JavaScript: `node node_servers.js KIND PORT FOLDER` with busboy, formidable or multer from FOLDER, or
// with what Node itself has. Each answers a JSON list of what it saw.

const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const [kind, port, folder] = process.argv.slice(2);
const from = name => require(require.resolve(name, {paths: [folder]}));
const hash = bytes => crypto.createHash('sha256').update(bytes).digest('hex');
const answer = (response, status, body) => {
  response.writeHead(status, {'Content-Type': 'application/json; charset=utf-8'});
  response.end(JSON.stringify(body));
};

const seen = {
  busboy(request, response) {
    const rows = [];
    let form;
    try {
      form = from('busboy')({headers: request.headers, defParamCharset: 'utf8'});
    } catch (error) {
      return answer(response, 400, String(error));
    }
    form.on('file', (name, stream, info) => {
      const digest = crypto.createHash('sha256');
      const row = {name, filename: info.filename ?? null, type: info.mimeType, size: 0};
      rows.push(row);
      stream.on('data', chunk => { digest.update(chunk); row.size += chunk.length; });
      stream.on('end', () => { row.sha256 = digest.digest('hex'); });
    });
    form.on('error', error => answer(response, 400, String(error)));
    form.on('close', () => answer(response, 200, rows));
    request.pipe(form);
  },

  formidable(request, response) {
    const options = {allowEmptyFiles: true, minFileSize: 0, maxFileSize: 200 << 20, uploadDir: process.cwd()};
    from('formidable').formidable(options).parse(request, (error, _, files) => {
      if (error) return answer(response, error.httpCode || 400, String(error));
      const list = Object.entries(files).flatMap(([name, all]) => all.map(file => ({name, file})));
      answer(response, 200, list.map(({name, file}) => {
        const bytes = fs.readFileSync(file.filepath);
        fs.unlinkSync(file.filepath);
        return {name, filename: file.originalFilename, type: file.mimetype, size: bytes.length, sha256: hash(bytes)};
      }));
    });
  },

  multer(request, response) {
    const multer = from('multer');
    multer({storage: multer.memoryStorage()}).any()(request, response, error => {
      if (error) return answer(response, 400, String(error));
      const rows = request.files.map(file => ({
        name: file.fieldname, filename: file.originalname, type: file.mimetype, size: file.size, sha256: hash(file.buffer),
      }));
      answer(response, 200, rows);
    });
  },

  async fetch(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const form = await new Response(Buffer.concat(chunks), {headers: {'Content-Type': request.headers['content-type']}}).formData();
      const rows = [];
      for (const [name, file] of form) {
        if (typeof file === 'string') continue;
        const bytes = Buffer.from(await file.arrayBuffer());
        rows.push({name, filename: file.name, type: file.type, size: bytes.length, sha256: hash(bytes)});
      }
      answer(response, 200, rows);
    } catch (error) {
      answer(response, 400, String(error));
    }
  },
}[kind];

http.createServer(seen).listen(Number(port), '127.0.0.1');
