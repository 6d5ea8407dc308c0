# Sourced by run.sh and tests/run.sh: installs what is missing on a Debian machine.

# What every build needs: a C compiler for SQLite, zstd and the cryptography.
build_packages=(ca-certificates gcc libc6-dev)

# What the window loads when it starts.
window_packages=(libegl1 libgl1 libgl1-mesa-dri libwayland-client0 libx11-6 libx11-xcb1 libxcursor1 libxi6 libxkbcommon0 libxkbcommon-x11-0 libxrandr2)

need_cargo() {
  command -v cargo >/dev/null && return
  if [ -x "$HOME/.cargo/bin/cargo" ]; then
    PATH="$HOME/.cargo/bin:$PATH"
    return
  fi
  echo "$0: cargo is not installed; install Rust 1.95 or newer from https://rustup.rs" >&2
  exit 2
}

# Installs those of the named packages that are missing.
install_packages() {
  local missing=() package sudo=""
  if ! command -v dpkg-query >/dev/null; then
    echo "$0: this is not Debian; if the build fails, install what corresponds to: $*" >&2
    return
  fi
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  [ "$(id -u)" = 0 ] || sudo=sudo
  if [ -n "$sudo" ] && ! command -v sudo >/dev/null; then
    echo "$0: sudo is not installed; as root, run: apt-get install ${missing[*]}" >&2
    exit 2
  fi
  echo "$0: installing ${missing[*]}" >&2
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
