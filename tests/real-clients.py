#!/usr/bin/env python3
"""Holds the import against the clients whose requests it reads: Newman on Postman collections, httpyac on .http files, curl on bash
commands, and what Chromium's DevTools copy of a request. Each client and `centerpost replay --send` send the same request to a server on
127.0.0.1, and what arrives has to be the same.

No part of tests/run.sh: it fetches newman and httpyac with npm. Needs python3, curl, node and npm, for the last also chromium.

    tests/real-clients.py PROGRAM [newman|httpyac|curl|chromium] [COUNT]
"""

import base64
import http.server
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "real-clients"))
import chromium as devtools  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
WHICH = sys.argv[2] if len(sys.argv) > 2 else "all"
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 100

# What every client adds of its own.
OWN = {"host", "user-agent", "accept", "accept-encoding", "connection", "cache-control", "postman-token", "content-length", "expect"}

arrived = []


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        arrived.append((self.command, self.path, self.headers.items(), body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"{}")

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
threading.Thread(target=server.serve_forever, daemon=True).start()
BASE = f"http://127.0.0.1:{server.server_port}"


def comparable(request, own=OWN):
    """A request without what every client adds, and with one boundary for all."""
    method, path, headers, body = request
    # Versions of curl differ in the case of what they encode.
    path = re.sub(r"%[0-9a-f]{2}", lambda found: found.group().upper(), path)
    # These mean the same as they are and encoded; the library that sends here encodes them, Postman's does not.
    path = re.sub(r"[{}|\\\\^`']", lambda found: f"%{ord(found.group()):02X}", path)
    # Space around a value is not part of it.
    headers = [(name.lower(), value.strip(" \t")) for name, value in headers if name.lower() not in own]
    for index, (name, value) in enumerate(headers):
        found = re.search(r'boundary="?([^";]+)', value)
        if name == "content-type" and found:
            body = body.replace(found.group(1).encode(), b"BOUNDARY")
            headers[index] = (name, "multipart/form-data; boundary=BOUNDARY")
            # The order of a part's headers and the length that some add mean nothing.
            body = re.sub(rb"\r\nContent-Length: \d+", b"", body)
            # Nor does what follows the last boundary.
            body = body.rstrip(b"\r\n")
            # Of an unknown file no type is known, so each client names its own.
            body = re.sub(rb"\r\nContent-Type: application/(octet-stream|zip|x-zip-compressed)", b"", body)
    return method, path, sorted(headers), body


def sent_by(command, cwd, own=OWN):
    del arrived[:]
    clean = {**os.environ, "CENTERPOST_HOME": os.path.join(cwd, "home"), "CENTERPOST_KEYRING": "off", "no_proxy": "*"}
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=clean, timeout=60)
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, -1, "", "it did not end within a minute")
    return [comparable(request, own) for request in arrived], done


def ours(path, cwd, own=OWN):
    return sent_by([PROGRAM, "replay", path, "--send", "--yes", "--no-history", "--files-from", cwd], cwd, own)


def compare(name, theirs, found, source, wrong, said):
    if theirs != found:
        wrong.append(name)
        print(f"--- {name}\n{source}\n  client: {theirs}\n  ours:   {found}\n  {said[-300:]}", flush=True)


PIECES = ["a", "B 1", "ü", "漢", "😀", "'", '"', "\\", "%", "%41", "&", "=", "+", "#", "?", "/", ":", ";", ",", "$x", "{{v}}", "{", "}", "<b>", "~", "@", "!", "(", "|", "`", "\t"]


def hard(generator, most=5, without=""):
    pieces = [piece for piece in PIECES if not any(sign in piece for sign in without)]
    return "".join(generator.choice(pieces) for _ in range(generator.randint(0, most)))


def header_text(generator):
    return "x" + "".join(c for c in hard(generator, 4) if 32 <= ord(c) < 127).strip()


