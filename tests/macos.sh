#!/usr/bin/env bash
# Checks types and lints for macOS on a Debian machine; only a Mac can link. Installs what it lacks.
# Usage: tests/macos.sh [TARGET…]; without an argument both of Apple's processors.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/packages.sh
. tests/other_systems.sh
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(aarch64-apple-darwin x86_64-apple-darwin)

install_packages "${build_packages[@]}" python3 python3-pip
use_debians_rust
# Debian has no C compiler for macOS; PyPI has zig, which is one.
tools=$CARGO_TARGET_DIR/zig
[ -d "$tools/ziglang" ] || python3 -m pip install --quiet --no-deps --target "$tools" ziglang==0.17.1
# Build scripts ask for the folder of Apple's headers, which nothing here needs.
export SDKROOT=$tools PYTHONPATH=$tools
for target in "${targets[@]}"; do
  for tool in cc ar; do
    script=$tools/$tool-for-$target
    case $tool in
    cc) line="python3 -m ziglang cc -target ${target%%-*}-macos" ;;
    ar) line="python3 -m ziglang ar" ;;
    esac
    # The compiler's own names of processors and systems are none of zig's.
    cat >"$script" <<SCRIPT
#!/usr/bin/env bash
arguments=()
for argument in "\$@"; do
  case \$argument in
  --target=* | -arch | arm64 | -mmacosx-version-min=*) ;;
  *) arguments+=("\$argument") ;;
  esac
done
exec $line "\${arguments[@]}"
SCRIPT
    chmod +x "$script"
  done
  name=${target//-/_}
  export "CC_$name=$tools/cc-for-$target" "AR_$name=$tools/ar-for-$target"
  check_for "$target"
done
