import http from 'k6/http';
import exec from 'k6/execution';
import { check, sleep } from 'k6';
import { SharedArray } from 'k6/data';

const SUITE = JSON.parse(open('./suite.json'));
const ROWS = new SharedArray('rows', () => open('./rows.ndjson').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line)));
const FILES = {};
for (const step of SUITE.steps) {
  for (const file of step.files || []) {
    FILES[file.path] = open(`./${file.path}`, 'b');
  }
}
const API_KEY = env('CENTERPOST_API_KEY');
const HEADERS = {};
for (const [name, value] of SUITE.headers) {
  HEADERS[name] = typeof value === 'string' ? value : env(value.env);
}
// What is missing is told before the first request.
Object.keys(SUITE.secrets).forEach((name) => env(SUITE.secrets[name]));
const BASE = (__ENV.CENTERPOST_HOST || SUITE.host).replace(/\/+$/, '') + SUITE.path;
const KEY_QUERY = `?apiKey=${encodeURIComponent(API_KEY)}`;
const WORDS = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua'.split(' ');
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

// Each row once, unless --vus and --duration say otherwise.
export const options = {
  vus: Math.max(1, Math.min(SUITE.concurrency, ROWS.length)),
  iterations: ROWS.length,
  duration: '24h',
  insecureSkipTLSVerify: SUITE.accept_invalid_certificates,
  // A request without an answer is told below, without its address, which holds the key.
  throw: true,
  thresholds: { checks: ['rate==1'] },
};

export default function () {
  const row = ROWS[exec.scenario.iterationInTest % ROWS.length];
  try {
    steps(new Scope(row));
  } catch (error) {
    check(null, { 'a row can be filled': () => false });
    console.error(`Row ${row.number}: ${error}`);
  }
}

function env(name) {
  if (__ENV[name] === undefined) {
    throw new Error(`the environment has no variable ${name}`);
  }
  return __ENV[name];
}

function has(object, name) {
  return Object.prototype.hasOwnProperty.call(object, name);
}

function text(value) {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value);
}

/** What stands before the next placeholder, its name, and what stands behind it. */
function nextPlaceholder(written) {
  const start = written.indexOf('{{');
  const end = start < 0 ? -1 : written.indexOf('}}', start + 2);
  return end < 0 ? null : [written.slice(0, start), written.slice(start + 2, end), written.slice(end + 2)];
}

function isPlaceholder(written) {
  const found = typeof written === 'string' ? nextPlaceholder(written) : null;
  return found !== null && found[0] === '' && found[2] === '';
}

/** What the placeholders of one row stand for. */
class Scope {
  constructor(row) {
    this.row = row;
    this.captured = {};
    this.known = {};
  }

