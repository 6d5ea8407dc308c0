#!/usr/bin/env bash
# Installs Go and Java besides what tests/run.sh installs, and runs every program that is written for a language.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/packages.sh

install_packages "${build_packages[@]}" default-jdk-headless golang-go nodejs php-cli php-curl python3-requests
need_cargo
CENTERPOST_LANGUAGES=all cargo nextest run --locked --no-fail-fast -E "test(/^exports::/)"
