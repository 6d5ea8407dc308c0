#!/usr/bin/env python3
"""Looks for inputs that take more than their length: one short text repeated, through every command that reads foreign text.

Each text is repeated to 20 kB and to 80 kB and given as the body of an answer, as a header of an answer, as a paste and as parts of a curl
command. The figures are seconds of processor time. A ratio over 8 is printed, for four times the text; so is a panic. Ends with 1 if there
was any. Usage: tests/stress/repeated.py [--ways WORD,...] [--seconds N] [--limit N] [PATH OF centerpost]
"""

import argparse
import json
import os
import pathlib
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time

SMALL, LARGE, RATIO = 20_000, 80_000, 8
KEY = "Kf3+qZ/9&xYw0b"
URL = "https://acme.centercode.com/api/v1/projects/beta1/feedback/log?apiKey=k123456"
UNITS = [chr(code) for code in range(1, 128)] + [
    *("\\", "\\\\", "\\u", "\\u{", "\\x", "\\u0041", "\\u004", "\\x41", "\\053", "\"\\", "\\\"", "&", "&#", "&#0", "&#x", "&amp;", "&#97;"),
    *("%", "%%", "%2", "%25", "%61", "%7B%7B", "%40", "%3D", "token%3D", "=?", "=?utf-8?B?", "=3D", "=\r\n", "= ", "://", "http://"),
    *("http://a?", "http://a/b?apiKey=c ", "/api/", "apiKey=", "apiKey=a&", "apiKey==&", "apiKey=&", "apiKey%3d", ";sid=", "?token={{"),
    *("#token=", "${", "$(", "$((", "`$(", "$'", '$"', "$a", "$env:a", "{{", "{", "}}", "{{a}}", "{{k-", "{{k-1}}", "#{", "%(", "%A%"),
    *("a@", "a@b.c ", "@", "@\"\n", "@'\n", "Bearer ", "Basic ", "Bearer eyJhbGciOi.eyJzdWIi.c2ln ", "Authorization: ", "Cookie: a=b; "),
    *("YWFh", "S2YzK3FaLzkmeFl3MG", "S2Yz\r\n", "4b66", "4b 66 ", "0x4b, ", "75, ", "-1,", "K\0", "\0", "Kf3+", KEY[:-1], KEY, "é", "日", "\ufeff"),
    *("\u202e", "••••", "<", "<a ", "<!--", "<script>", "<![CDATA[", "&lt;", "[", "[[[", '{"a":', '"a",', '"x', "\"?", "'\"", "/*", "//", "'", "\""),
    *("\n", "\r\n", "\\\n", "^\n", "`\n", " \n", "- a: ", "---\n", "a,b\n", "|a|", "a: ", "-d a ", "-H a:b ", "-F a=@b ", "--next ", "curl "),
    *("curl http://a ", "POST http://a\n", "GET / HTTP/1.1 ", "HTTP/1.1 200 OK\r\n", "Content-Length: 1\n", "--x\r\n", "###\n", "<<EOF\n"),
    *("<<A", "&&", "||", ">&1", 'fetch("', "requests.post(", "Invoke-WebRequest ", "$x=", "data:", "2026-11-30 09:00:00 ", "line 1, column 1 "),
    *("summary ", "field summary is required. ", "a.", "1 ", "-", "\x1b[", "10.0.0.1 ", "Password=a;", "ghp_", "AKIA", "eyJ", "eyJ."),
]
PASTES = {
    "bare": lambda text: text,
    "double": lambda text: f"curl '{URL}' -d \"{text}\"",
    "single": lambda text: f"curl '{URL}' -d '{text}'",
    "plain": lambda text: f"curl '{URL}' -d {text}",
}