  fill(value) {
    if (typeof value === 'string') {
      if (isPlaceholder(value)) {
        return this.value(nextPlaceholder(value)[1].trim());
      }
      let filled = '';
      let rest = value;
      for (let found = nextPlaceholder(rest); found !== null; found = nextPlaceholder(rest)) {
        filled += found[0] + text(this.value(found[1].trim()));
        rest = found[2];
      }
      return filled + rest;
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.fill(item));
    }
    if (value !== null && typeof value === 'object') {
      const filled = Object.create(null);
      Object.keys(value).forEach((name) => { filled[name] = this.fill(value[name]); });
      return filled;
    }
    return value;
  }

  value(name) {
    if (has(this.captured, name)) return this.captured[name];
    if (has(this.row.values, name)) return this.opened(name);
    if (has(this.known, name)) return this.known[name];
    if (has(SUITE.secrets, name)) return env(SUITE.secrets[name]);
    if (has(SUITE.variables, name)) {
      this.known[name] = this.fill(SUITE.variables[name]);
      return this.known[name];
    }
    const colon = name.indexOf(':');
    const kind = colon < 0 ? name : name.slice(0, colon);
    const rest = colon < 0 ? '' : name.slice(colon + 1);
    switch (kind) {
      case 'uuid':
        return uuid();
      case 'row':
        return rest === '' ? this.row.number : this.opened(rest);
      case 'counter':
        return this.row.number + (rest === '' ? 0 : Number(rest) - 1);
      case 'now':
        return rest === '' ? `${new Date().toISOString().slice(0, 19)}Z` : time(new Date(), rest);
      case 'choice':
        return oneOf(rest.split('|'));
      case 'lorem':
        return lorem(Number(rest.trim() || 12));
      case 'env': {
        const bar = rest.indexOf('|');
        const variable = bar < 0 ? rest : rest.slice(0, bar);
        return bar >= 0 && __ENV[variable] === undefined ? rest.slice(bar + 1) : env(variable);
      }
      case 'literal':
        return `{{${rest}}}`;
      default:
        throw new Error(`{{${name}}} stands for nothing`);
    }
  }

  opened(column) {
    const value = this.row.values[column];
    // A value that holds a secret has a placeholder there.
    return (this.row.open_values || []).includes(column) ? this.fill(value) : value;
  }

  payload(step) {
    if (typeof step.send === 'string') {
      return text(this.fill(step.send));
    }
    const members = Object.create(null);
    for (const name of Object.keys(step.send)) {
      const value = this.fill(step.send[name]);
      members[name] = isPlaceholder(step.send[name]) && typeof value === 'string' && value !== '' ? asField(name, value) : value;
    }
    for (const name of Object.keys(this.row.members)) {
      if (!has(members, name)) {
        members[name] = this.row.open.includes(name) ? this.fill(this.row.members[name]) : this.row.members[name];
      }
    }
    return JSON.stringify(members);
  }
}

/** The JSON value that a text stands for in a field. */
function asField(name, written) {
  const field = SUITE.fields[name] || {};
  if (field.kind === 'number' && /^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$/.test(written.trim())) {
    return Number(written);
  }
  if (field.kind === 'checkbox' && (written === 'true' || written === 'false')) {
    return written === 'true';
  }
  if (field.kind === 'multiple_choice') {
    const parts = field.choices.includes(written) ? [written] : written.split(',').map((part) => part.trim()).filter((part) => part !== '');
    return field.encoding === 'comma' ? parts.join(',') : parts;
  }
  return written;
}

function oneOf(several) {
  return several[Math.floor(Math.random() * several.length)];
}

function uuid() {
  const digit = (mask) => ((Math.floor(Math.random() * 16) & mask[0]) | mask[1]).toString(16);
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (kind) => digit(kind === 'x' ? [15, 0] : [3, 8]));
}

function lorem(words) {
  const found = [];
  for (let index = 0; index < words; index += 1) {
    found.push(oneOf(WORDS));
  }
  const written = found.join(' ');
  return written.charAt(0).toUpperCase() + written.slice(1);
}

/** A time in UTC, in a format of strftime. */
function time(now, format) {
  const padded = (number, digits, pad) => String(number).padStart(digits, pad);
  const hour = now.getUTCHours() % 12 || 12;
  const dayOfYear = Math.floor((now.getTime() - Date.UTC(now.getUTCFullYear(), 0, 1)) / 86400000) + 1;
  const half = now.getUTCHours() < 12 ? 'AM' : 'PM';
  const known = {
    Y: () => padded(now.getUTCFullYear(), 4, '0'),
    y: () => padded(now.getUTCFullYear() % 100, 2, '0'),
    m: () => padded(now.getUTCMonth() + 1, 2, '0'),
    d: () => padded(now.getUTCDate(), 2, '0'),
    e: () => padded(now.getUTCDate(), 2, ' '),
    H: () => padded(now.getUTCHours(), 2, '0'),
    I: () => padded(hour, 2, '0'),
    M: () => padded(now.getUTCMinutes(), 2, '0'),
    S: () => padded(now.getUTCSeconds(), 2, '0'),
    p: () => half,
    P: () => half.toLowerCase(),
    B: () => MONTHS[now.getUTCMonth()],
    b: () => MONTHS[now.getUTCMonth()].slice(0, 3),
    h: () => MONTHS[now.getUTCMonth()].slice(0, 3),
    A: () => DAYS[now.getUTCDay()],
    a: () => DAYS[now.getUTCDay()].slice(0, 3),
    j: () => padded(dayOfYear, 3, '0'),
    s: () => String(Math.floor(now.getTime() / 1000)),
    F: () => time(now, '%Y-%m-%d'),
    T: () => time(now, '%H:%M:%S'),
    D: () => time(now, '%m/%d/%y'),
    R: () => time(now, '%H:%M'),
    Z: () => 'UTC',
    z: () => '+0000',
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
  };
  return format.replace(/%(-?)([A-Za-z%])/g, (whole, bare, letter) => {
    if (!has(known, letter)) return whole;
    return bare === '' ? known[letter]() : known[letter]().replace(/^[0 ]+(?=.)/, '');
  });
}

