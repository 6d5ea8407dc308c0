# Sourced by tests/windows.sh and tests/macos.sh: a compiler that builds std for a system that no package has it for.

# Debian's own toolchain comes with std's sources. Everything built with it lies in a folder of its own.
use_debians_rust() {
  install_packages cargo-web rustc-web rust-web-src rust-web-clippy
  unset RUSTUP_TOOLCHAIN
  export PATH=/usr/bin:$PATH RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
  export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/other-systems} CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
  export CARGO_PROFILE_DEV_DEBUG=${CARGO_PROFILE_DEV_DEBUG:-0}
  mkdir -p "$CARGO_TARGET_DIR"
}

# check_for TARGET: types and lints of everything, the tests too.
check_for() {
  local std=-Zbuild-std=std,panic_unwind,test
  cargo check --locked --all-targets --target "$1" $std
  cargo clippy --locked --all-targets --target "$1" $std -- -D warnings
}
