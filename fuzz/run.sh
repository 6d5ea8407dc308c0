#!/usr/bin/env bash
# Runs each fuzz target for some minutes and says how often it ran.
# Usage: fuzz/run.sh [MINUTES] [TARGET…]
# cargo-fuzz is not needed: RUSTC_BOOTSTRAP lets a stable compiler take the instrumentation for the crates of this repository alone.
set -euo pipefail
cd "$(dirname "$0")"
minutes=${1:-5}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(import answer parts files secrets address history)
export RUSTC_BOOTSTRAP=1
instrument='["-Cpasses=sancov-module", "-Cllvm-args=-sanitizer-coverage-level=4", "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters", "-Cllvm-args=-sanitizer-coverage-pc-table", "-Cllvm-args=-sanitizer-coverage-trace-compares", "-Ccodegen-units=1"]'
for target in "${targets[@]}"; do
  cargo build --quiet -Z profile-rustflags --bin "$target" \
    --config "profile.dev.package.centerpost.rustflags=$instrument" --config 'profile.dev.package.centerpost.opt-level=2'
done
built=${CARGO_TARGET_DIR:-target}/debug
status=0
for target in "${targets[@]}"; do
  mkdir -p "corpus/$target" "artifacts/$target"
  echo "== $target"
  "$built/$target" "corpus/$target" "../tests/data/fuzz/$target" -max_total_time=$((minutes * 60)) -timeout=20 -rss_limit_mb=4096 \
    -artifact_prefix="artifacts/$target/" -print_final_stats=1 2>"artifacts/$target.log" || status=1
  grep -E 'stat::number_of_executed_units|SUMMARY|panicked' "artifacts/$target.log" || true
done
exit $status
