"""Chromium's part of tests/real-clients.py: hard requests that a page of it sends, and what its DevTools copy of each.

Chromium runs without a window and is driven over a pipe. One target is the page; another is the front-end of DevTools that Chromium
itself serves, attached to that page. The copies are made by the functions behind the entries of the menu "Copy".
"""

import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import time

KINDS = ["curl-bash", "curl-cmd", "powershell", "fetch", "fetch-node", "har", "har-sensitive"]

PIECES = ["a", "B 1", "'", '"', "''", '\\"', "\\", "\\\\", "\\n", "\\u0041", "$", "$x", "${HOME}", "$(id)", "`id`", "`", "!", "!!", "%", "%PATH%", "%41", "%0a", "^", "^^", "&", "&&", "|", ";", ">", "<b>",
          "(", ")", "[", "]", "[1-3]", "{", "}", "{a,b}", "#", "@", "@'", "~", "*", "?", "=", "+", ",", ":", "/", "--", "-d", "*/", "//", "\n", "\r\n", "\r", "\n\n", "\t", "\v", "\f", "\x01", "\x1b[0m", "\x7f", "\x85",
          "\xa0", "ü", "e\u0301", "漢字", "😀", "👩\u200d💻", "שלום", "\u202e", "\u2028", "\u201cq\u201d", "\u2019", "\ufeff", "\uff02", "^\n", "`\n", "\\\n", "EOF", "'@", "\n'@\n", "%^", "\x00"]


def hard(generator, most=6, without=""):
    pieces = [piece for piece in PIECES if not any(sign in piece for sign in without)]
    text = "".join(generator.choice(pieces) for _ in range(generator.randint(1, most)))
    # What stands between two braces is a placeholder here, and is not sent.
    return text.replace("{{", "{").replace("}}", "}")


def header_text(generator, most=6):
    """A header's value: the page may set no other signs than these."""
    text = hard(generator, most) + generator.choice(["", "", "ü", "\xa7 b", "é%41"])
    return "".join(c for c in text if c == "\t" or 32 <= ord(c) < 127 or 160 <= ord(c) < 256).strip(" \t\xa0")


def hard_request(number):
    """What the page is to send: how, the method, the address, headers, cookies and the body."""
    generator = random.Random(number)
    pick = generator.choice
    way = pick(["fetch", "fetch", "fetch", "xhr", "xhr", "form", "beacon"])
    method = pick(["POST", "POST", "POST", "PUT", "PATCH", "DELETE", "GET", "patch", "QUERY"])
    kind = pick(["json", "json", "json", "json", "text", "form", "multipart", "multipart", "bytes", "blob", "none", "empty"])
    if way == "form":
        method, kind = "POST", pick(["form", "multipart", "plain"])
    elif way == "beacon":
        method, kind = "POST", pick(["json", "form", "text", "multipart"])
    elif method == "GET":
        kind = "none"
    path = f"/api/v1/projects/{pick(['PK', 'p k', 'ä'])}/feedback/{pick(['SK', 's', hard(generator, 2, '/?#.' + chr(92)) + 's'])}"
    query = f"?apiKey=k-{number:04}" + pick(["", "&q=" + hard(generator, 4, "#"), "&" + hard(generator, 3, "#") + "=1", "&a[]=1&b={c}&d=%E4%7e"])
    headers = []
    if way in ("fetch", "xhr"):
        headers += [["X-Hard", "x" + header_text(generator)]] if pick([0, 1]) else []
        headers += pick([[], [], [["X-Empty", ""]], [["Authorization", "Bearer " + header_text(generator, 2)]], [["X-Json", '{"a": "it\'s $5 100%"}']], [["accept", "text/plain"]]])
        headers += [["Content-Type", pick(["application/json", "application/json", "application/vnd.api+json; charset=utf-8", 'text/x; a="b"'])]] if kind == "json" or pick([0, 0, 0, 1]) and kind == "text" else []
    body = {"kind": kind}
    if kind == "json":
        summary = {"summary": hard(generator, 8), "n": 1, "areas": ["UI", hard(generator, 2)]}
        body["text"] = json.dumps(summary, ensure_ascii=pick([True, False, False]), indent=pick([None, None, 2]))
    elif kind in ("text", "blob"):
        body["text"] = hard(generator, 10)
    elif kind in ("form", "plain"):
        body["pairs"] = [[hard(generator, 2), hard(generator, 4)] for _ in range(generator.randint(1, 3))]
    elif kind == "multipart":
        body["pairs"] = [["note", hard(generator, 6)], [hard(generator, 2), "ü"]]
        body["files"] = [["crashlog", pick(["crash.zip", "a b.txt", hard(generator, 3, "/\\\0")]), pick(["application/zip", "", "text/plain"]), pick([[80, 75, 3, 4, 0, 255], [], list(b"line\r\n--x\r\n")])]][: pick([0, 1, 1])]
    elif kind == "bytes":
        body["bytes"] = pick([[0, 1, 2, 255, 254], list("ü\r\n".encode()), list(b"\x1f\x8b\x08\x00\xff"), [123, 125]])
    cookies = [["c1", pick(["v", '"quoted v"', "a=b==", "it's$x`y!", "ü%41^&|"])], ["c2", "2"]][: pick([0, 0, 1, 2])]
    return {"number": number, "way": way, "method": method, "url": path + query, "headers": headers, "cookies": cookies, "body": body}


