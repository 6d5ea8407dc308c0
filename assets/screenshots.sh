#!/usr/bin/env bash
# screenshots.sh [FOLDER [STATE,STATE… [SIZE,SIZE…]]]: every state of the window, or the named ones, light and dark, in five
# sizes or the named ones ("1440x900@1", "dark-1440x900@1"), with long labels, other scripts and 300 profiles.
# They are made to be looked at; they are not kept.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-target/screenshots}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
CENTERPOST_SCREENSHOTS_ONLY=${2:-} CENTERPOST_SCREENSHOTS_SIZES=${3:-} CENTERPOST_SCREENSHOTS=$folder cargo nextest run --locked --run-ignored only --test it ui_gallery
echo "$folder"
