#!/usr/bin/env python3
"""Counts the instructions of the hottest paths with callgrind, and compares them with those of the last release.

Counts, unlike times, are nearly the same on every machine. A path may grow by a third; beyond that the exit code is 1. The counts are
those of an unoptimised build with the locked crates, as the tests make it.

Usage: benches/instructions.py [--write] [--only NAME] PROGRAM
With --write they become those that later runs compare with (benches/instructions.json).
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# What Python compiles has no place beside the sources.
sys.dont_write_bytecode = True

from peers import KEY, Sink, profile

KEPT = pathlib.Path(__file__).with_suffix(".json")
# What a path may grow by, as a factor. Another C library or processor changes a count by some hundredths.
MOST = 1.33


def with_choices(port):
    fields = [("Submitter", "submitter", "submitter"), ("Summary", "summary", "text"), ("Severity", "severity", "single_choice")]
    made = profile(port, "counted", fields)
    made["fields"][2]["choices"] = ["Minor", "Major"]
    return made


def har(url, count):
    request = {
        "method": "POST",
        "url": url,
        "httpVersion": "HTTP/1.1",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": -1,
        "postData": {"mimeType": "application/json", "text": json.dumps({"summary": "Crash on load", "severity": "Major"})},
    }
    content = {"size": 40, "mimeType": "application/json", "text": '{"status": 404, "description": "Not found"}'}
    response = {"status": 404, "statusText": "Not Found", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [], "content": content}
    response |= {"redirectURL": "", "headersSize": -1, "bodySize": -1}
    entry = {"startedDateTime": "2026-05-04T08:00:00Z", "time": 12, "request": request, "response": response, "cache": {}}
    entry["timings"] = {"send": 1, "wait": 10, "receive": 1}
    return {"log": {"version": "1.2", "creator": {"name": "counted", "version": "1"}, "entries": [entry] * count}}


def paths(program, folder, port):
    """The commands to count, by the name of their path, in an order in which later ones find what earlier ones made."""
    write = lambda name, text: (folder / name).write_text(text if isinstance(text, str) else json.dumps(text)) and str(folder / name)
    mine = write("counted.profile.json", with_choices(port))
    url = f"http://127.0.0.1:{port}/api/v1/projects/p/feedback/sx?apiKey={KEY}"
    payload = {"submitter": "jim@example.com", "summary": "Crash on load", "severity": "major"}
    curl = write("curl.txt", f"curl -X POST '{url}' -H 'Content-Type: application/json' -d '{json.dumps(payload)}'\n")
    answer = 'HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{"status": 404, "description": "Not found"}\n'
    message = f"POST {url} HTTP/1.1\nContent-Type: application/json\n\n{json.dumps(payload)}\n\n"
    log = "".join(f"2026-05-04 08:00:{n % 60:02} INFO POST {url} {json.dumps(payload)} 404 {n} ms\n" for n in range(500))
    right = write("right.json", {**payload, "severity": "Major"})
    write("rows.csv", "summary\n" + "".join(f"Crash number {number}\n" for number in range(50)))
    expect = 'expect = [{ status = 201 }, { pointer = "/id", equals = 4711 }]'
    step = f'[data]\nfile = "rows.csv"\n[[step]]\nsend = {{ submitter = "jim@example.com", severity = "Major" }}\n{expect}\n'
    suite = write("counted.toml", f'format = "centerpost.suite/1"\nname = "counted"\nprofile = "{mine}"\nconcurrency = 4\n{step}')
    file = write("crash.log", "x" * (1 << 20))
    at = f"http://127.0.0.1:{port}/api/v1/projects/p/feedback/s/4711/files/crashlog?apiKey={KEY}"
    exchange = write("exchange.http", message + answer)
    commands = {
        "diagnose an exchange": ["diagnose", exchange, "--profile", mine],
        "check a curl command": ["check", curl, "--profile", mine],
        "import a HAR file of 200 entries": ["import", write("traffic.har", har(url, 200))],
        "import a log of 500 lines": ["import", write("app.log", log)],
        "export as Python": ["export", "python", curl],
        "preview a bundle": ["bundle", exchange, "--preview"],
        "send a payload": ["send", "--profile", mine, "--json", right, "--yes"],
        "upload 1 MiB": ["upload", "--profile", mine, "--endpoint", at, "--file", file, "--yes"],
        "run 50 rows": ["run", suite, "--restart", "--yes"],
        "search the history": ["history", "search", "number"],
    }
    return {name: [program, *arguments] for name, arguments in commands.items()}


def count(command, folder, env):
    tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.out"]
    done = subprocess.run([*tool, *command], env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    # A finding ends with 1.
    if not collected or done.returncode not in (0, 1):
        raise SystemExit(f"{command[1:]} ended with {done.returncode}: {done.stderr[-2000:]}{done.stdout[-500:]}")
    return int(collected[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("program")
    options = parser.parse_args()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    counted, grown = {}, []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        env = dict(os.environ, CENTERPOST_HOME=str(folder / "home"), CENTERPOST_KEYRING="off", NO_PROXY="*")
        commands = paths(str(pathlib.Path(options.program).resolve()), folder, Sink().port)
        print("| path | instructions, millions | last release | ratio |\n|---|---|---|---|")
        for name, command in commands.items():
            if options.only not in (None, name):
                continue
            counted[name] = count(command, folder, env)
            before = kept.get(name)
            ratio = counted[name] / before if before else 1
            told = f"{before / 1e6:.1f} | {ratio:.2f}" if before else "| "
            print(f"| {name} | {counted[name] / 1e6:.1f} | {told} |", flush=True)
            if ratio > MOST:
                grown.append(f"{name}: {ratio:.2f} times as many instructions as in the last release")
    if options.write:
        KEPT.write_text(json.dumps({**kept, **counted}, indent=1) + "\n")
    elif grown:
        raise SystemExit("\n".join(grown))


if __name__ == "__main__":
    main()
