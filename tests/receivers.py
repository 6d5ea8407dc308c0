#!/usr/bin/env python3
"""Holds an upload against the browser's and curl's in the eyes of real servers: Werkzeug, Starlette, Django, aiohttp, Python's own modules,
busboy, formidable, multer, Node's own reader, PHP, Go, Tomcat, Mono's ASP.NET, and nginx with a low limit. Each answers what it saw of a
file: field name, file name, type, size and SHA-256. `centerpost upload`, `curl -F` and the form of Chromium send the same files with
hostile names, sizes, types and field names.

A difference to Chromium or curl has a reason in tests/receivers/differences.py, or the script fails. A server that cannot be installed
is named and left out.

No part of tests/run.sh: it fetches the servers with apt, pip and npm, and needs to be root for apt. tests/it/sending/receivers.rs tries
those that tests/run.sh installs. The folder in RECEIVERS keeps what pip and npm fetch.

    tests/receivers.py PROGRAM [--only NAME,NAME] [--table FILE]
"""

import argparse
import atexit
import collections
import concurrent.futures
import hashlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "receivers")
sys.path.insert(0, SOURCES)
sys.dont_write_bytecode = True

import browser  # noqa: E402
from differences import reason  # noqa: E402

MANY = 64 << 20
AT_ONCE = 3
NGINX = "/usr/sbin/nginx"

# ---------------------------------------------------------------------------------------------------------------------- what is sent

Case = collections.namedtuple("Case", "group what name in_folder content type field")


def recorded_names():
    with open(os.path.join(HERE, "data/receivers/names.json"), encoding="utf-8") as file:
        return json.load(file)


def cases(receiver):
    """What is sent to a receiver. The type that belongs to an extension is the sender's alone, so each is tried only where bytes arrive."""

    def case(group, what, name="crash.txt", in_folder=True, content=b"crash\r\n", type=None, field="file"):
        return Case(group, what, name if isinstance(name, bytes) else name.encode(), in_folder, content, type, field)

    for one in recorded_names():
        in_folder = one.get("in_folder", True)
        yield case("name", one["what"], one["name"], in_folder, type=None if in_folder else "text/plain")
    yield case("name", "Latin-1", b"caf\xe9.txt")
    yield case("name", "bytes of no character", b"a\xff\xfe\xc3.txt")
    yield case("size", "empty", content=b"")
    yield case("size", "one byte", content=b"\n")
    yield case("size", "line breaks and dashes at the end", content=b"a\r\n--\r\n----\r\n")
    yield case("size", "a header for a content", content=b'\r\n\r\n--x\r\nContent-Disposition: form-data; name="x"\r\n\r\n')
    yield case("size", "64 MiB", "crash.bin", content=MANY)
    for extension in EXTENSIONS.split() if receiver == "bytes" else SOME_EXTENSIONS.split():
        yield case("extension", extension, f"crash.{extension}")
    for kind in TYPES:
        yield case("type", kind, type=kind)
    for what, field in FIELDS.items():
        yield case("field", what, field=field)


EXTENSIONS = """txt log csv tsv json xml html md yaml ini conf png jpg jpeg gif webp bmp svg ico heic mp4 mov webm mkv avi mp3 wav ogg flac pdf
doc docx xls xlsx pptx odt zip gz tar tgz 7z rar bz2 xz zst dmp mdmp crash ips core etl evtx har pcap pcapng sqlite db exe dll apk ipa msi
dmg jar bat ps1 sh js css wasm ts dat bin unknownextension"""
SOME_EXTENSIONS = "txt log json xml png mp4 pdf docx zip gz dmp unknownextension"
TYPES = ["text/plain", "application/zip", "application/octet-stream", "image/png", "text/plain; charset=utf-8", "application/vnd.a+json",
         "Application/JSON", "multipart/mixed", "application/x-www-form-urlencoded", "message/rfc822", "no type", 'text/plain; a="b;c"']
