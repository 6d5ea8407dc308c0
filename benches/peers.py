#!/usr/bin/env python3
"""Times whole processes of Centerpost beside other tools that do the same work, in turns, and prints a table.

Peers that are on PATH take part: curl and sha256sum always, and HTTPie (http), xh, Hurl (hurl) and Newman (newman) where they are
installed. Everything runs on 127.0.0.1: nginx answers the small requests, and a server of this script takes the large uploads.

Usage: benches/peers.py [--only NAME] [--rounds N] [--upload-mib N] [PROGRAM]
The program is target/release/centerpost unless it is given.
"""

import argparse
import csv
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time

ANSWER = {"status": 201, "id": 4711}
KEY = "bench-3f0c9a71d2"


class Sink:
    """Takes requests of any size, reads each to its end and answers 201."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            stream, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(stream,), daemon=True).start()

    def serve(self, stream):
        body = json.dumps(ANSWER).encode()
        answer = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        buffer = bytearray(1 << 20)
        rest = b""
        try:
            while True:
                while b"\r\n\r\n" not in rest:
                    count = stream.recv_into(buffer)
                    if count == 0:
                        return
                    rest += bytes(buffer[:count])
                head, rest = rest.split(b"\r\n\r\n", 1)
                fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
                fields = {name.lower(): value for name, value in fields.items()}
                if b"expect" in fields:
                    stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                left = int(fields[b"content-length"]) - len(rest)
                while left > 0:
                    left -= stream.recv_into(buffer, min(left, len(buffer)))
                rest = b"" if left >= 0 else rest[left:]
                stream.sendall(answer)
        except (OSError, KeyError, ValueError):
            pass
        finally:
            stream.close()


class Nginx:
    """Answers small requests at once, and passes others on to itself for the relay's row."""

    def __init__(self, folder):
        self.port, self.proxy_port = free_port(), free_port()
        endpoint = f"http://127.0.0.1:{self.port}/api/v1/projects/p/feedback/s/4711/files/crashlog"
        self.answer = json.dumps({**ANSWER, "attachments": {"crashlog": endpoint}})
        config = folder / "nginx.conf"
        config.write_text(
            f"""daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_max_body_size 0; keepalive_requests 1000000; default_type application/json;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{self.port}; location / {{ return 201 '{self.answer}'; }} }}
  upstream up {{ server 127.0.0.1:{self.port}; keepalive 128; }}
  server {{ listen 127.0.0.1:{self.proxy_port};
    location / {{ proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_request_buffering off; }} }}
}}
"""
        )
        self.process = subprocess.Popen(["nginx", "-c", config], stderr=subprocess.DEVNULL)
        wait_for(self.port)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing listens at port {port}")


def measure(command, env, folder):
    """Seconds and the largest resident memory in MiB of one process that has to succeed."""
    with (folder / "said.txt").open("w+") as said:
        begun = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - begun
        if status != 0:
            said.seek(0)
            raise SystemExit(f"{command[:4]} ended with status {status}: {said.read()[-2000:]}")
    return took, usage.ru_maxrss / 1024


def profile(port, name, fields):
    """A profile of a server at this port, as JSON has it. A field is its name, its parameter and its kind."""
    return {
        "format": "centerpost.profile/1",
        "name": name,
        "base_url": f"http://127.0.0.1:{port}",
        "project_key": "p",
        "source_key": "s",
        "api_key": KEY,
        "default_submitter": "bot@example.com",
        "workflow_status": "New",
        "statuses": ["New"],
        "fields": [{"field": field, "parameter": parameter, "kind": kind} for field, parameter, kind in fields],
        "file_elements": [{"field": "Crash log", "parameter": "crashlog"}],
    }


