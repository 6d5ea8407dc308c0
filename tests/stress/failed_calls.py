#!/usr/bin/env python3
"""Lets system calls fail while centerpost writes its history, profiles, settings and keys, and kills it at them.

Whatever was acknowledged with exit code 0 must be there, every request that arrived must have a row, nothing that was there before may be
gone, all must still open, and each failure must say something and never panic. The faults are strace's injections, at the calls that touch
the home folder. Usage: tests/stress/failed_calls.py [--runs N] [--seed N] [PATH OF centerpost]
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

ERRORS = {
    "openat": ["ENOSPC", "EACCES", "EMFILE", "EIO"],
    "write": ["ENOSPC", "EIO", "EDQUOT"],
    "pwrite64": ["ENOSPC", "EIO"],
    "fsync": ["EIO", "ENOSPC"],
    "fdatasync": ["EIO", "ENOSPC"],
    "ftruncate": ["EIO", "EFBIG"],
    "fallocate": ["ENOSPC"],
    "rename": ["EACCES", "ENOSPC", "EXDEV"],
    "renameat": ["EACCES", "ENOSPC"],
    "renameat2": ["EACCES", "ENOSPC"],
    "linkat": ["EACCES", "EPERM"],
    "unlink": ["EACCES", "EIO"],
    "unlinkat": ["EACCES", "EIO"],
    "mkdir": ["ENOSPC", "EACCES"],
    "fchmod": ["EPERM"],
    "chmod": ["EPERM"],
    "flock": ["ENOLCK"],
    "fcntl": ["ENOLCK", "EAGAIN"],
    "mmap": ["ENOMEM"],
    "newfstatat": ["EIO"],
    "statx": ["EIO"],
    "pread64": ["EIO"],
    "read": ["EIO"],
}
# One line of strace's log: the thread, the call and its arguments.
LINE = re.compile(r"^(\d+)\s+(\w+)\((.*)")


class Home:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.env = dict(os.environ, CENTERPOST_HOME=str(folder / "home"), CENTERPOST_KEYRING="off", NO_PROXY="*")
        self.env.pop("CENTERPOST_PASSPHRASE", None)
        self.env.pop("CENTERPOST_API_KEY", None)

    def run(self, arguments, before=(), passphrase=False):
        env = dict(self.env, CENTERPOST_PASSPHRASE="correct horse") if passphrase else self.env
        command = [*before, str(self.program), *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, errors="replace", timeout=120, check=False)

    def json(self, *arguments, passphrase=False):
        done = self.run([*arguments, "--output", "json"], passphrase=passphrase)
        if done.returncode != 0:
            raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)


def profile_of(number, base_url):
    return {
        "format": "centerpost.profile/1",
        "name": f"Fault {number}",
        "base_url": base_url,
        "project_key": "p",
        "source_key": "s",
        "api_key": f"key-of-fault-{number}",
        "fields": [{"field": "Summary", "parameter": "summary", "kind": "text"}],
    }


class Work:
    """What is done under faults: send a ticket, import a profile with its key, change the settings."""

    def __init__(self, home, sandbox_profile, arrived):
        self.home, self.sandbox_profile, self.arrived = home, sandbox_profile, arrived
        self.sent = 0
        self.imported = []
        self.chosen = None
        self.large = "".join(random.Random(4).choices("0123456789abcdef", k=300_000))

    def arguments(self, kind, number):
        folder = self.home.folder
        if kind in ("send", "send-large"):
            # A large payload goes into a file beside the database.
            text = f"fault {number} {self.large if kind == 'send-large' else ''}"
            payload = folder / "payload.json"
            payload.write_text(json.dumps({"submitter": "jim@example.com", "summary": text, "severity": "Major"}))
            return ["send", "--profile", str(self.sandbox_profile), "--json", str(payload), "--yes"], False
        if kind == "import":
            path = folder / f"fault-{number}.profile.json"
            path.write_text(json.dumps(profile_of(number, "http://127.0.0.1:9")))
            return ["profiles", "import", str(path)], True
        if kind == "prune":
            return ["history", "prune", "--count", "1000"], False
        chosen = folder / f"profiles-{number % 2}"
        chosen.mkdir(exist_ok=True)
        return ["profiles", "folder", str(chosen)], False

    def acknowledged(self, kind, number, done):
        if kind.startswith("send"):
            # The ticket is made, and the answer alone could not be kept: that is said, and the row is there.
            self.sent += done is None or "what came of this is not in the history" not in done.stderr
        elif kind == "import":
            self.imported.append(number)
        elif kind == "settings":
            self.chosen = str(self.home.folder / f"profiles-{number % 2}")

    def lost(self, kind):
        """What was acknowledged and is not there, as sentences."""
        found = []
        rows = self.home.json("history", "list", "--limit", "1000000")
        answered = sum(1 for row in rows if row["status"] is not None)
        if answered < self.sent:
            found.append(f"{self.sent} sends were acknowledged, and {answered} rows have an answer")
            self.sent = answered
        if len(rows) < self.arrived():
            found.append(f"{self.arrived()} requests arrived, and there are {len(rows)} rows")
        if kind == "settings" and self.chosen:
            named = self.home.run(["profiles", "folder"]).stdout.strip()
            if self.chosen not in named:
                found.append(f"the folder {self.chosen} was acknowledged, and the settings name {named}")
            self.home.run(["profiles", "folder", "--default"])
            self.chosen = None
        if kind == "import":
            names = {row["name"] for row in self.home.json("profiles", "list", passphrase=True)}
            found += [f"profile {number} is gone" for number in self.imported if f"Fault {number}" not in names]
            if self.imported:
                last = self.imported[-1]
                shown = self.home.run(["profiles", "export", f"Fault {last}", "--with-key"], passphrase=True).stdout
                if f"key-of-fault-{last}" not in shown:
                    found.append(f"the key of profile {last} is gone")
        return found


def faults(home, arguments, passphrase, log):
    """The calls of a command that touch its home, each by its name and its number within its thread."""
    names = ",".join(ERRORS)
    before = ["strace", "-f", "-y", "-qq", "-s", "0", "-o", str(log), "-e", f"trace={names}", "-e", "signal=none"]
    done = home.run(arguments, before, passphrase)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{arguments} without a fault ended with {done.returncode}: {done.stderr}")
    counts, found = collections.Counter(), set()
    for line in log.read_text(errors="replace").splitlines():
        match = LINE.match(line)
        if match:
            thread, call, rest = match.groups()
            counts[thread, call] += 1
            if str(home.folder / "home") in rest:
                found.add((call, counts[thread, call]))
    return sorted(found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    built = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/centerpost")
    parser.add_argument("program", nargs="?", default=built)
    options = parser.parse_args()
    choose = random.Random(options.seed)
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode != 0:
        print("strace may not trace here, so no system call failed and nothing was tried")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder).resolve()
        home = Home(pathlib.Path(options.program).resolve(), folder)
        said = (folder / "sandbox.txt").open("w")
        export = folder / "sandbox"
        export.mkdir()
        # The sandbox is another process with a home of its own: only the sender meets faults.
        sandbox_env = dict(home.env, CENTERPOST_HOME=str(folder / "of-sandbox"))
        sandbox = subprocess.Popen([home.program, "sandbox", "--export", export], env=sandbox_env, stdout=said, stderr=said)
        try:
            deadline = time.time() + 60
            while not list(export.glob("*.profile.json")):
                if time.time() > deadline or sandbox.poll() is not None:
                    raise AssertionError("the sandbox did not start")
                time.sleep(0.1)
            arrived = lambda: (folder / "sandbox.txt").read_text().count(" POST ")
            work = Work(home, next(export.glob("*.profile.json")), arrived)
            if home.run(["keys", "use-file"], passphrase=True).returncode != 0:
                raise AssertionError("there is no file of keys")
            return explore(home, work, choose, options)
        finally:
            sandbox.terminate()
            sandbox.wait()


def explore(home, work, choose, options):
    kinds = ["send", "send-large", "import", "settings", "prune"]
    points = {}
    for number, kind in enumerate(kinds):
        arguments, passphrase = work.arguments(kind, number)
        points[kind] = faults(home, arguments, passphrase, home.folder / "calls.txt")
        work.acknowledged(kind, number, None)
        work.lost(kind)
    tally, troubles = collections.Counter(), []
    for number in range(10, 10 + options.runs):
        kind = kinds[number % len(kinds)]
        call, at = choose.choice(points[kind])
        error = choose.choice([*ERRORS[call], "KILL"])
        fault = f"{call}:signal=KILL:when={at}" if error == "KILL" else f"{call}:error={error}:when={at}{choose.choice(['', '+'])}"
        arguments, passphrase = work.arguments(kind, number)
        before = ["strace", "-f", "-qq", "-o", str(home.folder / "run.txt"), "-e", f"trace={call}", "-e", f"inject={fault}"]
        try:
            done = home.run(arguments, before, passphrase)
        except subprocess.TimeoutExpired:
            troubles.append(f"{kind} under {fault}: it did not end within two minutes")
            continue
        hit = "INJECTED" in (home.folder / "run.txt").read_text(errors="replace") or done.returncode < 0 or done.returncode == 137
        tally[kind, "killed" if error == "KILL" and hit else "failed" if hit else "not met"] += 1
        if "panicked" in done.stderr:
            troubles.append(f"{kind} under {fault}: it panicked: {done.stderr}")
        if done.returncode == 0:
            tally[kind, "acknowledged"] += 1
            work.acknowledged(kind, number, done)
        elif error != "KILL" and hit and not done.stderr.strip():
            troubles.append(f"{kind} under {fault}: it ended with {done.returncode} and said nothing")
        try:
            troubles += [f"{kind} under {fault}: {lost}" for lost in work.lost(kind)]
        except AssertionError as trouble:
            troubles.append(f"{kind} under {fault}: afterwards {trouble}")
    for kind in kinds:
        said = ", ".join(f"{tally[kind, what]} {what}" for what in ("failed", "killed", "not met", "acknowledged"))
        print(f"{kind}: {len(points[kind])} calls touch the home; {said}")
    print(f"{options.runs} runs, seed {options.seed}: {len(troubles)} troubles")
    for trouble in troubles:
        print(f"  {trouble}")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