FIELDS = {"space": "crash log", "brackets": "files[]", "dot": "crash.log", "umlaut": "dätei", "CJK": "日本", "quote": 'a"b', "apostrophe": "a'b",
          "percent": "a%22b", "semicolon": "a;b", "backslash": "a\\b", "line feed": "a\nb", "carriage return": "a\rb", "line break": "a\r\nb"}


class Files:
    """Each case's file, in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.made, self.lock = folder, {}, threading.Lock()

    def path(self, case):
        with self.lock:
            if case not in self.made:
                place = os.path.join(self.folder, str(len(self.made))).encode()
                os.makedirs(place)
                path = os.path.join(place, case.name if case.in_folder else b"file.txt")
                with open(path, "wb") as file:
                    if case.content == MANY:
                        piece = os.urandom(1 << 20)
                        for number in range(MANY >> 20):
                            file.write(number.to_bytes(4, "big") + piece[4:])
                    else:
                        file.write(case.content)
                self.made[case] = path
            return self.made[case]


# ------------------------------------------------------------------------------------------------------------------------- who sends

Outcome = collections.namedtuple("Outcome", "status rows")


def outcome(status, text):
    """What a receiver answered; of a refusal only that it is one, as its words may name what differs by chance."""
    if status == 200:
        try:
            rows = json.loads(text)
        except ValueError:
            return Outcome(status, f"no JSON: {text[:200]!r}")
        return Outcome(status, tuple(tuple(sorted(row.items())) for row in rows))
    trouble = re.search("ERR_[A-Z_]+", text) if status == 0 else None
    return Outcome(status, trouble and trouble.group())


class Centerpost:
    def __init__(self, program, folder):
        self.program = program
        self.environment = {**clean_environment(), "CENTERPOST_HOME": os.path.join(folder, "home"), "CENTERPOST_KEYRING": "off"}

    def send(self, case, path, address):
        command = [self.program, "upload", "--yes", "--no-history", "--output", "json", "--show-secrets", "--raw", "--endpoint", address,
                   "--name", case.field, "--file", path]
        command += [] if case.in_folder else [b"--filename=" + case.name]
        command += ["--type", case.type] if case.type is not None else []
        done = subprocess.run(command, capture_output=True, env=self.environment, stdin=subprocess.DEVNULL, timeout=120)
        try:
            exchange = json.loads(done.stdout)["exchange"]
            if exchange["response"] is None:
                return Outcome(0, exchange["error"]["kind"])
            return outcome(exchange["response"]["status"], exchange["response"]["body"])
        except (ValueError, KeyError, TypeError):
            return Outcome(0, f"exit code {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")


class Curl:
    def __init__(self, escapes=False):
        self.escapes = escapes

    def send(self, case, path, address):
        quoted = lambda text: b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
        form = case.field.encode() + b"=@" + quoted(path)
        form += b"" if case.in_folder else b";filename=" + quoted(case.name)
        form += b";type=" + case.type.encode() if case.type is not None else b""
        command = ["curl", "-sS", "--noproxy", "*", "--max-time", "100", "-w", "%{stderr}\n%{http_code}", "-F", form, address]
        command += ["--form-escape"] if self.escapes else []
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
        if done.returncode:
            return Outcome(0, f"exit code {done.returncode}")
        return outcome(int(done.stderr.split()[-1]), done.stdout.decode(errors="replace"))


class Chromium:
    def __init__(self, one, page):
        self.browser, self.page, self.own = one, page, threading.local()

    def send(self, case, path, address):
        if not hasattr(self.own, "tab"):
            self.own.tab = browser.Tab(self.browser, self.page)
        try:
            if case.in_folder and case.type is None:
                found = self.own.tab.send(address, case.field, path=path.decode())
            else:
                found = self.own.tab.send(address, case.field, made=(case.content.decode(), case.name.decode(), case.type))
        except UnicodeDecodeError:
            # The protocol names files in UTF-8.
            return None
        return outcome(*found)


def clean_environment():
    proxies = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}
    kept = {name: value for name, value in os.environ.items() if name.lower() not in proxies}
    return {**kept, "no_proxy": "*", "LC_ALL": "C.UTF-8"}


# ---------------------------------------------------------------------------------------------------------------------- who receives

started = []


def start(command, **options):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)
    started.append(process)
    return process


def stop_all():
    for process in started:
        try:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Bytes(http.server.BaseHTTPRequestHandler):
    """The page with the form, and a receiver that takes the body apart at its boundary and nowhere else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        page = b"""<!DOCTYPE html><meta charset="utf-8"><iframe name="answer" hidden></iframe>
            <form method="post" enctype="multipart/form-data" target="answer"></form>"""
        self.answer(page, "text/html; charset=utf-8")

    def do_POST(self):
        kind, _, boundary = self.headers["Content-Type"].partition("boundary=")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        line = b"--" + boundary.encode()
        head, _, content = body.partition(b"\r\n\r\n")
        content, _, end = content.rpartition(b"\r\n" + line)
        head = head.replace(line, b"BOUNDARY", 1).decode("latin-1")
        row = {"kind": kind, "head": head, "end": end.decode("latin-1"), "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        self.answer(json.dumps([row]).encode(), "application/json")

    def answer(self, text, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass

    def log_message(self, *_):
        pass


class Unavailable(Exception):
    """A receiver cannot be had here."""


class Receivers:
    """Installs and starts the receivers by name. Each function returns the command, given a port, and may change the address' path."""

    def __init__(self, tools, folder):
        self.tools, self.folder = tools, folder

    def apt(self, *packages):
        missing = [one for one in packages if "install ok installed" not in said(["dpkg-query", "-W", "-f=${Status}", one])]
        if missing:
            print(f"installing {' '.join(missing)}", file=sys.stderr, flush=True)
            command = ["apt-get", "-o", "DPkg::Lock::Timeout=900", "install", "-y", "-qq", "--no-install-recommends", *missing]
            done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
            if done.returncode:
                raise Unavailable(f"apt-get does not install {' '.join(missing)}: {done.stderr.strip()[-200:]}")

    def python(self, kind, *packages):
        place = os.path.join(self.tools, "python", kind)
        if packages and not os.path.isdir(place):
            command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", place + ".new", *packages]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Unavailable(f"pip does not install {' '.join(packages)}: {done.stderr.strip()[-200:]}")
            os.rename(place + ".new", place)
        environment = {**clean_environment(), "PYTHONPATH": place, "PYTHONWARNINGS": "ignore"}
        return lambda port: start([sys.executable, os.path.join(SOURCES, "python_servers.py"), kind, str(port)], env=environment, **self.quiet(kind))

    def node(self, kind, *packages):
        self.apt("nodejs") if not shutil.which("node") else None
        place = os.path.join(self.tools, "node", kind)
        if packages and not os.path.isdir(os.path.join(place, "node_modules")):
            self.apt("npm") if not shutil.which("npm") else None
            os.makedirs(place, exist_ok=True)
            done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *packages], cwd=place, capture_output=True, text=True)
            if done.returncode:
                raise Unavailable(f"npm does not install {' '.join(packages)}: {done.stderr.strip()[-200:]}")
        return lambda port: start(["node", os.path.join(SOURCES, "node_servers.js"), kind, str(port), place], **self.quiet(kind))

    def php(self):
        self.apt("php-cli") if not shutil.which("php") else None
        limits = ["-d", "upload_max_filesize=200M", "-d", "post_max_size=200M", "-d", "display_errors=0"]
        return lambda port: start(["php", *limits, "-S", f"127.0.0.1:{port}", os.path.join(SOURCES, "receiver.php")], **self.quiet("php"))

    def go(self):
        self.apt("golang-go") if not shutil.which("go") else None
        program = os.path.join(self.folder, "go-receiver")
        environment = {**clean_environment(), "GOCACHE": os.path.join(self.tools, "go"), "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
        self.build(["go", "build", "-o", program, os.path.join(SOURCES, "receiver.go")], env=environment)
        return lambda port: start([program, str(port)], **self.quiet("go"))

    def tomcat(self):
        self.apt("libtomcat10-embed-java", "libtomcat10-java")
        self.apt("openjdk-17-jdk-headless") if not shutil.which("javac") else None
        names = ["embed-core", "annotations-api", "servlet-api", "juli", "jsp-api", "el-api", "coyote", "catalina", "util", "util-scan", "jni",
                 "jaspic-api", "api"]
        jars = ":".join(f"/usr/share/java/tomcat10-{name}.jar" for name in names)
        self.build(["javac", "-cp", jars, "-d", self.folder, os.path.join(SOURCES, "Receiver.java")])
        return lambda port: start(["java", "-Xmx512m", "-cp", f"{self.folder}:{jars}", "Receiver", str(port)], **self.quiet("tomcat"))

    def mono(self):
        """ASP.NET behind nginx, as Mono's own web server does not start with the Mono of Debian 12."""
        self.apt("mono-fastcgi-server4", "mono-mcs", "libmono-system-web-extensions4.0-cil")
        self.apt("nginx-light") if not os.path.exists(NGINX) else None
        site = os.path.join(self.folder, "mono-site")
        os.makedirs(site)
        shutil.copy(os.path.join(SOURCES, "receiver.ashx"), site)
        with open(os.path.join(site, "web.config"), "w", encoding="utf-8") as file:
            file.write('<configuration><system.web><httpRuntime maxRequestLength="204800"/><compilation><assemblies>'
                       '<add assembly="System.Web.Extensions, Version=4.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"/>'
                       '</assemblies></compilation></system.web></configuration>')

        def begin(port):
            back = free_port()
            wait_for(back, start(["fastcgi-mono-server4", f"/applications=/:{site}", f"/socket=tcp:127.0.0.1:{back}"], **self.quiet("mono")))
            return self.begin_nginx(
                "mono-nginx", port, f"client_max_body_size 200m; root {site}; include /etc/nginx/fastcgi_params; fastcgi_pass 127.0.0.1:{back};"
                " fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_param PATH_INFO '';")

        return begin

    def nginx(self):
        """A limit of 1 MiB in front of Go's server."""
        self.apt("nginx-light") if not os.path.exists(NGINX) else None
        behind = self.go()

        def begin(port):
            back = free_port()
            wait_for(back, behind(back))
            return self.begin_nginx("nginx", port, f"client_max_body_size 1m; proxy_pass http://127.0.0.1:{back};")

        return begin

    def begin_nginx(self, name, port, location):
        place = os.path.join(self.folder, name)
        os.makedirs(place)
        temporary = " ".join(f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user root;" if os.getuid() == 0 else ""
        with open(os.path.join(place, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(f"{user} daemon off; pid {place}/pid; error_log {place}/errors; events {{}}\nhttp {{ access_log off; {temporary}\n"
                       f"server {{ listen 127.0.0.1:{port}; location / {{ {location} }} }} }}\n")
        return start([NGINX, "-p", place, "-c", f"{place}/nginx.conf", "-e", f"{place}/errors"], **self.quiet(name))

    def build(self, command, **options):
        done = subprocess.run(command, capture_output=True, text=True, **options)
        if done.returncode:
            raise Unavailable(f"{command[0]} does not build it: {done.stderr.strip()[-300:]}")

    def quiet(self, name):
        return {"cwd": self.folder, "stdout": subprocess.DEVNULL, "stderr": open(os.path.join(self.folder, f"{name}.errors"), "wb")}

    def all(self):
        return {
            "Werkzeug": lambda: self.python("werkzeug", "werkzeug"),
            "Starlette": lambda: self.python("starlette", "starlette", "python-multipart", "uvicorn"),
            "Django": lambda: self.python("django", "django"),
            "aiohttp": lambda: self.python("aiohttp", "aiohttp"),
            "Python cgi": lambda: self.python("cgi"),
            "Python email": lambda: self.python("email"),
            "busboy": lambda: self.node("busboy", "busboy"),
            "formidable": lambda: self.node("formidable", "formidable"),
            "multer": lambda: self.node("multer", "multer"),
            "Node fetch": lambda: self.node("fetch"),
            "PHP": self.php,
            "Go": self.go,
            "Tomcat": self.tomcat,
            "Mono ASP.NET": self.mono,
            "nginx 1 MiB": self.nginx,
        }


def said(command):
    return subprocess.run(command, capture_output=True, text=True).stdout


def wait_for(port, process=None):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process is not None and process.poll() is not None:
                break
            time.sleep(0.1)
    raise Unavailable("it does not start")


# ------------------------------------------------------------------------------------------------------------------------ the result


def shown(found):
    if found is None:
        return "not sent"
    if found.rows is None or isinstance(found.rows, str):
        return f"status {found.status}" + (f", {found.rows}" if found.rows else "")
    if not found.rows:
        return "no file"
    row = dict(found.rows[0])
    if "head" in row:
        return json.dumps(row["head"].partition("form-data; ")[2].replace("\r\nContent-Type: ", " | "), ensure_ascii=True)
    kept = [json.dumps(row["filename"], ensure_ascii=True), row["type"], f"{row['size']} bytes", row["sha256"][:8]]
    return f"{json.dumps(row['name'])}: " + ", ".join(map(str, kept))


def try_receiver(name, address, senders, files):
    """Each case's outcome by sender."""
    results, begun = [], time.monotonic()
    for case in cases(name):
        path = files.path(case)
        found = {}
        for label, sender in senders.items():
            if label == "curl --form-escape" and not re.search(rb'["\\\r\n]', case.name + case.field.encode()):
                # It differs from curl without it in these characters alone.
                found[label] = found["curl"]
                continue
            try:
                found[label] = sender.send(case, path, address)
            except (subprocess.TimeoutExpired, browser.BrowserError) as error:
                found[label] = Outcome(0, str(error)[:200])
        results.append((case, found))
    print(f"{name}: {len(results)} files in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return results


def as_it_is(case, found):
    """Whether the receiver saw the file's own name."""
    if not found or not found.rows or isinstance(found.rows, str):
        return False
    return dict(found.rows[0]).get("filename") == case.name.decode(errors="surrogateescape")


def main():
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("program")
    reader.add_argument("--only", default="", help="the receivers, with commas between them; bytes is the one that only takes parts at their boundary")
    reader.add_argument("--table", help="write what each receiver saw of each file to this file")
    arguments = reader.parse_args()
    wanted = {name.strip().lower() for name in arguments.only.split(",") if name.strip()}

    folder = tempfile.mkdtemp(prefix="receivers-")

    def end(number=None, _=None):
        stop_all()
        shutil.rmtree(folder, ignore_errors=True)
        if number is not None:
            # The threads that send are not waited for.
            os._exit(128 + number)

    atexit.register(end)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    sys.exit(run(arguments, wanted, folder))


def run(arguments, wanted, folder):
    receivers = Receivers(os.environ.get("RECEIVERS") or os.path.join(folder, "tools"), folder)
    os.makedirs(receivers.tools, exist_ok=True)
    recorder = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bytes)
    threading.Thread(target=recorder.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{recorder.server_port}"

    addresses, left_out = {}, {}
    if not wanted or "bytes" in wanted:
        addresses["bytes"] = f"{base}/files/file"
    for name, prepare in receivers.all().items():
        if wanted and name.lower() not in wanted:
            continue
        try:
            begin, port = prepare(), free_port()
            wait_for(port, begin(port))
            addresses[name] = f"http://127.0.0.1:{port}/" + ("receiver.ashx" if "Mono" in name else "files/file")
        except (Unavailable, OSError) as error:
            left_out[name] = error

    senders = {"Centerpost": Centerpost(os.path.abspath(arguments.program), folder), "curl": Curl(), "curl --form-escape": Curl(True)}
    try:
        receivers.apt("chromium", "shared-mime-info")
        one = browser.Browser("chromium", os.path.join(folder, "chromium"))
        started.append(one.process)
        senders["Chromium"] = Chromium(one, f"{base}/form")
    except (Unavailable, OSError) as error:
        left_out["Chromium"] = error

    files = Files(os.path.join(folder, "files"))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        begun = {name: pool.submit(try_receiver, name, address, senders, files) for name, address in addresses.items()}
        results = {name: future.result() for name, future in begun.items()}
    return report(arguments, results, senders, left_out)


def written_otherwise(found):
    """The names that Chromium writes in another way than tests/data/receivers/names.json says, which the tests go by."""
    recorded = {one["what"]: one["chromium"] for one in recorded_names()}
    for case, outcomes in found:
        theirs = outcomes.get("Chromium")
        if case.group == "name" and case.what in recorded and theirs and theirs.rows:
            head = dict(theirs.rows[0])["head"].encode("latin-1").decode()
            if f'filename="{recorded[case.what]}"\r\n' not in head:
                yield f"{case.what}: {json.dumps(head)}"


def report(arguments, results, senders, left_out):
    others = [label for label in senders if label != "Centerpost"]
    reasons, unnamed, lines = collections.defaultdict(set), [], []
    head = ["receiver", "files", "name as it is", *(f"as {label}" for label in others), "named", "unnamed"]
    rows = [head]
    for name, found in results.items():
        same, named, count = collections.Counter(), 0, 0
        lines += ["", f"## {name}", ""]
        for case, outcomes in found:
            ours = outcomes["Centerpost"]
            lines.append(f"{case.group}: {case.what}\n    Centerpost: {shown(ours)}")
            for label in others:
                theirs = outcomes[label]
                if theirs == ours:
                    same[label] += 1
                    continue
                why = reason(case, label, ours, theirs)
                lines.append(f"    {label}: {shown(theirs)} ({why or 'NO REASON'})")
                if why:
                    named += 1
                    reasons[(label, why)].add(f"{case.group}: {case.what}")
                else:
                    count += 1
                    unnamed.append(f"{name}, {case.group}: {case.what}\n    Centerpost: {shown(ours)}\n    {label}: {shown(theirs)}")
        seen = sum(as_it_is(case, outcomes["Centerpost"]) for case, outcomes in found)
        rows.append([name, len(found), "-" if name == "bytes" else seen, *(same[label] for label in others), named, count])
    widths = [max(len(str(row[at])) for row in rows) for at in range(len(head))]
    for row in rows:
        print("  ".join(str(cell).ljust(width) if at == 0 else str(cell).rjust(width) for at, (cell, width) in enumerate(zip(row, widths))))
    print("\nNamed differences:")
    for (label, why), files in sorted(reasons.items()):
        print(f"  {label}: {why} ({len(files)} files: {', '.join(sorted(files)[:6])}{', ...' if len(files) > 6 else ''})")
    for name, error in left_out.items():
        print(f"left out: {name}: {error}")
    for one in unnamed:
        print(f"NO REASON {one}")
    otherwise = list(written_otherwise(results.get("bytes", [])))
    for one in otherwise:
        print(f"NOT AS IN names.json: {one}")
    if arguments.table:
        with open(arguments.table, "w", encoding="utf-8") as file:
            file.write("\n".join(lines).lstrip() + "\n")
    return 1 if unnamed or otherwise or not results else 0


if __name__ == "__main__":
    main()
