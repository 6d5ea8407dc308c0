#!/usr/bin/env bash
# Installs Go and Java besides what tests/run.sh installs, and runs every program that is written for a language.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(default-jdk-headless golang-go nodejs php-cli php-curl python3-requests)
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${packages[@]}"
CENTERPOST_LANGUAGES=all cargo nextest run --locked --no-fail-fast -E "test(/^exports::/)"
