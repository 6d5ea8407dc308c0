#!/usr/bin/env bash
# Makes Centerpost.app in target/packages. On a Mac it builds the program; elsewhere name one that was built for macOS:
#   assets/packages/macos/make.sh [PROGRAM]
# With CENTERPOST_IDENTITY it is signed, too. Notarising takes an account: see .github/workflows/release.yml.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$root"
. assets/packages/common.sh
find_program "" "$@"
app=$target/packages/Centerpost.app
rm -rf "$app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
install -m 755 "$program" "$app/Contents/MacOS/centerpost"
sed "s/@VERSION@/$version/" assets/packages/macos/Info.plist >"$app/Contents/Info.plist"
if command -v iconutil >/dev/null; then
  # A Mac has its own tools for pictures.
  set=$(mktemp -d)/centerpost.iconset
  mkdir -p "$set"
  for size in 16 32 128 256; do
    sips -z $size $size assets/icon/centerpost.png --out "$set/icon_${size}x$size.png" >/dev/null
  done
  iconutil -c icns "$set" -o "$app/Contents/Resources/centerpost.icns"
else
  assets/icon/make.sh "$target/packages/icons"
  cp "$target/packages/icons/centerpost.icns" "$app/Contents/Resources/"
fi
if [ -n "${CENTERPOST_IDENTITY:-}" ]; then
  codesign --force --options runtime --timestamp --sign "$CENTERPOST_IDENTITY" "$app"
fi
echo "$app"
