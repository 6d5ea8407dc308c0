#!/usr/bin/env bash
# screenshots.sh [FOLDER]: every state of the window, light and dark, in four sizes, with long labels, other scripts and 300 profiles.
# They are made to be looked at; they are not kept.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-target/screenshots}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
CENTERPOST_SCREENSHOTS=$folder cargo nextest run --locked --test it ui_gallery
echo "$folder"
