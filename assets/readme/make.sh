#!/usr/bin/env bash
# make.sh [PROGRAM]: makes the README's picture from the real window, which is driven by the names of its controls.
# Without a program, one is built. Wants imagemagick.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
export PYTHONDONTWRITEBYTECODE=1
install_packages at-spi2-core dbus gir1.2-atspi-2.0 imagemagick libglib2.0-bin python3-gi xauth xdotool xvfb
program=${1:-}
if [ -z "$program" ]; then
  cargo build --locked --release
  program=target/release/centerpost
fi
SIZE=1280x820 tests/by_ear/session.sh /usr/bin/python3 assets/readme/picture.py "$program" assets/readme/window.png
