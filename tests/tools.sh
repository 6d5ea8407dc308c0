#!/usr/bin/env bash
# Holds what is written for others against the tools that it is written for: OpenAPI documents and JSON Schemas against public validators,
# HTML against a strict parser, the Postman collection against Newman and, where it is on the path, the Hurl file against Hurl, both on the
# sandbox, and a suite against Locust with two workers and, where it is on the path, k6. No part of tests/run.sh: it fetches the tools. Needs
# python3 with venv, and npm.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
sandbox=
trap 'test -z "$sandbox" || kill "$sandbox"; rm -rf "$work"' EXIT

cargo build --locked -q
program=$PWD/${CARGO_TARGET_DIR:-target}/debug/centerpost
export CENTERPOST_HOME="$work/home" CENTERPOST_KEYRING=off

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q openapi-spec-validator jsonschema html5lib
"$work/venv/bin/pip" list 2>/dev/null | grep -iE '^(openapi-spec-validator|jsonschema|html5lib) '
for profile in tests/data/contract/*.profile.json; do
  name=$(basename "$profile" .profile.json)
  for form in markdown html json-schema openapi; do
    "$program" profiles contract "$profile" --as "$form" --to "$work/$name.$form"
    if grep -q secret-canary "$work/$name.$form"; then
      echo "$name.$form holds a secret" >&2
      exit 1
    fi
  done
done
"$work/venv/bin/python" - "$work" <<'PYTHON'
import glob, json, sys
import html5lib
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

for path in sorted(glob.glob(sys.argv[1] + "/*.openapi")):
    OpenAPIV31SpecValidator(json.load(open(path, encoding="utf-8"))).validate()
    print("openapi ok:", path.rsplit("/", 1)[1])
for path in sorted(glob.glob(sys.argv[1] + "/*.json-schema")):
    Draft202012Validator.check_schema(json.load(open(path, encoding="utf-8")))
    print("schema ok:", path.rsplit("/", 1)[1])
for path in sorted(glob.glob(sys.argv[1] + "/*.html")):
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(open(path, encoding="utf-8"))
    names = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert not names & {"script", "img", "b", "link", "iframe", "object"}, (path, names)
    assert page.get("lang") == "en" and all(element.get("scope") for element in page.iter("th"))
    print("html ok:", path.rsplit("/", 1)[1])
PYTHON

"$program" sandbox --port 0 --export "$work" > "$work/sandbox.log" &
sandbox=$!
for _ in $(seq 100); do
  test -e "$work/sandbox.profile.json" && break
  sleep 0.1
done
profile=$work/sandbox.profile.json
key=$("$work/venv/bin/python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["api_key"])' "$profile")
url=$("$work/venv/bin/python" -c 'import json,sys; p=json.load(open(sys.argv[1])); print(p["base_url"] + "/api/v1/projects/" + p["project_key"] + "/feedback/" + p["source_key"])' "$profile")
summary='it'"'"'s "quoted" \ {{odd}} ${x} `y` ü 漢 #'
printf 'PK\003\004\000crash' > "$work/crash.zip"

# A ticket, to have an attachment endpoint; then both requests for each tool.
"$program" send --profile "$profile" --set summary=first --attach crashlog="$work/crash.zip" --yes --output json > "$work/sent.json"
"$program" export postman --profile "$profile" --set "summary=$summary" --to "$work/create.postman_collection.json"
"$program" export hurl --profile "$profile" --set "summary=$summary" --to "$work/create.hurl"
"$program" export postman --history 2 --to "$work/upload.postman_collection.json"
"$program" export hurl --history 2 --to "$work/upload.hurl"

(cd "$work" && npm install --silent newman > /dev/null && npx newman --version)
for name in create upload; do
  (cd "$work" && npx newman run "$name.postman_collection.json" -e "$name.postman_environment.json" --env-var "apiKey=$key" --working-dir "$work" --reporters cli,json --reporter-json-export "$name.json" > "$name.log" || { cat "$name.log"; exit 1; })
  "$work/venv/bin/python" - "$work/$name.json" <<'PYTHON'
import json, sys
codes = [e["response"]["code"] for e in json.load(open(sys.argv[1]))["run"]["executions"]]
assert codes and all(200 <= code < 300 for code in codes), codes
print("newman ok:", sys.argv[1].rsplit("/", 1)[1], codes)
PYTHON
done
if command -v hurl > /dev/null; then
  hurl --version | head -1
  for name in create upload; do
    (cd "$work" && hurl --variable "apiKey=$key" --file-root "$work" --test "$name.hurl")
  done
  # Suites: what Hurl sends is what a run sends, tickets and files alike.
  mkdir "$work/two"
  printf 'one\000' > "$work/crash.log"
  printf 'two\377' > "$work/two/crash.log"
  printf 'Title,severity,note\n"it'"'"'s ""quoted"" {{, \\ `y` # ü",Major,%s\nplain,,x\n' "$key" > "$work/rows.csv"
  cat > "$work/rows.toml" <<'TOML'
name = "Rows"
profile = "sandbox.profile.json"
secrets = ["token"]
[variables]
token = "t0ken-of-suite"
[data]
file = "rows.csv"
columns = { Title = "summary", severity = "severity" }
[[step]]
name = "Create"
send = { description = "{{token}} {{row:note}} {{row}}" }
attach = [{ element = "crashlog", file = "crash.log" }, { element = "screenshot", file = "crash.zip", name = "row {{row}} #;.zip" }]
expect = [{ status = 201 }, { pointer = "/id", matches = "^[0-9]+$" }, { header = "content-type", matches = "json" }]
capture = { ticket = "/id" }
[[step]]
wait = "50 ms"
[[step]]
name = "Upload"
upload = { element = "crashlog", file = "two/crash.log", name = "second.log", content_type = "text/x-log" }
[[step]]
name = "Refused"
send = { summary = "after {{ticket}}", severity = "Nonsense" }
expect = [{ status = "4xx" }, { pointer = "/id", exists = false }]
TOML
  cat > "$work/repeat.toml" <<'TOML'
name = "Repeat"
profile = "sandbox.profile.json"
repeat = 3
[[step]]
send = "{\"summary\": \"as text, {{row}}\",\r\n\"severity\": \"Minor\"}"
capture = { first = "/id" }
[[step]]
send = { summary = "after {{first}}", description = "{{counter:7}} {{literal:x}} {{env:NOBODY|none}}" }
attach = [{ element = "crashlog", generate = { size = "1 MiB", content = "png" } }]
expect = [{ status = "2xx" }, { below = "10 s", fail = true }]
TOML
  for name in rows repeat; do
    "$program" export hurl "$work/$name.toml" --to "$work/$name-hurl"
    ! grep -rqF -e "$key" -e t0ken-of-suite "$work/$name-hurl"
    "$program" run "$work/$name.toml" --yes --no-history > "$work/run.log" || { cat "$work/run.log"; exit 1; }
    hurl --secret "apiKey=$key" --secret token=t0ken-of-suite --test "$work/$name-hurl/suite.hurl"
    "$work/venv/bin/python" - "$url" "$name" <<'PYTHON'
import json, re, sys, urllib.request
log = json.load(urllib.request.urlopen(sys.argv[1].split("/api/")[0] + "/__sandbox/log"))
log.sort(key=lambda entry: entry["number"])
count = {"rows": 2 * 5, "repeat": 3 * 3}[sys.argv[2]]
def sent(entry):
    body = entry["body_text"] if not entry["parts"] else None
    return re.sub(r"after \d+", "after", body or ""), entry["parts"], entry["rule"].split(" ")[0]
run, hurl = ([sent(entry) for entry in log[start:end]] for start, end in ((-2 * count, -count), (-count, None)))
# A run sends the files of a ticket side by side.
for one, other in zip(sorted(run, key=repr), sorted(hurl, key=repr)):
    assert one == other, (one, other)
tickets = sum(rule == "ticket" for _, _, rule in hurl)
print("hurl ok:", sys.argv[2], "-", tickets, "tickets and", sum(bool(parts) for _, parts, _ in hurl), "files, as of a run")
PYTHON
  done
else
  echo "hurl is not on the path: cargo install hurl" >&2
fi
"$work/venv/bin/python" - "$url" "$summary" <<'PYTHON'
import json, sys, urllib.request
log = json.load(urllib.request.urlopen(sys.argv[1].split("/api/")[0] + "/__sandbox/log"))
tickets = [json.loads(e["body_text"]) for e in log if e.get("body_text") and e["body_text"].startswith("{")]
arrived = [ticket["summary"] for ticket in tickets if ticket["summary"] != "first"]
assert arrived and all(summary == sys.argv[2] for summary in arrived), (arrived, sys.argv[2])
sums = {e["parts"][0]["sha256"] for e in log if e["parts"]}
assert len(sums) == 1, sums
print("what arrived is what was written:", len(arrived), "tickets,", sum(1 for e in log if e["parts"]), "files")
PYTHON

# A suite in Locust: one master and two workers, each row once, tickets and files equal on both sides.
"$work/venv/bin/pip" install -q locust
"$work/venv/bin/locust" --version
seq 1 200 | awk 'BEGIN { print "summary,severity" } { print "load " $1 ",Major" }' > "$work/load.csv"
cat > "$work/load.toml" <<'TOML'
name = "Load"
profile = "sandbox.profile.json"
[data]
file = "load.csv"
[[step]]
name = "Create"
send = { description = "{{uuid}}, row {{row}}", frequency = "{{counter:100}}" }
attach = [{ element = "crashlog", generate = { size = "1 MiB", content = "random" }, name = "{{row}}.bin" }]
expect = [{ status = 201 }, { pointer = "/id", exists = true }]
TOML
"$program" export locust "$work/load.toml" --to "$work/load"
! grep -rq "$key" "$work/load"
created() {
  "$program" send --profile "$profile" --set "summary=$1" --yes --output json | "$work/venv/bin/python" -c 'import json,sys; print(json.load(sys.stdin)["ticket"])'
}
before=$(created before)
(
  cd "$work/load"
  export CENTERPOST_API_KEY=$key ONCE=1 WORKERS=2
  for worker in 1 2; do "$work/venv/bin/locust" --worker --skip-log-setup > "$work/worker-$worker.log" 2>&1 & done
  "$work/venv/bin/locust" --master --expect-workers 2 --headless --users 10 --spawn-rate 10 --run-time 30s --csv "$work/stats" --only-summary > "$work/locust.log" 2>&1 || { cat "$work/locust.log"; exit 1; }
  wait
)
after=$(created after)
"$work/venv/bin/python" - "$work/stats_stats.csv" "$((after - before - 1))" <<'PYTHON'
import csv, sys
rows = {row["Name"]: row for row in csv.DictReader(open(sys.argv[1]))}
created, uploaded = rows["Create (create)"], rows["Create (upload)"]
assert int(created["Failure Count"]) == int(uploaded["Failure Count"]) == 0, rows
assert int(created["Request Count"]) == int(uploaded["Request Count"]) == int(sys.argv[2]) == 200, (rows, sys.argv[2])
print("locust ok:", sys.argv[2], "tickets on both sides, none failed")
PYTHON

# The same suite in k6: each row once.
if command -v k6 > /dev/null; then
  k6 version
  "$program" export k6 "$work/load.toml" --to "$work/load-k6"
  ! grep -rq "$key" "$work/load-k6"
  before=$(created before)
  (cd "$work/load-k6" && CENTERPOST_API_KEY=$key k6 run --vus 10 suite.js)
  after=$(created after)
  test "$((after - before - 1))" = 200
  echo "k6 ok: 200 tickets on both sides, none failed"
else
  echo "k6 is not on the path" >&2
fi
