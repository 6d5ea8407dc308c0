#!/usr/bin/env bash
# Makes the program's icon in every form that is needed, from centerpost.svg: the window's PNG and Windows' .ico beside it,
# and the sizes of Linux and macOS' .icns in the folder that is named, for the packages.
#   assets/icon/make.sh [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../tests/packages.sh"
install_packages librsvg2-bin icoutils icnsutils
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for size in 16 24 32 48 64 128 256 512; do
  rsvg-convert -w "$size" -h "$size" "$here/centerpost.svg" -o "$work/$size.png"
done
cp "$work/256.png" "$here/centerpost.png"
icotool -c -o "$here/centerpost.ico" "$work"/{16,24,32,48,64}.png -r "$work/256.png"
if (($#)); then
  for size in 16 24 32 48 64 128 256 512; do
    mkdir -p "$1/hicolor/${size}x$size/apps"
    cp "$work/$size.png" "$1/hicolor/${size}x$size/apps/centerpost.png"
  done
  mkdir -p "$1/hicolor/scalable/apps"
  cp "$here/centerpost.svg" "$1/hicolor/scalable/apps/"
  png2icns "$1/centerpost.icns" "$work"/{16,32,48,128,256,512}.png >/dev/null
fi