# Sends one request from the page, in the way that it names.
SEND = r"""async request => {
  const body = request.body, pairs = body.pairs || [], files = body.files || [];
  for (const [name, value] of request.cookies) document.cookie = `${name}=${value}; path=/`;
  const file = ([name, filename, type, bytes]) => [name, new File([new Uint8Array(bytes)], filename, {type})];
  const content = () => {
    switch (body.kind) {
      case "none": return undefined;
      case "empty": return "";
      case "form": return new URLSearchParams(pairs);
      case "bytes": return new Uint8Array(body.bytes);
      case "blob": return new Blob([body.text], {type: "text/plain"});
      case "multipart": {
        const form = new FormData();
        for (const [name, value] of pairs) form.append(name, value);
        for (const [name, value] of files.map(file)) form.append(name, value);
        return form;
      }
      default: return body.text;
    }
  };
  if (request.way === "fetch") {
    await (await fetch(request.url, {method: request.method, headers: request.headers, body: content()})).text();
  } else if (request.way === "xhr") {
    await new Promise(done => {
      const xhr = new XMLHttpRequest();
      xhr.open(request.method, request.url);
      for (const [name, value] of request.headers) xhr.setRequestHeader(name, value);
      xhr.onloadend = done;
      xhr.send(content());
    });
  } else if (request.way === "beacon") {
    navigator.sendBeacon(request.url, content());
  } else {
    const frame = document.createElement("iframe"), form = document.createElement("form");
    frame.name = "f" + request.number;
    document.body.append(frame, form);
    const enctype = {form: "application/x-www-form-urlencoded", multipart: "multipart/form-data", plain: "text/plain"}[body.kind];
    Object.assign(form, {method: "POST", action: request.url, target: frame.name, enctype, acceptCharset: "utf-8"});
    for (const [name, value] of pairs) form.append(Object.assign(document.createElement("textarea"), {name, value}));
    for (const [name, value] of files.map(file)) {
      const input = Object.assign(document.createElement("input"), {type: "file", name}), chosen = new DataTransfer();
      chosen.items.add(value);
      input.files = chosen.files;
      form.append(input);
    }
    await new Promise(done => { frame.onload = done; form.submit(); });
    form.remove();
  }
  for (const [name] of request.cookies) document.cookie = `${name}=; path=/; max-age=0`;
}"""

# In the front-end: the copies of each request by the mark in its address, and of all in one.
COPY = r"""async marks => {
  const {NetworkLogView: {NetworkLogView: View}} = await import("/devtools/panels/network/network.js");
  const {NetworkLog} = await import("/devtools/models/logs/logs.js");
  const {Log} = await import("/devtools/models/har/har.js");
  const view = Object.create(View.prototype);
  const all = NetworkLog.NetworkLog.instance().requests();
  const chosen = marks.map(mark => all.find(request => request.url().includes(mark) && request.requestMethod !== "OPTIONS"));
  const har = async (requests, sanitize) => JSON.stringify({log: await Log.Log.build(requests, {sanitize})}, null, 2);
  const copies = [];
  for (const request of chosen) {
    copies.push(request && {
      "curl-bash": await View.generateCurlCommand(request, "unix"),
      "curl-cmd": await View.generateCurlCommand(request, "win"),
      "powershell": await view.generatePowerShellCommand(request),
      "fetch": await view.generateFetchCall(request, 0),
      "fetch-node": await view.generateFetchCall(request, 1),
      "har": await har([request], true),
      "har-sensitive": await har([request], false),
      // What DevTools know of the body.
      "kept": await request.requestFormData(),
    });
  }
  const found = chosen.filter(Boolean);
  return JSON.stringify({copies, all: {
    "curl-bash": await view.generateAllCurlCommand(found, "unix"),
    "curl-cmd": await view.generateAllCurlCommand(found, "win"),
    "powershell": await view.generateAllPowerShellCommand(found),
    "fetch": await view.generateAllFetchCall(found, 0),
    "fetch-node": await view.generateAllFetchCall(found, 1),
    "har": await har(found, true),
    "har-sensitive": await har(found, false),
  }});
}"""


