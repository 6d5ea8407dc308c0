#!/usr/bin/env bash
# Builds Centerpost and opens its window; without a display it runs the demo in the terminal. On Debian it installs what is missing.
# ./run.sh ARGUMENTS runs the command line instead. CENTERPOST_BUILD=dev builds faster, for a slower program.
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)
. "$root/tests/packages.sh"

if (($# == 0)) && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  echo "run.sh: there is no display, so this runs the demo" >&2
  set -- demo
fi
packages=("${build_packages[@]}")
(($#)) || packages+=("${window_packages[@]}")
install_packages "${packages[@]}"
need_cargo
# The working folder stays the caller's, so that paths in the arguments mean what they say.
exec cargo run --locked --manifest-path "$root/Cargo.toml" --profile "${CENTERPOST_BUILD:-release}" -- "$@"
