#!/usr/bin/env bash
# run.sh [PROGRAM]: does the main job in the real window by what a screen reader finds in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
export PYTHONDONTWRITEBYTECODE=1
install_packages at-spi2-core dbus gir1.2-atspi-2.0 libglib2.0-bin python3-gi xauth xdotool xvfb
program=${1:-${CARGO_TARGET_DIR:-target}/debug/centerpost}
[ -x "$program" ] || CARGO_PROFILE_DEV_DEBUG=0 cargo build --locked
# Debian's own Python has the bindings.
tests/by_ear/session.sh /usr/bin/python3 tests/by_ear/main_job.py "$program"
