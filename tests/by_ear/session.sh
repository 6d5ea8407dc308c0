#!/usr/bin/env bash
# session.sh COMMAND...: runs a command in a session of its own, with a virtual display, a message bus and an accessibility bus.
# SIZE is the display's size. Wants xvfb, xauth, dbus, at-spi2-core and libglib2.0-bin.
set -euo pipefail
# A display server resets itself when its last client leaves, and refuses connections while it does. The accessibility launcher is
# such a client. -noreset keeps the server as it is.
exec xvfb-run -a -s "-noreset -screen 0 ${SIZE:-1440x900}x24" dbus-run-session -- bash -c '
  set -euo pipefail
  launcher=/usr/libexec/at-spi-bus-launcher
  [ -x "$launcher" ] || launcher=/usr/lib/at-spi2-core/at-spi-bus-launcher
  "$launcher" --launch-immediately 2>/dev/null &
  trap "kill $! 2>/dev/null || true" EXIT
  bus=(--session --dest org.a11y.Bus --object-path /org/a11y/bus)
  until gdbus call "${bus[@]}" --method org.freedesktop.DBus.Peer.Ping >/dev/null 2>&1; do sleep 0.1; done
  for name in IsEnabled ScreenReaderEnabled; do
    gdbus call "${bus[@]}" --method org.freedesktop.DBus.Properties.Set org.a11y.Status "$name" "<true>" >/dev/null
  done
  "$@"' session "$@"
