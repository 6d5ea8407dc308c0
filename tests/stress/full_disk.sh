#!/usr/bin/env bash
# A history on a disk without room: it is read and pruned, nothing is sent that cannot be kept, and the text says that the disk is full.
# Mounts a small disk, so it wants to be root. Usage: tests/stress/full_disk.sh [PATH OF centerpost]
set -euo pipefail
program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/debug/centerpost}")
folder=$(mktemp -d)
mount -t tmpfs -o size=8m tmpfs "$folder"
trap 'kill "${sandbox:-}" 2>/dev/null || true; cd /; umount "$folder"; rmdir "$folder"' EXIT
outside=$(mktemp -d)
export CENTERPOST_HOME=$folder CENTERPOST_KEYRING=off NO_PROXY='*'
"$program" sandbox --export "$outside" >"$outside/sandbox.txt" 2>&1 &
sandbox=$!
until ls "$outside"/*.profile.json >/dev/null 2>&1; do sleep 0.1; done
profile=$(ls "$outside"/*.profile.json)
for number in 1 2 3 4 5 6 7 8; do
  "$program" send --profile "$profile" --set "summary=number $number" --yes >/dev/null
done
cat /dev/zero >"$folder/ballast" 2>/dev/null || true
failed=0
check() {
  local what=$1 code=$2 expected=$3
  shift 3
  local found=0 text
  text=$("$@" 2>&1) || found=$?
  if [ "$found" != "$code" ] || ! grep -q "$expected" <<<"$text"; then
    echo "$what: ended with $found, not $code, or does not say \"$expected\":"
    echo "$text"
    failed=1
  else
    echo "$what: as expected"
  fi
}
check "a list on a full disk" 0 "ticket 4718" "$program" history list
check "a send on a full disk" 2 "the disk is full" "$program" send --profile "$profile" --set summary=x --yes
check "a send that asks for no history" 0 "4719" "$program" send --profile "$profile" --set summary=x --yes --no-history
check "pruning on a full disk" 0 "6 dropped" "$program" history prune --count 2
check "a list after that" 0 "ticket 4718" "$program" history list
rm "$folder/ballast"
check "a send with room again" 0 "4720" "$program" send --profile "$profile" --set summary=y --yes
check "its row" 0 "ticket 4720" "$program" history list
exit $failed