class Browser:
    """Chromium without a window, driven by its own protocol over a pipe."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        to_read, self.to = os.pipe()
        self.source, to_write = os.pipe()

        def hand_over():
            # Chromium reads at 3 and writes at 4, which may be in use here.
            reading, writing = os.dup(to_read), os.dup(to_write)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        command = [shutil.which("chromium") or "chromium-browser", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe", "--remote-debugging-port=0", "--remote-allow-origins=*",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync", f"--user-data-dir={self.folder}", "about:blank"]
        self.process = subprocess.Popen(command, preexec_fn=hand_over, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.source = os.fdopen(self.source, "rb", buffering=0)
        self.rest = b""
        self.last = 0

    def call(self, method, session=None, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
        self.write(json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                self.rest += self.source.read(1 << 16)
            line, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def write(self, data):
        while data:
            data = data[os.write(self.to, data):]

    def open(self, url):
        """A new page: the name of the target, and of the session with it."""
        target = self.call("Target.createTarget", url=url)["targetId"]
        return target, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def run(self, session, script, *arguments):
        """What a function comes to in a page."""
        expression = f"({script})({', '.join(json.dumps(argument) for argument in arguments)})"
        result = self.call("Runtime.evaluate", session, expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", str(result)))
        return result["result"].get("value")

    def port(self):
        path = os.path.join(self.folder, "DevToolsActivePort")
        until(lambda: os.path.exists(path) and os.path.getsize(path) > 0)
        with open(path) as file:
            return int(file.readline())

    def close(self):
        self.call("Browser.close")
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def until(holds, seconds=180):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("Chromium did not do it in time")
        time.sleep(0.1)


def mark(request):
    """What no other request has in its address."""
    return f"apiKey=k-{request['number']:04}"


class Copies:
    """The hard requests, what of each arrived at the server, and what DevTools copy of it."""

    def __init__(self, base, arrived, count):
        self.browser = Browser()
        target, self.page = self.browser.open(f"{base}/page")
        port = self.browser.port()
        _, frontend = self.browser.open(f"http://127.0.0.1:{port}/devtools/devtools_app.html?ws=127.0.0.1:{port}/devtools/page/{target}")
        sees_page = """async () => {
          if (!location.pathname.endsWith("/devtools_app.html")) return false;
          const {TargetManager} = await import("/devtools/core/sdk/sdk.js");
          return Boolean(TargetManager.TargetManager.instance().primaryPageTarget());
        }"""
        self.browser.call("Runtime.enable", self.page)
        until(lambda: self.browser.run(frontend, sees_page))
        time.sleep(2)
        self.requests = [hard_request(number) for number in range(count)]
        self.sent = []
        for request in self.requests:
            del arrived[:]
            self.browser.run(self.page, SEND, request)
            of_it = lambda: [seen for seen in arrived if mark(request) in seen[1]]
            until(of_it)
            self.sent.append(of_it()[0])
        time.sleep(1)
        read = json.loads(self.browser.run(frontend, COPY, [mark(request) for request in self.requests]))
        self.copies, self.all = read["copies"], read["all"]

    def send_again(self, fetch, arrived):
        """What arrives of a copied call of fetch that the page itself runs."""
        del arrived[:]
        self.browser.run(self.page, "async text => { await (await eval(text)).text(); }", fetch)
        return list(arrived)


def words_of_cmd(text):
    """The words that a program gets of a command at the prompt of cmd.exe: first cmd.exe reads it, then the program's own start."""
    text = text.replace("\r", "")
    line, quoted, at = "", False, 0
    while at < len(text):
        sign = text[at]
        if sign == "^" and not quoted:
            # What follows is taken as it is; of a line's end, what follows that.
            at += 2 if text[at + 1 : at + 2] == "\n" else 1
            sign = text[at : at + 1]
        elif sign == '"':
            quoted = not quoted
        elif sign == "\n":
            break
        line, at = line + sign, at + 1
    words, word, quoted = [], None, False
    for slashes, quote, sign in re.findall(r'(\\*)(?:(")|([^\\"])|$)', line):
        if slashes:
            word = (word or "") + slashes[: len(slashes) // 2 if quote else None]
        if quote and len(slashes) % 2:
            word += '"'
        elif quote:
            word, quoted = word or "", not quoted
        elif sign and (quoted or sign not in " \t\n"):
            word = (word or "") + sign
        elif sign and word is not None:
            words, word = words + [word], None
    return words if word is None else words + [word]
