#!/usr/bin/env bash
# Passes the tests on a fresh Debian machine: installs what it lacks, then checks format, lints, documentation and behaviour.
set -euo pipefail
cd "$(dirname "$0")/.."

# A software Vulkan and GL for the window's snapshots, the rest for the window under a virtual display, a keyring of its own for the test of API keys, and the languages that exports are run in.
packages=(ca-certificates curl dbus dbus-daemon gcc gnome-keyring libc6-dev libegl1 libgl1 libgl1-mesa-dri libwayland-client0 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0
  libxkbcommon-x11-0 libxrandr2 mesa-vulkan-drivers nodejs php-cli php-curl python3-requests xauth xvfb)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

command -v cargo >/dev/null || { echo "tests/run.sh: cargo is not there; install Rust 1.95 or newer from https://rustup.rs" >&2; exit 2; }
cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
cargo clippy --version >/dev/null 2>&1 || rustup component add clippy
cargo nextest --version >/dev/null 2>&1 || cargo install cargo-nextest --locked

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
cargo fmt --check
cargo clippy --locked --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
cargo nextest run --locked --no-fail-fast
