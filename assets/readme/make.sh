#!/usr/bin/env bash
# Makes the README's pictures from the real window under a virtual display. Wants: xvfb, xdotool, imagemagick, dbus-x11.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --release
home=$(mktemp -d)
export DISPLAY=:97 CENTERPOST_HOME=$home
Xvfb :97 -screen 0 1440x900x24 >/dev/null 2>&1 &
server=$!
window=
trap 'kill $window $server 2>/dev/null || true; rm -rf "$home"' EXIT
sleep 1
printf '{"theme": "light"}' > "$home/settings.json"
target/release/centerpost &
window=$!
sleep 4
id=$(xdotool search --onlyvisible --name Centerpost | head -n 1)
xdotool windowmove "$id" 0 0 windowsize "$id" 1440 900
sleep 1
xdotool windowfocus "$id"
sleep 0.5
press() { xdotool mousemove "$1" "$2"; sleep 0.3; xdotool mousedown 1; sleep 0.15; xdotool mouseup 1; sleep "${3:-0.8}"; }
press 350 167        # Fill with example values
press 655 82         # the source key
xdotool key End; xdotool type s; sleep 0.5
xdotool key ctrl+Return; sleep 2.5
xdotool mousemove 1300 700; sleep 1
import -window root -resize 1200x -colors 200 png8:assets/readme/window.png