def repeated(unit, size):
    return (unit * (size // len(unit) + 1))[:size]


class Server:
    """Answers every request with what it was told last."""

    def __init__(self):
        self.answer = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                try:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        head += connection.recv(65536) or b"\r\n\r\n"
                    connection.sendall(self.answer)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65536):
                        pass
                except OSError:
                    pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/centerpost")
    parser.add_argument("program", nargs="?", default=built)
    parser.add_argument("--ways", default="", help="only these: body, header, import, check, diagnose, replay, export, bundle")
    parser.add_argument("--seconds", type=float, default=0, help="stop after so long")
    parser.add_argument("--limit", type=int, default=30, help="the seconds of processor time after which a run is ended")
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(Run(program, pathlib.Path(folder), arguments).all())


class Run:
    def __init__(self, program, folder, arguments):
        self.program, self.folder, self.arguments = program, folder, arguments
        self.server = Server()
        self.profile = folder / "p.profile.json"
        self.profile.write_text(json.dumps({
            "format": "centerpost.profile/1", "name": "Acme", "base_url": f"http://127.0.0.1:{self.server.port}",
            "project_key": "beta1", "source_key": "log", "api_key": KEY, "default_submitter": "a@b.example",
            "workflow_status": "New", "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
        }))
        self.environment = dict(os.environ, CENTERPOST_HOME=str(folder / "home"), CENTERPOST_KEYRING="off", NO_PROXY="*")
        self.tried = self.sent = self.bad = 0

    def seconds(self, *command):
        limit = self.arguments.limit
        self.tried += 1
        bound = lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        child = subprocess.Popen([self.program, *command], env=self.environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=bound)
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode == 101:
            self.bad += 1
            print(f"PANIC {command[0]}: {said[:300]!r}", flush=True)
        return used.ru_utime + used.ru_stime

    def send(self, answer):
        self.server.answer = answer
        self.sent += 1
        return self.seconds("send", "--profile", str(self.profile), "--set", f"summary=number {self.sent}", "--yes")

    def body(self, text):
        body = text.encode()
        head = f"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        return self.send(head.encode() + body)

    def header(self, text):
        # A header has no line ends, and a client limits its length.
        line = text.replace("\r", " ").replace("\n", " ").replace("\0", " ")
        return self.send(f"HTTP/1.1 400 Bad Request\r\nX-Note: {line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    def paste(self, command):
        def run(text):
            file = self.folder / "paste.txt"
            file.write_bytes(text.encode())
            return self.seconds(*[str(file) if word is None else word for word in command])
        return run

    def ways(self):
        yield "body", self.body
        yield "header", self.header
        profile = ["--profile", str(self.profile)]
        commands = {
            "import": ["import", None],
            "check": ["check", None, *profile],
            "diagnose": ["diagnose", None, *profile],
            "replay": ["replay", None, "--dry-run"],
            "export": ["export", "har", None],
            "bundle": ["bundle", None, "--preview"],
        }
        for name, command in commands.items():
            for shape, paste in PASTES.items():
                run = self.paste(command)
                yield f"{name} {shape}", lambda text, run=run, paste=paste: run(paste(text))

    def all(self):
        begun = time.time()
        wanted = [word for word in self.arguments.ways.split(",") if word]
        for name, run in self.ways():
            if wanted and name.split()[0] not in wanted:
                continue
            for unit in UNITS:
                if self.arguments.seconds and time.time() - begun > self.arguments.seconds:
                    print(f"stopped at {name} {unit!r}")
                    return self.end()
                large = run(repeated(unit, LARGE))
                # What is quick at this size needs no second look.
                if large < 1:
                    continue
                small = run(repeated(unit, SMALL))
                if large / small > RATIO or large > self.arguments.limit:
                    self.bad += 1
                    print(f"{name} {unit!r}: {small:.2f} s at 20 kB, {large:.2f} s at 80 kB", flush=True)
        return self.end()

    def end(self):
        print(f"{self.tried} runs, {self.bad} of note")
        return 1 if self.bad else 0


if __name__ == "__main__":
    main()
