#!/usr/bin/env bash
# Makes the packages for Linux in target/packages: a .deb for Debian 12 and its relatives, and a .tar.gz for others.
# It builds the program, or takes one that was built:
#   assets/packages/linux/make.sh [PROGRAM]
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$root"
. tests/packages.sh
install_packages "${build_packages[@]}" dpkg-dev fakeroot librsvg2-bin icoutils icnsutils

. assets/packages/common.sh
tree=$target/packages/tree
architecture=$(dpkg --print-architecture)
rm -rf "$tree"
(($#)) || need_cargo
find_program "" "$@"
program=$(realpath "$program")

install -Dm755 "$program" "$tree/usr/bin/centerpost"
install -Dm644 assets/packages/linux/centerpost.desktop -t "$tree/usr/share/applications"
install -Dm644 assets/packages/linux/centerpost.metainfo.xml "$tree/usr/share/metainfo/org.centerpost.Centerpost.metainfo.xml"
install -Dm644 assets/packages/linux/centerpost.xml -t "$tree/usr/share/mime/packages"
assets/icon/make.sh "$target/packages/icons"
mkdir -p "$tree/usr/share/icons"
cp -r "$target/packages/icons/hicolor" "$tree/usr/share/icons/"
"$program" manual "$tree/usr/share/man/man1"
gzip -9n "$tree"/usr/share/man/man1/*.1
for shell in bash:bash-completion/completions/centerpost zsh:zsh/vendor-completions/_centerpost fish:fish/vendor_completions.d/centerpost.fish; do
  mkdir -p "$(dirname "$tree/usr/share/${shell#*:}")"
  "$program" completions "${shell%%:*}" >"$tree/usr/share/${shell#*:}"
done
install -Dm644 README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE assets/licences.txt docs/*.md -t "$tree/usr/share/doc/centerpost"
cat LICENSE-MIT assets/fonts/*-LICENSE.txt >"$tree/usr/share/doc/centerpost/copyright"

tar -C "$tree" --owner=0 --group=0 -czf "$target/packages/centerpost-$version-linux-$architecture.tar.gz" usr

# The libraries that the program is linked with, as the system's own tool finds them; those that the window loads when it starts are
# recommended, since the command line does without them.
mkdir -p "$target/packages/control/debian" "$tree/DEBIAN"
printf 'Source: centerpost\n\nPackage: centerpost\nArchitecture: any\n' >"$target/packages/control/debian/control"
depends=$(cd "$target/packages/control" && dpkg-shlibdeps -O --ignore-missing-info -e "$(realpath "$root/$tree/usr/bin/centerpost" 2>/dev/null || realpath "$tree/usr/bin/centerpost")" 2>/dev/null | sed 's/^shlibs:Depends=//')
recommends=$(IFS=,; echo "${window_packages[*]}" | sed 's/,/, /g')
cat >"$tree/DEBIAN/control" <<CONTROL
Package: centerpost
Version: $version
Section: devel
Priority: optional
Architecture: $architecture
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: $depends
Recommends: $recommends, xdg-desktop-portal
Suggests: gnome-keyring
Maintainer: Centerpost contributors <centerpost@localhost>
Description: test and debug Centercode External Sources
 Centerpost sends feedback to Centercode External Sources, attaches files, and
 explains why a request fails: from a form, a curl command, a HAR file or a log.
 It has a window and a command line, and a local sandbox to try things with.
CONTROL
deb=$target/packages/centerpost_${version}_$architecture.deb
fakeroot dpkg-deb --build --root-owner-group "$tree" "$deb" >/dev/null
rm -rf "$tree/DEBIAN"
ls -l "$deb" "$target/packages"/*.tar.gz
