// Stands in for k6, which no package registry has: runs a script of k6 in a context that has what k6 has and nothing else, each virtual
// user in a context of its own. What k6 does not know is an error, and so is a file that is opened once the script runs.
//
//   node --experimental-vm-modules k6.mjs SCRIPT [VUS ITERATIONS]
//
// Prints what came of it as JSON, and ends with 99 where a threshold is crossed, as k6 does.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import vm from 'node:vm';
import { MessageChannel, Worker, isMainThread, receiveMessageOnPort, workerData } from 'node:worker_threads';

/** Sends what the main thread asks for, which waits until `signal` says that an answer is there. */
function serve({ port, signal }) {
  port.on('message', ({ url, headers, body }) => {
    const done = (answer) => {
      port.postMessage(answer);
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
    };
    const request = http.request(url, { method: 'POST', headers, agent: false }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => done({ status: response.statusCode, headers: response.rawHeaders, body: Buffer.concat(pieces).toString() }));
    });
    request.on('error', (error) => done({ error: `Post "${url}": ${error.message}` }));
    request.end(body);
  });
}

function only(object, names, what) {
  for (const name of Object.keys(object)) {
    if (!names.includes(name)) throw new Error(`k6 has no ${what} ${name}`);
  }
}

/** A multipart body as k6 writes it. */
function multipart(parts) {
  const boundary = 'b'.repeat(8) + Math.random().toString(16).slice(2);
  const quoted = (text) => text.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
  const pieces = Object.entries(parts).flatMap(([name, part]) => {
    if (!(part.data instanceof ArrayBuffer)) throw new Error(`the part ${name} is no file that was opened`);
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${quoted(part.filename)}"\r\n`
      + `Content-Type: ${part.content_type}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(part.data), Buffer.from('\r\n')];
  });
  return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]) };
}

function run(script, vusAsked, iterationsAsked) {
  const { port1: port, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: { port: port2, signal }, transferList: [port2] });
  const arrays = new Map();
  const seen = { iterations: 0, requests: {}, unexpected: 0, checks: {} };
  let options = {};
  let iteration = 0;
  let isInit = true;

  function post(url, body, params = {}) {
    only(params, ['headers', 'redirects', 'tags', 'timeout', 'responseCallback'], 'parameter');
    if (params.redirects !== 0) throw new Error('a redirect would be followed');
    const headers = { 'User-Agent': 'k6 stand-in', ...params.headers };
    let bytes = body;
    if (typeof body !== 'string') {
      const written = multipart(body);
      headers['Content-Type'] ??= written.type;
      bytes = written.body;
    }
    headers['Content-Length'] = Buffer.byteLength(bytes);
    Atomics.store(signal, 0, 0);
    port.postMessage({ url, headers, body: bytes });
    Atomics.wait(signal, 0, 0);
    const answer = receiveMessageOnPort(port).message;
    seen.requests[params.tags.name] = (seen.requests[params.tags.name] || 0) + 1;
    if (answer.error) {
      if (options.throw) throw new Error(answer.error);
      console.error(`Request Failed: ${answer.error}`);
      return { status: 0, headers: {}, body: null };
    }
    if (!params.responseCallback.some(({ min, max }) => min <= answer.status && answer.status <= max)) seen.unexpected += 1;
    const found = {};
    for (let index = 0; index < answer.headers.length; index += 2) {
      const name = answer.headers[index].toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
      found[name] = name in found ? `${found[name]}, ${answer.headers[index + 1]}` : answer.headers[index + 1];
    }
    return { status: answer.status, headers: found, body: answer.body };
  }

  function check(value, sets) {
    const results = Object.entries(sets).map(([name, test]) => {
      if (name.includes('::')) throw new Error('group and check names may not contain \'::\'');
      const count = (seen.checks[name] ||= { passes: 0, fails: 0 });
      const holds = Boolean(test(value));
      count[holds ? 'passes' : 'fails'] += 1;
      return holds;
    });
    return results.every((holds) => holds);
  }

  class SharedArray {
    constructor(name, make) {
      if (!arrays.has(name)) arrays.set(name, make().map((item) => JSON.stringify(item)));
      const items = arrays.get(name);
      return new Proxy([], {
        get(_, key) {
          if (key === 'length') return items.length;
          if (/^[0-9]+$/.test(String(key))) return Object.freeze(JSON.parse(items[key]));
          throw new Error(`a SharedArray has no ${String(key)}`);
        },
      });
    }
  }

  const open = (name, mode) => {
    if (!isInit) throw new Error('open() belongs to the init context');
    const bytes = fs.readFileSync(path.join(path.dirname(script), name));
    return mode === 'b' ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) : bytes.toString();
  };
  const file = (data, filename, type) => ({ data, filename, content_type: type });
  const sleep = (seconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
  const modules = {
    'k6': { check, sleep },
    'k6/http': { default: { post, file, expectedStatuses: (...ranges) => ranges } },
    'k6/data': { SharedArray },
    'k6/execution': { default: { scenario: { get iterationInTest() { return iteration; } } } },
  };

  async function user(number) {
    const log = { log: console.error, warn: console.error, error: console.error };
    const context = vm.createContext({ __ENV: { ...process.env }, __VU: number, console: log, open });
    const link = async (name) => {
      const exported = modules[name];
      if (!exported) throw new Error(`k6 has no module ${name}`);
      const names = Object.keys(exported);
      return new vm.SyntheticModule(names, function fill() { names.forEach((one) => this.setExport(one, exported[one])); }, { context });
    };
    const module = new vm.SourceTextModule(fs.readFileSync(script, 'utf8'), { context, identifier: script });
    await module.link(link);
    await module.evaluate();
    return module.namespace;
  }

  async function all() {
    const first = await user(1);
    options = first.options;
    only(options, ['vus', 'iterations', 'duration', 'insecureSkipTLSVerify', 'throw', 'thresholds'], 'option');
    const iterations = iterationsAsked || options.iterations;
    const users = [first];
    while (users.length < (vusAsked || options.vus)) users.push(await user(users.length + 1));
    if (iterations < users.length) throw new Error('there are more virtual users than iterations');
    isInit = false;
    for (iteration = 0; iteration < iterations; iteration += 1) {
      users[iteration % users.length].default();
      seen.iterations += 1;
    }
    const rate = Object.values(seen.checks).every(({ fails }) => fails === 0);
    console.log(JSON.stringify(seen));
    if (JSON.stringify(options.thresholds) !== '{"checks":["rate==1"]}') throw new Error('this threshold is not known here');
    process.exitCode = rate ? 0 : 99;
  }
  return all().finally(() => worker.terminate());
}

if (isMainThread) {
  const [, , script, vus, iterations] = process.argv;
  run(path.resolve(script), Number(vus), Number(iterations)).catch((error) => {
    console.error(error);
    process.exitCode = 107;
  });
} else {
  serve(workerData);
}