class Bench:
    def __init__(self, options, folder):
        self.program = str(pathlib.Path(options.program).resolve())
        self.rounds, self.folder, self.only = options.rounds, folder, options.only
        self.upload_mib = options.upload_mib
        self.env = dict(os.environ, CENTERPOST_HOME=str(folder / "home"), CENTERPOST_KEYRING="off", NO_PROXY="*")
        self.nginx, self.sink = Nginx(folder), Sink()
        self.profile = self.profile_for(self.nginx.port, "small")
        self.payload = folder / "payload.json"
        self.payload.write_text(json.dumps({"submitter": "jim@example.com", "summary": "Crash on load", "severity": "Major"}))
        self.url = f"http://127.0.0.1:{self.nginx.port}/api/v1/projects/p/feedback/s?apiKey={KEY}"

    def profile_for(self, port, name):
        path = self.folder / f"{name}.profile.json"
        fields = [("Submitter", "submitter", "submitter"), ("Summary", "summary", "text"), ("Severity", "severity", "text")]
        path.write_text(json.dumps(profile(port, name, fields)))
        return str(path)

    def row(self, name, commands, rounds=None):
        """Runs each command in each round, so that what else the machine does meets all of them alike."""
        commands = {who: command for who, command in commands.items() if shutil.which(command[0])}
        taken = {who: [] for who in commands}
        largest = dict.fromkeys(commands, 0.0)
        for turn in range((rounds or self.rounds) + 1):
            for who, command in commands.items():
                took, memory = measure(command, self.env, self.folder)
                largest[who] = max(largest[who], memory)
                # The first round fills the caches.
                if turn > 0:
                    taken[who].append(took)
        own = statistics.median(taken["centerpost"])
        for who, times in taken.items():
            median = statistics.median(times)
            ratio = "" if who == "centerpost" else f"{own / median:.2f}"
            spread = f"{min(times) * 1000:.0f} to {max(times) * 1000:.0f}"
            print(f"| {name} | {who} | {median * 1000:.1f} | {spread} | {ratio} | {largest[who]:.0f} |", flush=True)

    def send(self):
        json_type = "Content-Type: application/json"
        hurl = self.folder / "one.hurl"
        hurl.write_text(f"POST {self.url}\n{json_type}\n{self.payload.read_text()}\nHTTP 201\n")
        commands = {
            "centerpost": [self.program, "send", "--profile", self.profile, "--json", str(self.payload), "--yes"],
            "curl": ["curl", "-sf", "-o", "/dev/null", "-H", json_type, "--data-binary", f"@{self.payload}", self.url],
            "xh": ["xh", "--ignore-stdin", "POST", self.url, json_type, f"@{self.payload}"],
            "HTTPie": ["http", "--ignore-stdin", "POST", self.url, json_type, f"@{self.payload}"],
            "Hurl": ["hurl", str(hurl)],
            "Newman": ["newman", "run", self.collection(), "--silent"],
        }
        self.row("one payload, with history", commands)

    def collection(self):
        path = self.folder / "one.postman_collection.json"
        body = {"mode": "raw", "raw": self.payload.read_text(), "options": {"raw": {"language": "json"}}}
        request = {"method": "POST", "url": self.url, "header": [{"key": "Content-Type", "value": "application/json"}], "body": body}
        check = {
            "listen": "test",
            "script": {"exec": ["pm.test('s', () => pm.response.to.have.status(201)); pm.test('i', () => pm.expect(pm.response.json().id).to.eql(4711))"]},
        }
        info = {"name": "one", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
        path.write_text(json.dumps({"info": info, "item": [{"name": "one", "request": request, "event": [check]}]}))
        return str(path)

    def upload(self):
        file = self.folder / "large.bin"
        block = os.urandom(1 << 20)
        with file.open("wb") as out:
            for _ in range(self.upload_mib):
                out.write(block)
        at = f"http://127.0.0.1:{self.sink.port}/api/v1/projects/p/feedback/s/4711/files/crashlog?apiKey={KEY}"
        profile = self.profile_for(self.sink.port, "large")
        commands = {
            "centerpost": [self.program, "upload", "--profile", profile, "--endpoint", at, "--file", str(file), "--yes"],
            "curl -F": ["curl", "-sf", "-o", "/dev/null", "-F", f"crashlog=@{file}", at],
            "sha256sum": ["sha256sum", str(file)],
        }
        self.row(f"upload of {self.upload_mib} MiB with SHA-256", commands, rounds=min(self.rounds, 3))
        file.unlink()

    def suite(self, name, steps, more=""):
        path = self.folder / f"{name}.toml"
        path.write_text(f'format = "centerpost.suite/1"\nname = "{name}"\nprofile = "{self.profile}"\nconcurrency = 8\n{more}\n{steps}')
        return str(path)

    def rows(self):
        data = self.folder / "rows.csv"
        with data.open("w", newline="") as out:
            lines = csv.writer(out)
            lines.writerow(["summary", "severity"])
            lines.writerows((f"Crash number {number}", "Major") for number in range(1000))
        expect = 'expect = [{ status = 201 }, { pointer = "/id", equals = 4711 }]'
        step = f'[data]\nfile = "rows.csv"\n[[step]]\nsend = {{ submitter = "jim@example.com" }}\n{expect}\n'
        hurl = self.folder / "rows.hurl"
        asserts = '[Asserts]\njsonpath "$.id" == 4711\n'
        hurl.write_text(f"POST {self.url}\nContent-Type: application/json\n{self.payload.read_text()}\nHTTP 201\n{asserts}")
        commands = {
            "centerpost": [self.program, "run", self.suite("rows", step), "--restart", "--yes"],
            "Hurl": ["hurl", "--test", "--jobs", "8", "--repeat", "1000", str(hurl)],
            "Newman": ["newman", "run", self.collection(), "-n", "1000", "--silent"],
        }
        self.row("1,000 rows, two assertions each, with history", commands, rounds=min(self.rounds, 5))

    def uploads(self):
        file = self.folder / "small.bin"
        file.write_bytes(os.urandom(64 << 10))
        step = '[[step]]\nsend = { summary = "a" }\nattach = [{ element = "crashlog", file = "small.bin" }]\n'
        at = f"http://127.0.0.1:{self.nginx.port}/api/v1/projects/p/feedback/s/4711/files/crashlog?apiKey={KEY}"
        config = self.folder / "curl.conf"
        create = f'url = "{self.url}"\nheader = "Content-Type: application/json"\ndata-binary = "@{self.payload}"\noutput = "/dev/null"\n'
        upload = f'url = "{at}"\nform = "crashlog=@{file}"\noutput = "/dev/null"\n'
        config.write_text("next\n".join([create, upload] * 200))
        commands = {
            "centerpost": [self.program, "run", self.suite("uploads", step, "repeat = 200"), "--restart", "--yes"],
            "curl --parallel": ["curl", "-sf", "--parallel", "--parallel-max", "8", "-K", str(config)],
        }
        self.row("200 tickets with a file of 64 KiB, 8 at once", commands, rounds=min(self.rounds, 5))

    def relay(self):
        if not shutil.which("wrk"):
            return
        said = (self.folder / "relay.txt").open("w")
        port = free_port()
        relay = [self.program, "relay", "--profile", self.profile, "--listen", f"127.0.0.1:{port}", "--yes", "--output", "json"]
        process = subprocess.Popen(relay, env=self.env, stdout=said, stderr=said)
        wait_for(port)
        script = self.folder / "post.lua"
        script.write_text(
            f"wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = '{self.payload.read_text()}'\n"
        )
        try:
            places = {"direct": self.nginx.port, "nginx proxy_pass": self.nginx.proxy_port, "centerpost relay": port}
            for who, at in places.items():
                url = self.url.replace(str(self.nginx.port), str(at))
                command = ["wrk", "-t1", "-c64", "-d5s", "--latency", "-s", str(script), url]
                done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                median = next(line.split()[1] for line in done.splitlines() if line.strip().startswith("50%"))
                rate = next(line.split()[1] for line in done.splitlines() if line.startswith("Requests/sec"))
                print(f"| 64 connections, small POSTs | {who} | median {median} | {rate} requests/s | | |", flush=True)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()

    def start(self):
        bare = max(pathlib.Path(self.program).parent.glob("deps/bare_window-*[0-9a-f]"), key=os.path.getmtime, default=None)
        if not bare or not shutil.which("Xvfb") or not shutil.which("xdotool"):
            return
        with subprocess.Popen(["Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", "1600x1000x24"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as screen:
            env = dict(self.env, DISPLAY=f":{screen.stdout.readline().decode().strip()}", LIBGL_ALWAYS_SOFTWARE="1")
            env.pop("WAYLAND_DISPLAY", None)
            windows = {"a bare eframe window": (str(bare), "bare-window"), "centerpost": (self.program, "centerpost")}
            taken, memory = {who: [] for who in windows}, {who: [] for who in windows}
            for _ in range(self.rounds + 1):
                for who, (program, kind) in windows.items():
                    begun = time.perf_counter()
                    process = subprocess.Popen([program], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    search = ["xdotool", "search", "--sync", "--onlyvisible", "--class", kind]
                    subprocess.run(search, env=env, stdout=subprocess.DEVNULL, check=True, timeout=60)
                    taken[who].append(time.perf_counter() - begun)
                    time.sleep(2)
                    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
                    memory[who].append(int(resident) / 1024)
                    process.kill()
                    process.wait()
            own = statistics.median(taken["centerpost"][1:])
            for who in windows:
                median = statistics.median(taken[who][1:])
                spread = f"{min(taken[who][1:]) * 1000:.0f} to {max(taken[who][1:]) * 1000:.0f}"
                ratio = "" if who == "centerpost" else f"{own / median:.2f}"
                resident = statistics.median(memory[who])
                print(f"| start until the window shows | {who} | {median * 1000:.0f} | {spread} | {ratio} | {resident:.0f} |", flush=True)
            screen.terminate()

    def run(self):
        print("| work | program | median, ms | range, ms | centerpost / it | memory, MiB |\n|---|---|---|---|---|---|")
        for name in ("send", "upload", "rows", "uploads", "relay", "start"):
            if self.only in (None, name):
                getattr(self, name)()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["send", "upload", "rows", "uploads", "relay", "start"])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--upload-mib", type=int, default=2048)
    parser.add_argument("program", nargs="?", default="target/release/centerpost")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, pathlib.Path(folder))
        try:
            bench.run()
        finally:
            bench.nginx.stop()


if __name__ == "__main__":
    main()
