#!/usr/bin/env bash
# Checks what assets/packages/linux/make.sh has made: metadata, links to programs, manual pages, completions. Installs what it lacks.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/packages.sh
install_packages appstream desktop-file-utils libxml2-utils man-db
target=${CARGO_TARGET_DIR:-target}
deb=$(ls -t "$target"/packages/centerpost_*.deb | head -1)
tree=$(mktemp -d)
trap 'rm -r "$tree"' EXIT
dpkg-deb -x "$deb" "$tree"
appstreamcli validate --no-net "$tree"/usr/share/metainfo/*.xml
desktop-file-validate "$tree"/usr/share/applications/centerpost.desktop
xmllint --noout "$tree"/usr/share/mime/packages/centerpost.xml
# The types that the menu entry names are those that the package brings.
for type in $(sed -n 's/^MimeType=//p' "$tree"/usr/share/applications/centerpost.desktop | tr ';' ' '); do
  case $type in
  x-scheme-handler/*) ;;
  *) grep -q "type=\"$type\"" "$tree"/usr/share/mime/packages/centerpost.xml ;;
  esac
done
count=0
for page in "$tree"/usr/share/man/man1/*.1.gz; do
  ! MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null | grep . || exit 1
  count=$((count + 1))
done
[ "$count" -gt 30 ]
bash -n "$tree"/usr/share/bash-completion/completions/centerpost
[ -s "$tree"/usr/share/zsh/vendor-completions/_centerpost ] && [ -s "$tree"/usr/share/fish/vendor_completions.d/centerpost.fish ]
for size in 16 32 48 128 256; do
  [ -s "$tree/usr/share/icons/hicolor/${size}x$size/apps/centerpost.png" ]
done
grep -q 'Permission is hereby granted' "$tree"/usr/share/doc/centerpost/copyright
echo "tests/packages_linux.sh: $deb is sound: $count manual pages"
