"""Made by Centerpost from the suite in suite.json. Needs Locust 2; see README.md."""

import datetime
import itertools
import json
import os
import random
import re
import uuid
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from locust import HttpUser, constant, events, task
from locust.runners import MasterRunner, WorkerRunner

HERE = Path(__file__).parent
SUITE = json.loads((HERE / "suite.json").read_text(encoding="utf-8"))
ROWS = [json.loads(line) for line in (HERE / "rows.ndjson").read_text(encoding="utf-8").splitlines()]
API_KEY = os.environ["CENTERPOST_API_KEY"]
WORKERS = int(os.environ.get("WORKERS", "1"))
ONCE = os.environ.get("ONCE") == "1"
WORDS = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua".split()
rows = None
busy = 0


@events.test_start.add_listener
def share_rows(environment, **_):
    """Each worker takes its own rows, so that none is sent twice."""
    global rows
    first = getattr(environment.runner, "worker_index", 0) if isinstance(environment.runner, WorkerRunner) else 0
    own = ROWS[first % WORKERS :: WORKERS]
    rows = iter(own) if ONCE else itertools.cycle(own)


class Scope:
    """What the placeholders of one row stand for."""

    def __init__(self, row):
        self.row, self.captured, self.known = row, {}, {}

    def fill(self, value):
        if isinstance(value, str):
            whole = re.fullmatch(r"\{\{((?:(?!\}\}).)*)\}\}", value, re.S)
            if whole:
                return self.value(whole.group(1).strip())
            return re.sub(r"\{\{(.*?)\}\}", lambda match: self.text(self.value(match.group(1).strip())), value, flags=re.S)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {name: self.fill(item) for name, item in value.items()}
        return value

    @staticmethod
    def text(value):
        return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)

    def value(self, name):
        for place in (self.captured, self.row["values"], self.known):
            if name in place:
                return self.opened(name) if place is self.row["values"] else place[name]
        if name in SUITE["secrets"]:
            return os.environ[SUITE["secrets"][name]]
        if name in SUITE["variables"]:
            self.known[name] = self.fill(SUITE["variables"][name])
            return self.known[name]
        kind, _, rest = name.partition(":")
        if kind == "uuid":
            return str(uuid.uuid4())
        if kind == "row" and rest:
            return self.opened(rest)
        if kind in ("row", "counter"):
            return self.row["number"] + (int(rest) - 1 if rest else 0)
        if kind == "now":
            now = datetime.datetime.now(datetime.timezone.utc)
            return now.strftime(rest or "%Y-%m-%dT%H:%M:%SZ")
        if kind == "choice":
            return random.choice(rest.split("|"))
        if kind == "lorem":
            return " ".join(random.choice(WORDS) for _ in range(int(rest or 12))).capitalize()
        if kind == "env":
            variable, bar, default = rest.partition("|")
            return os.environ.get(variable, default) if bar else os.environ[variable]
        if kind == "literal":
            return "{{" + rest + "}}"
        raise KeyError(name)

    def opened(self, column):
        value = self.row["values"][column]
        # A value that holds a secret has a placeholder there.
        return self.fill(value) if column in self.row.get("open_values", []) else value

    def payload(self, step):
        if isinstance(step["send"], str):
            return self.text(self.fill(step["send"])).encode()
        members = {}
        for name, written in step["send"].items():
            value = self.fill(written)
            if isinstance(written, str) and isinstance(value, str) and re.fullmatch(r"\{\{((?:(?!\}\}).)*)\}\}", written) and value:
                value = as_field(name, value)
            members[name] = value
        for name, value in self.row["members"].items():
            members.setdefault(name, self.fill(value) if name in self.row.get("open", []) else value)
        return json.dumps(members, ensure_ascii=False).encode()


def as_field(name, text):
    """The JSON value that a text stands for in a field."""
    field = SUITE["fields"].get(name, {})
    kind = field.get("kind")
    if kind == "number":
        try:
            return json.loads(text)
        except ValueError:
            return text
    if kind == "checkbox" and text in ("true", "false"):
        return text == "true"
    if kind == "multiple_choice":
        choices = [text] if text in field["choices"] else [part.strip() for part in text.split(",") if part.strip()]
        return ",".join(choices) if field.get("encoding") == "comma" else choices
    return text