/** The host of an address, empty where it names none, and its path. */
function partsOf(address) {
  const found = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\/([^/?#]*)([^?#]*)/.exec(address);
  return found === null ? ['', address.split(/[?#]/)[0]] : [found[1], found[2]];
}

/** The attachment endpoint that an answer names for a file element, completed by what is missing in it. */
function endpointOf(answer, element) {
  const names = [element.parameter, element.field];
  const found = [];
  const walk = (value, isOwn) => {
    if (Array.isArray(value)) {
      value.forEach((item) => walk(item, isOwn));
    } else if (value !== null && typeof value === 'object') {
      const own = isOwn || Object.keys(value).some((name) => names.includes(value[name]));
      Object.keys(value).forEach((name) => walk(value[name], own || names.includes(name)));
    } else if (typeof value === 'string' && value.includes('/') && (isOwn || names.includes(partsOf(value)[1].split('/').pop()))) {
      found.push(value);
    }
  };
  walk(answer, false);
  if (found.length === 0) {
    return null;
  }
  const host = partsOf(found[0])[0];
  if (host !== '' && host !== partsOf(BASE)[0]) {
    return null;
  }
  const feedback = '/feedback/';
  const start = BASE.lastIndexOf(feedback) + feedback.length;
  const source = `${BASE.slice(start)}/`;
  const named = found[0].split('?')[0];
  const at = named.lastIndexOf(feedback);
  const path = (at < 0 ? '' : named.slice(at + feedback.length)) || named.replace(/^\/+/, '');
  return BASE.slice(0, start) + (path.startsWith(source) ? path : source + path) + KEY_QUERY;
}

/** What stands at a JSON pointer; undefined where nothing does. */
function at(value, pointer) {
  let found = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replace(/~1/g, '/').replace(/~0/g, '~');
    if (found === null || typeof found !== 'object' || (Array.isArray(found) && !/^(0|[1-9][0-9]*)$/.test(name)) || !has(found, name)) {
      return undefined;
    }
    found = found[name];
  }
  return found;
}

function jsonOf(answer) {
  try {
    return JSON.parse(answer.body);
  } catch (error) {
    return undefined;
  }
}

/** Whether two values are the same. A number that came out of a data row is a text. */
function isSame(wanted, found) {
  if (typeof wanted === 'string' && typeof found === 'number') {
    return wanted === String(found);
  }
  if (wanted === null || found === null || typeof wanted !== 'object' || typeof found !== 'object') {
    return wanted === found;
  }
  const names = Object.keys(wanted);
  return Array.isArray(wanted) === Array.isArray(found) && names.length === Object.keys(found).length
    && names.every((name) => has(found, name) && isSame(wanted[name], found[name]));
}

/** The name of a check, in which k6 takes no two colons in a row. */
function checkName(name) {
  return name.replace(/:(?=:)/g, ': ');
}

/** What an expectation is about, in a few words that are the same for every row. */
function labelOf(expected) {
  if (expected.status) {
    return `status ${expected.status.map((pattern) => pattern.replace('..', 'xx')).join(' or ')}`;
  }
  const what = has(expected, 'header') ? `header ${expected.header}` : expected.pointer || 'the answer';
  if (has(expected, 'exists')) return `${what} is ${expected.exists ? '' : 'not '}there`;
  return has(expected, 'equals') ? `${what} is ${JSON.stringify(expected.equals)}` : `${what} matches ${expected.matches}`;
}

function holds(expected, answer, json, scope) {
  if (expected.status) {
    return expected.status.some((pattern) => new RegExp(`^${pattern}$`).test(String(answer.status)));
  }
  let found;
  if (has(expected, 'header')) {
    const name = Object.keys(answer.headers).find((own) => own.toLowerCase() === expected.header.toLowerCase());
    found = name === undefined ? undefined : answer.headers[name];
  } else {
    found = json === undefined ? undefined : at(json, expected.pointer);
  }
  if (has(expected, 'exists')) return (found !== undefined) === expected.exists;
  if (found === undefined) return false;
  if (has(expected, 'equals')) return isSame(scope.fill(expected.equals), found);
  return new RegExp(expected.matches, expected.flags || '').test(text(found));
}

/** The steps of a row, until one does not do what was expected. */
function steps(scope) {
  let ticket = null;
  for (const step of SUITE.steps) {
    if (has(step, 'wait')) {
      sleep(step.wait);
      continue;
    }
    if (has(step, 'send')) {
      ticket = send(scope, step, BASE + KEY_QUERY, scope.payload(step), { 'Content-Type': 'application/json' }, 'create');
      if (ticket === null) return;
    }
    for (const file of step.files || []) {
      if (!upload(scope, step, file, ticket)) return;
    }
  }
}

function upload(scope, step, file, ticket) {
  const element = SUITE.elements[file.element];
  const url = endpointOf(ticket, element);
  if (!check(url, { [checkName(`${step.name}: attachment endpoint for ${file.element}`)]: (found) => found !== null })) {
    return false;
  }
  const filename = file.literal ? file.name : text(scope.fill(file.name));
  const clean = (name) => name.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  const body = { [clean(element.part_name)]: http.file(FILES[file.path], clean(filename), file.content_type) };
  return send(scope, step, url, body, {}, 'upload') !== null;
}

/** The JSON of the answer to a request; null where it is not what was expected. */
function send(scope, step, url, body, headers, kind) {
  const name = `${step.name} (${kind})`;
  // What a step that sends expects and captures stands in the answer to its own request, and not in those to its attachments.
  const isOwn = kind === 'create' || step.upload === true;
  const expects = isOwn ? step.expect.slice() : [];
  if (!expects.some((expected) => expected.status)) {
    expects.push({ status: ['2..'] });
  }
  const statuses = [].concat(...expects.map((expected) => expected.status || []));
  const ranges = statuses.map((pattern) => {
    const first = Number(pattern.replace('..', '00'));
    return { min: first, max: pattern.endsWith('..') ? first + 99 : first };
  });
  let answer;
  try {
    answer = http.post(url, body, {
      headers: Object.assign({}, headers, HEADERS),
      redirects: 0,
      tags: { name },
      timeout: '600s',
      responseCallback: http.expectedStatuses(...ranges),
    });
  } catch (error) {
    check(null, { [checkName(`${name}: there is an answer`)]: () => false });
    console.error(`Row ${scope.row.number}, ${name}: ${String(error).replace(/https?:[^"\s]*/g, '…')}`);
    return null;
  }
  const json = jsonOf(answer);
  const checks = {};
  for (const expected of expects) {
    checks[checkName(`${name}: ${labelOf(expected)}`)] = () => holds(expected, answer, json, scope);
  }
  const captures = isOwn ? Object.entries(step.capture) : [];
  for (const [, pointer] of captures) {
    checks[checkName(`${name}: ${pointer} can be captured`)] = () => {
      const found = at(json, pointer);
      // JavaScript rounds whole numbers beyond these.
      return found !== undefined && (!Number.isInteger(found) || Number.isSafeInteger(found));
    };
  }
  if (!check(answer, checks)) {
    const failed = Object.keys(checks).filter((label) => !checks[label]());
    console.error(`Row ${scope.row.number}, status ${answer.status}: ${failed.join('; ')}`);
    return null;
  }
  for (const [variable, pointer] of captures) {
    scope.captured[variable] = at(json, pointer);
  }
  return json === undefined || json === null ? {} : json;
}
