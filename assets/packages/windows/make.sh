#!/usr/bin/env bash
# Makes the packages for Windows in target/packages: an installer for one user, and a zip that needs no installation. On Windows it
# builds the program; elsewhere name one that was built for Windows (tests/windows.sh build):
#   assets/packages/windows/make.sh [PROGRAM]
# Needs NSIS (makensis) and Python 3.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$root"
. tests/packages.sh
command -v dpkg-query >/dev/null && install_packages nsis python3
. assets/packages/common.sh
find_program .exe "$@"
python=python3
command -v $python >/dev/null || python=python
makensis=makensis
command -v $makensis >/dev/null || makensis="/c/Program Files (x86)/NSIS/makensis.exe"

packages=$target/packages
tree=$packages/centerpost-$version-windows
rm -rf "$tree"
mkdir -p "$tree/docs"
# One program under two names. A console prefers .com, waits for it and shows what it prints. The menu, files and links start the .exe,
# which opens no console.
cp "$program" "$tree/centerpost.com"
$python assets/packages/windows/without_console.py "$program" "$tree/centerpost.exe"
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE assets/licences.txt "$tree/"
cp docs/*.md "$tree/docs/"

zip=$packages/centerpost-$version-windows-x86_64.zip
rm -f "$zip"
$python -c 'import shutil, sys; shutil.make_archive(sys.argv[1].removesuffix(".zip"), "zip", sys.argv[2], sys.argv[3])' \
  "$zip" "$packages" "centerpost-$version-windows"

# The uninstaller removes what was installed and nothing else.
(cd "$tree" && find . -type f | sort | sed 's|^\./||; s|/|\\|g; s|.*|Delete "$INSTDIR\\&"|') >"$packages/installed.nsh"
absolute=$(cd "$packages" && { pwd -W 2>/dev/null || pwd; })
installer=$packages/centerpost-$version-windows-x86_64-setup.exe
"$makensis" -V2 -NOCD -DVERSION="$version" -DSOURCE="$absolute/centerpost-$version-windows" -DINSTALLED="$absolute/installed.nsh" \
  -DOUTPUT="$absolute/${installer##*/}" assets/packages/windows/installer.nsi
ls -l "$zip" "$installer"