class Streamed:
    """A multipart body of one file that is read while it is sent."""

    def __init__(self, part, name, path, content_type):
        self.boundary = uuid.uuid4().hex
        clean = lambda text: text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = (
            f'--{self.boundary}\r\nContent-Disposition: form-data; name="{clean(part)}"; filename="{clean(name)}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        ).encode()
        tail = f"\r\n--{self.boundary}--\r\n".encode()
        self.length = len(head) + path.stat().st_size + len(tail)
        self.pieces = self.chunks(head, path, tail)
        self.left = b""

    @staticmethod
    def chunks(head, path, tail):
        yield head
        with path.open("rb") as file:
            while chunk := file.read(256 * 1024):
                yield chunk
        yield tail

    def __len__(self):
        return self.length

    def read(self, size=-1):
        while size < 0 or len(self.left) < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            self.left += piece
        size = len(self.left) if size < 0 else size
        taken, self.left = self.left[:size], self.left[size:]
        return taken


def endpoint_of(answer, element, base):
    """The attachment endpoint that an answer names for a file element, completed by what is missing in it."""
    names = {element["parameter"], element["field"]}
    found = []

    def walk(value, is_own):
        if isinstance(value, dict):
            own = is_own or any(isinstance(item, str) and item in names for item in value.values())
            for name, item in value.items():
                walk(item, own or name in names)
        elif isinstance(value, list):
            for item in value:
                walk(item, is_own)
        elif isinstance(value, str) and "/" in value and (is_own or urlsplit(value).path.split("/")[-1] in names):
            found.append(value)

    walk(answer, False)
    if not found:
        return None
    place, source = base.rsplit("/feedback/", 1)
    _, _, rest = found[0].split("?")[0].rpartition("/feedback/")
    path = rest or found[0].split("?")[0].lstrip("/")
    if not path.startswith(source + "/"):
        path = source + "/" + path
    host = urlsplit(found[0]).netloc
    if host and host != urlsplit(base).netloc:
        return None
    return urljoin(base, f"{place}/feedback/{path}?apiKey={quote(API_KEY, safe='')}")


def at(found, pointer):
    """What stands at a JSON pointer. Raises one of MISSING where nothing does."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found


MISSING = (ValueError, LookupError, TypeError)


def objection(answer, expected):
    """What speaks against an expectation."""
    if "status" in expected:
        return None if any(re.fullmatch(pattern, str(answer.status_code)) for pattern in expected["status"]) else f"status {answer.status_code}"
    if "header" in expected:
        found, what = answer.headers.get(expected["header"]), expected["header"]
    else:
        what = expected["pointer"]
        try:
            found = at(answer.json(), what)
        except MISSING:
            found = None
    if "exists" in expected:
        return None if (found is not None) == expected["exists"] else f"{what} is {found!r}"
    if "equals" in expected:
        return None if found == expected["equals"] or str(found) == expected["equals"] else f"{what} is {found!r}"
    return None if found is not None and re.search(expected["matches"], Scope.text(found)) else f"{what} is {found!r}"


class Sender(HttpUser):
    """Does the steps of the suite for one row after another."""

    host = os.environ.get("CENTERPOST_HOST", SUITE["host"])
    wait_time = constant(0)

    @task
    def one_row(self):
        global busy
        row = next(rows, None)
        if row is None:
            # A row that another user is at is finished first.
            if busy == 0 and not isinstance(self.environment.runner, MasterRunner):
                self.environment.runner.quit() if not isinstance(self.environment.runner, WorkerRunner) else None
            self.stop()
            return
        busy += 1
        try:
            self.steps(Scope(row))
        finally:
            busy -= 1

    def steps(self, scope):
        base, ticket = self.host.rstrip("/") + SUITE["path"], None
        headers = {name: os.environ[value["env"]] if isinstance(value, dict) else value for name, value in SUITE["headers"]}
        for step in SUITE["steps"]:
            if "wait" in step:
                import gevent

                gevent.sleep(step["wait"])
                continue
            if "send" in step:
                url = f"{base}?apiKey={quote(API_KEY, safe='')}"
                sent = {"Content-Type": "application/json", **headers}
                answer = self.send(scope, step, url, scope.payload(step), sent, "create")
                if answer is None:
                    return
                ticket = answer
            for file in step.get("files", []):
                if not self.upload(scope, step, file, ticket, base, headers):
                    return

    def send(self, scope, step, url, body, headers, kind):
        with self.client.post(url, data=body, headers=headers, name=f"{step['name']} ({kind})", catch_response=True, allow_redirects=False) as answer:
            expects = [{**expected, "equals": scope.fill(expected["equals"])} if "equals" in expected else expected for expected in step["expect"]]
            if kind == "upload" and "upload" not in step:
                expects = []
            if not any("status" in expected for expected in expects):
                expects.append({"status": ["2.."]})
            wrong = [found for found in (objection(answer, expected) for expected in expects) if found]
            if wrong:
                answer.failure("; ".join(wrong))
                return None
            try:
                found = answer.json()
            except ValueError:
                found = {}
            # What is captured stands in the answer to the step's own request, and not in those to its attachments.
            captured = step["capture"].items() if kind == "create" or "upload" in step else []
            for name, pointer in captured:
                try:
                    scope.captured[name] = at(found, pointer)
                except MISSING:
                    answer.failure(f"the answer has nothing at {pointer}")
                    return None
            answer.success()
            return found

    def upload(self, scope, step, file, ticket, base, headers):
        element = SUITE["elements"][file["element"]]
        name = f"{step['name']} (upload)"
        url = endpoint_of(ticket, element, base)
        if url is None:
            events.request.fire(
                request_type="POST", name=name, response_time=0, response_length=0, context={},
                exception=LookupError(f"the answer names no attachment endpoint for {file['element']}"),
            )
            return False
        filename = file["name"] if file["literal"] else scope.text(scope.fill(file["name"]))
        body = Streamed(element["part_name"], filename, HERE / file["path"], file["content_type"])
        sent = {"Content-Type": f"multipart/form-data; boundary={body.boundary}", **headers}
        return self.send(scope, step, url, body, sent, "upload") is not None
