#!/usr/bin/env bash
# Checks and builds for Windows on a Debian machine, and runs the tests under wine. Installs what it lacks.
# Usage: tests/windows.sh [check | build | test [FILTER…] | packages]; without an argument it does all four.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/packages.sh
. tests/other_systems.sh
what=${1:-all}
shift || true
target=x86_64-pc-windows-gnu
std=-Zbuild-std=std,panic_unwind,test

install_packages "${build_packages[@]}" gcc-mingw-w64-x86-64 python3
use_debians_rust
export CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc AR_x86_64_pc_windows_gnu=x86_64-w64-mingw32-ar
# What is passed to the linker names two files that only rustup's targets have, and that hold nothing on this one.
linker=$CARGO_TARGET_DIR/link-for-windows
cat >"$linker" <<'LINKER'
#!/usr/bin/env bash
arguments=()
for argument in "$@"; do
  case $argument in
  *rsbegin.o | *rsend.o) ;;
  *) arguments+=("$argument") ;;
  esac
done
exec x86_64-w64-mingw32-gcc "${arguments[@]}"
LINKER
chmod +x "$linker"
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=$linker CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine

# A display that stays as it is when its last client leaves: while it resets itself, it refuses connections.
display=(xvfb-run -a -s "-noreset -screen 0 1280x1024x24")

prepare_wine() {
  install_packages wine wine64 xauth xvfb
  export WINEPREFIX=${WINEPREFIX:-$CARGO_TARGET_DIR/wine} WINEDEBUG=-all WINEDLLOVERRIDES="mscoree=d;mshtml=d"
  local system32=$WINEPREFIX/drive_c/windows/system32 folder
  [ -d "$system32" ] || "${display[@]}" wineboot -i >/dev/null 2>&1
  # wine 8 lacks this library, without which a Rust program ends at once.
  if [ ! -e "$system32/bcryptprimitives.dll" ]; then
    folder=$(mktemp -d)
    cat >"$folder/bcryptprimitives.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length) { return SystemFunction036(buffer, (ULONG)length); }
C
    x86_64-w64-mingw32-gcc -shared -o "$system32/bcryptprimitives.dll" "$folder/bcryptprimitives.c" -ladvapi32
    rm -r "$folder"
  fi
}

if [ "$what" = all ] || [ "$what" = check ]; then
  check_for $target
fi
if [ "$what" = all ] || [ "$what" = build ]; then
  cargo build --locked --bin centerpost --target $target $std
fi
if [ "$what" = all ] || [ "$what" = test ]; then
  prepare_wine
  export CENTERPOST_KEYRING=off
  "${display[@]}" cargo test --locked --no-fail-fast --lib --bins --tests --target $target $std -- "$@"
fi

# What a user does with the packages: install, start, send, remove. The program is the one that `build` has made.
try_packages() {
  prepare_wine
  export CENTERPOST_KEYRING=off
  x86_64-w64-mingw32-strip -o "$CARGO_TARGET_DIR/stripped.exe" "$CARGO_TARGET_DIR/$target/debug/centerpost.exe"
  assets/packages/windows/make.sh "$CARGO_TARGET_DIR/stripped.exe"
  local user=$WINEPREFIX/drive_c/users/${USER:-root} key='HKCU\Software\Classes\centerpost\shell\open\command'
  local installed=$user/AppData/Local/Programs/Centerpost data=$user/AppData/Roaming/Centerpost
  "${display[@]}" wine "$CARGO_TARGET_DIR"/packages/centerpost-*-setup.exe /S
  wine reg query "$key" | grep -q 'centerpost.exe" open "%1"'
  [ -e "$user/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Centerpost.lnk" ]
  # A console sees what the program prints, and how it ended; so does a pipe.
  wine "$installed/centerpost.com" --version | grep -q '^centerpost [0-9]'
  wine "$installed/centerpost.com" demo | grep -q 4711
  ! wine "$installed/centerpost.com" check --profile nobody 2>/dev/null
  [ -e "$data/data/settings.json" ] || [ -d "$data/data/profiles" ]
  echo "of the user" >"$installed/mine.txt"
  "${display[@]}" wine "$installed/uninstall.exe" /S
  # The uninstaller goes on from a copy of itself.
  for _ in $(seq 60); do
    [ -e "$installed/centerpost.exe" ] || [ -e "$installed/uninstall.exe" ] || break
    sleep 1
  done
  [ "$(ls "$installed")" = mine.txt ]
  ! wine reg query "$key" 2>/dev/null
  [ -d "$data/data/profiles" ]
  rm -r "$installed"
  echo "tests/windows.sh: installed, used and removed"
}
if [ "$what" = all ] || [ "$what" = packages ]; then
  try_packages
fi