def collection(generator):
    pick = generator.choice
    method = pick(["POST", "POST", "PUT", "PATCH", "GET", "DELETE"])
    query = [{"key": pick(["a", "apiKey", "x y"]), "value": hard(generator, 4, "#"), "disabled": generator.random() < 0.2} for _ in range(generator.randint(0, 2))]
    address = {"protocol": "http", "host": ["127", "0", "0", "1"], "port": str(server.server_port), "path": ["api", ":id", hard(generator, 2, "?#/:{") or "p"], "variable": [{"key": "id", "value": "7"}]}
    if query:
        address["query"] = query
    request = {"method": method, "url": address, "header": [{"key": "X-A", "value": header_text(generator)}, {"key": "X-Off", "value": "1", "disabled": True}]}
    mode = pick(["raw", "raw", "urlencoded", "formdata", "file", "none"])
    if mode == "raw":
        request["body"] = {"mode": "raw", "raw": json.dumps({"summary": hard(generator, 8)}, ensure_ascii=False)}
        if generator.random() < 0.7:
            request["body"]["options"] = {"raw": {"language": pick(["json", "text", "xml"])}}
        if generator.random() < 0.3:
            request["header"].append({"key": "content-type", "value": "application/vnd.api+json"})
    elif mode == "urlencoded":
        request["body"] = {"mode": mode, mode: [{"key": hard(generator, 3) or "k", "value": hard(generator)} for _ in range(2)]}
    elif mode == "formdata":
        parts = [{"key": "note", "type": "text", "value": hard(generator, 6)}, {"key": "logfile", "type": "file", "src": "crash.zip"}]
        if generator.random() < 0.5:
            parts[0]["contentType"] = "application/json"
        request["body"] = {"mode": mode, mode: parts}
    elif mode == "file":
        request["body"] = {"mode": "file", "file": {"src": "payload.json"}}
    auth = pick([None, None, {"type": "basic", "basic": [{"key": "username", "value": "u{{v}}"}, {"key": "password", "value": "p"}]}, {"type": "bearer", "bearer": [{"key": "token", "value": "t"}]},
                 {"type": "apikey", "apikey": [{"key": "key", "value": "apiKey"}, {"key": "value", "value": "k{{v}}"}, {"key": "in", "value": pick(["query", "header"])}]}])
    if auth:
        request["auth"] = auth
    item = {"name": "R", "request": request}
    if generator.random() < 0.2:
        item["protocolProfileBehavior"] = {"disableBodyPruning": True}
    return {"info": {"name": "C", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "variable": [{"key": "v", "value": "val"}], "item": [item]}


def newman(cwd, tool):
    wrong = []
    for seed in range(COUNT):
        text = json.dumps(collection(random.Random(seed)), ensure_ascii=False)
        path = os.path.join(cwd, "collection.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        theirs, _ = sent_by(["node", tool, "run", path, "--silent", "--working-dir", cwd], cwd)
        found, done = ours(path, cwd)
        compare(f"newman {seed}", theirs, found, text, wrong, done.stderr)
    return "newman", COUNT, wrong


def http_file(generator):
    pick = generator.choice
    word = lambda: "".join(pick("abc123-_.") for _ in range(4))
    path = f"/api/{word()}?apiKey={word()}&b=%20c"
    lines = [f"{pick(['POST', 'PUT', 'PATCH'])} {{{{base}}}}{path}" if generator.random() < 0.5 else f"POST {BASE}{path}"]
    if generator.random() < 0.3:
        lines[0] = lines[0].replace("?", "\n    ?").replace("&", "\n    &")
    # httpyac drops a comma at the end of a header, which other clients of such files send.
    lines.append(f"X-A: {header_text(generator)}".replace("{", "").replace("}", "").replace("#", "").rstrip(","))
    kind = pick(["json", "file", "form", "multipart", "auth"])
    body = json.dumps({"summary": hard(generator, 6, "{}<").replace("#", "")}, ensure_ascii=False, indent=pick([None, 2]))
    if kind == "multipart":
        lines += ["Content-Type: multipart/form-data; boundary=xx", "", "--xx", 'Content-Disposition: form-data; name="note"', "", "hello", "--xx",
                  'Content-Disposition: form-data; name="logfile"; filename="crash.txt"', "Content-Type: text/plain", "", "< ./crash.txt", "--xx--"]
    elif kind == "form":
        lines += ["Content-Type: application/x-www-form-urlencoded", "", "a=b%20c", "&d=e"]
    else:
        lines += ["Content-Type: application/json"]
        if kind == "auth":
            lines += [pick(["Authorization: Basic user:pass", "Authorization: Basic user pass", "Authorization: Bearer t"])]
        lines += ["", "< ./payload.json" if kind == "file" else body]
    return f"@base = {BASE}\n\n### one\n" + "\n".join(lines) + "\n"


def httpyac(cwd, tool):
    wrong = []
    for seed in range(COUNT):
        text = http_file(random.Random(seed))
        path = os.path.join(cwd, "requests.http")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        theirs, _ = sent_by(["node", tool, "send", path, "--all", "--output", "none"], cwd)
        found, done = ours(path, cwd)
        compare(f"httpyac {seed}", theirs, found, text, wrong, done.stderr)
    return "httpyac", COUNT, wrong


def quoted(text, generator):
    way = generator.choice(["single", "double", "ansi"])
    if way == "single" or "\t" in text and way == "double":
        return "'" + text.replace("'", "'\\''") + "'"
    if way == "double":
        return '"' + re.sub(r'([\\"$`])', r"\\\1", text).replace("!", '"\'!\'"') + '"'
    return "$'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\t", "\\t") + "'"


def curl_command(generator):
    pick = generator.choice
    # What stands between two braces is a placeholder here, and is not sent.
    hard = lambda *arguments: globals()["hard"](*arguments).replace("{{v}}", "{v}").replace("{{", "{").replace("}}", "}")
    header_text = lambda generator: globals()["header_text"](generator).replace("{{v}}", "{v}").replace("{{", "{").replace("}}", "}")
    parts = ["curl -sS"]
    say = lambda text: quoted(text, generator)
    path = "/api/" + "".join(pick("abc%41~-._") if pick([0, 1]) else "x" for _ in range(3)).replace("%41", "A").replace("%", "p")
    options = []
    kind = pick(["data", "data", "form", "urlencode", "json", "raw", "get", "upload"])
    body = hard(generator, 6)
    if kind == "data":
        options += [f"-d {say('b' + body)}"] * pick([1, 2])
    elif kind == "raw":
        options += [f"--data-raw {say('@' + body)}", "-H 'Content-Type: application/json'"]
    elif kind == "json":
        options += [f"--json {say(json.dumps({'a': body}))}"]
    elif kind == "urlencode":
        options += [f"--data-urlencode {say('n=' + body)}", f"--data-urlencode {say(body.replace('@', '').replace('=', ''))}"]
    elif kind == "get":
        options += ["-G", f"--data-urlencode {say('q=' + body)}"]
    elif kind == "form":
        options += [f"-F {say('note=' + 'n' + body.replace(';', ''))}", pick(["-F logfile=@crash.zip", "-F 'logfile=@crash.zip;type=application/zip'", "-F 'logfile=@crash.zip;filename=a b.zip'", "--form-string 'x=@y;z'"])]
    else:
        options += [pick(["-T payload.json", "--upload-file payload.json"])]
    if generator.random() < 0.4:
        options += [f"-H {say('X-A: ' + header_text(generator))}"]
    if generator.random() < 0.3:
        options += [pick(["-u user:pa:ss", "-b 'a=1; b=2'", "-e http://ref.example/", "-A agent", "-H 'X-Empty;'", "-H 'Accept:'", "-X PUT", "--request PATCH", "-k", "--compressed", "-L", "--oauth2-bearer t"])]
    generator.shuffle(options)
    address = say(BASE + path + "?apiKey=k&x=y")
    if pick([0, 1]):
        return " ".join(parts + options + [address]) + "\n"
    return pick([" ", " \\\n  "]).join(parts + [address] + options) + "\n"


def curl(cwd):
    wrong = []
    for seed in range(COUNT):
        text = curl_command(random.Random(seed))
        path = os.path.join(cwd, "command.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        theirs, _ = sent_by(["bash", "-c", text], cwd)
        found, done = ours(path, cwd)
        compare(f"curl {seed}", theirs, found, text, wrong, done.stderr)
    return "curl", COUNT, wrong


# What a client adds that sends a copy; all other headers stand in the copy.
ADDED = {"host", "connection", "content-length", "accept-encoding", "expect"}
# And what Chromium adds to a call of fetch, or Node, which are not of the call.
ADDED_TO_FETCH = ADDED | {"user-agent", "origin", "cookie", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-dest", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform"}


def in_letters(request):
    """A request whose headers are read as letters: fetch and Chromium write each as one byte where it can, Centerpost writes UTF-8."""
    method, path, headers, body = request

    def letters(value):
        try:
            return value.encode("latin-1").decode()
        except UnicodeError:
            return value

    return method, path, sorted((name, letters(value)) for name, value in headers), body


def imported(path, cwd):
    """The requests that `import` reads from a file, in the form of those that arrived."""
    done = subprocess.run([PROGRAM, "import", path, "--output", "json"], cwd=cwd, capture_output=True, text=True, timeout=60)
    return json.loads(done.stdout) if done.returncode == 0 else [], done


def of_json(request):
    """An imported request in the form of one that arrived; the bytes of files that were left out are none."""
    body = request["body"]
    content = base64.b64decode(body["base64"]) if body["kind"] == "base64" else body.get("text", "").encode()
    if body["kind"] == "multipart":
        boundary = re.search(r"boundary=([^;]+)", dict(request["headers"])["Content-Type"]).group(1)
        said = lambda text: text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
        content = ""
        for part in body["parts"]:
            content += f"--{boundary}\r\nContent-Disposition: form-data; name=\"{said(part['name'])}\""
            content += f"; filename=\"{said(part['filename'])}\"" if "filename" in part else ""
            content += f"\r\nContent-Type: {part['content_type']}" if part.get("content_type") else ""
            content += f"\r\n\r\n{part.get('text', '')}\r\n"
        content = f"{content}--{boundary}--\r\n".encode()
    return request["method"], request["url"].removeprefix(BASE), request["headers"], content


def chromium_kind(kind, copies, cwd):
    """One kind of copy of each request, and what DevTools copy of all of them at once."""
    wrong, singles = [], []
    path = os.path.join(cwd, "copy.har" if kind.startswith("har") else "copy.txt")
    form = (lambda found: found) if kind.startswith("curl") else in_letters
    own = {"fetch": ADDED_TO_FETCH, "fetch-node": ADDED_TO_FETCH - {"cookie"}, "har": ADDED | {"cookie", "authorization"}}.get(kind, ADDED)

    def write(text):
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)

    for request, sent, copy in zip(copies.requests, copies.sent, copies.copies):
        text = copy[kind]
        if kind == "curl-bash":
            theirs, _ = sent_by(["bash", "-c", text], cwd, own)
        elif kind == "curl-cmd":
            theirs, _ = sent_by(devtools.words_of_cmd(text), cwd, own)
        elif kind == "fetch-node":
            theirs, _ = sent_by(["node", "-e", text], cwd, own)
        elif kind == "fetch":
            theirs = [comparable(found, own) for found in copies.send_again(text, arrived)]
        else:
            # Nothing here runs these: what Chromium sent, with what DevTools keep of its body.
            method, target, headers, _ = sent
            if kind == "powershell":
                # It knows methods by their names, and names a type of each POST.
                method = method.upper()
                if method == "POST" and not any(name.lower() == "content-type" for name, _ in headers):
                    headers = [*headers, ("Content-Type", "application/x-www-form-urlencoded")]
            theirs = [comparable((method, target, headers, (copy["kept"] or "").encode()), own)]
        write(text)
        found, done = imported(path, cwd)
        singles += found
        if kind.startswith("har"):
            found = [comparable(of_json(request), own) for request in found]
        else:
            found, done = ours(path, cwd, own)
        theirs, found = [form(request) for request in theirs], [form(request) for request in found]
        compare(f"chromium {kind} {request['number']}", theirs, found, text, wrong, done.stderr)
    write(copies.all[kind])
    found, done = imported(path, cwd)
    if found != singles:
        wrong.append(f"chromium {kind} all")
        one, of_all = next((pair for pair in itertools.zip_longest(singles, found) if pair[0] != pair[1]), None)
        print(f"--- chromium {kind}, copied with all others\n  alone:  {one}\n  of all: {of_all}\n  {done.stderr[-300:]}", flush=True)
    return f"chromium {kind}", len(copies.requests) + 1, wrong


def chromium(cwd):
    copies = devtools.Copies(BASE, arrived, COUNT)
    try:
        return [chromium_kind(kind, copies, cwd) for kind in devtools.KINDS]
    finally:
        copies.browser.close()


def main():
    with tempfile.TemporaryDirectory() as cwd:
        for name, content in [("crash.zip", b"PK\x03\x04\x00\xff"), ("crash.txt", b"crash\n"), ("payload.json", b'{"summary": "from a file"}')]:
            with open(os.path.join(cwd, name), "wb") as file:
                file.write(content)
        tools = os.environ.get("CLIENTS") or os.path.join(cwd, "tools")
        if WHICH not in ("curl", "chromium") and not os.path.isdir(os.path.join(tools, "node_modules")):
            os.makedirs(tools, exist_ok=True)
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "newman", "httpyac"], cwd=tools, check=True)
        results = []
        if WHICH in ("all", "newman"):
            results.append(newman(cwd, os.path.join(tools, "node_modules/newman/bin/newman.js")))
        if WHICH in ("all", "httpyac"):
            results.append(httpyac(cwd, os.path.join(tools, "node_modules/httpyac/bin/httpyac.js")))
        if WHICH in ("all", "curl"):
            results.append(curl(cwd))
        if WHICH in ("all", "chromium"):
            results += chromium(cwd)
    for name, count, wrong in results:
        print(f"{name}: {count - len(wrong)} of {count} the same")
    sys.exit(any(wrong for _, _, wrong in results))


main()
