# Sourced by each system's make.sh in the project's folder: where packages go, their version, and the program in them.

target=${CARGO_TARGET_DIR:-target}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)

# Sets program: to the one that is named, or to one that is built. Usage: find_program ENDING [PROGRAM]
find_program() {
  if (($# > 1)); then
    program=$2
  else
    cargo build --locked --release --bin centerpost
    program=$target/release/centerpost$1
  fi
}
