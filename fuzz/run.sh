#!/usr/bin/env bash
# Runs each fuzz target for some minutes and says how often it ran. cargo-fuzz and a nightly compiler are not needed.
# Usage: fuzz/run.sh [MINUTES] [TARGET…]
set -euo pipefail
cd "$(dirname "$0")"
minutes=${1:-5}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(import answer parts files secrets address history)
# The versions of the main build.
[ -e Cargo.lock ] || cp ../Cargo.lock Cargo.lock
RUSTC_WRAPPER=$PWD/instrument.sh cargo build --quiet --bins
built=${CARGO_TARGET_DIR:-target}/debug
# Files of its kind that are there for other tests.
seeds_of() {
  case $1 in
  import) echo ../tests/data/evidence ../tests/data/curl ;;
  answer | secrets) echo ../tests/data/evidence ;;
  files) echo ../tests/data/cases ;;
  esac
}
status=0
for target in "${targets[@]}"; do
  mkdir -p "corpus/$target" "artifacts/$target"
  echo "== $target"
  # shellcheck disable=SC2046 # Several folders, none with a space.
  "$built/$target" "corpus/$target" "../tests/data/fuzz/$target" $(seeds_of "$target") -max_total_time=$((minutes * 60)) -timeout=20 -rss_limit_mb=4096 \
    -artifact_prefix="artifacts/$target/" -print_final_stats=1 2>"artifacts/$target.log" || status=1
  grep -E 'number_of_executed_units|SUMMARY|panicked' "artifacts/$target.log" || true
done
exit $status
