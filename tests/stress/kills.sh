#!/usr/bin/env bash
# Kills senders at random moments and counts: every request that reached the server has a row in the history.
# Usage: tests/stress/kills.sh [COUNT] [PATH OF centerpost]
set -euo pipefail
count=${1:-200}
program=$(realpath "${2:-${CARGO_TARGET_DIR:-target}/debug/centerpost}")
folder=$(mktemp -d)
cd "$folder"
export CENTERPOST_HOME=$folder/home CENTERPOST_KEYRING=off NO_PROXY='*'
"$program" sandbox --export . --fault delay=0.3 >sandbox.txt 2>&1 &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; rm -rf "$folder"' EXIT
until ls ./*.profile.json >/dev/null 2>&1; do sleep 0.1; done
profile=$(ls ./*.profile.json)
signals=(KILL TERM HUP INT QUIT ABRT)
declare -A sent
for ((number = 1; number <= count; number++)); do
  "$program" send --profile "$profile" --set "summary=number-$number-end" --yes >/dev/null 2>&1 &
  sender=$!
  sleep "0.$(printf '%03d' $((RANDOM % 450)))"
  signal=${signals[RANDOM % ${#signals[@]}]}
  kill "-$signal" "$sender" 2>/dev/null && sent[$signal]=$((${sent[$signal]:-0} + 1))
  wait "$sender" 2>/dev/null || true
done
sleep 1
arrived=$(grep -c ' POST ' sandbox.txt || true)
"$program" history list --limit 1000000 --output json >rows.json
python3 - "$arrived" <<'PYTHON'
import json, sys
rows = json.load(open("rows.json"))
arrived = int(sys.argv[1])
unknown = sum(row["status"] is None and row["error"] is None for row in rows)
print(f"{arrived} requests arrived, {len(rows)} rows, {unknown} of them with an unknown outcome")
sys.exit(0 if len(rows) >= arrived else 1)
PYTHON
echo "signals that hit: $(for signal in "${!sent[@]}"; do printf '%s %s  ' "$signal" "${sent[$signal]}"; done)"
