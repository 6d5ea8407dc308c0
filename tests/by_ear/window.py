"""Drives the real window by what a screen reader finds in it: roles, names, values. No coordinates.

Wants python3-pyatspi, xdotool for the keys, and a session with a display and an accessibility bus; session.sh makes one.
"""

import os
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

# How long something may take, in seconds; reading the whole window by ear is slow on a busy machine.
PATIENCE = 60.0


class Window:
    """The window of a program that was started here."""

    def __init__(self, program, home):
        environment = dict(os.environ, CENTERPOST_HOME=home)
        self.process = subprocess.Popen([program], env=environment)
        self.application = self.until("the window", self._find_application)
        # There is no window manager that would give it the keyboard.
        subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "Centerpost", "windowfocus"], check=True)

    def close(self):
        self.process.terminate()
        self.process.wait()

    def _find_application(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child and (child.get_name() or "").lower().startswith("centerpost") and child.get_child_count() > 0:
                return child
        return None

    def until(self, what, look):
        """Looks until something is found, and says what never came."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit(f"the program ended while waiting for {what}")
            try:
                found = look()
            except gi.repository.GLib.Error:
                found = None  # The tree changed while it was read.
            if found:
                return found
            time.sleep(0.1)
        if hasattr(self, "application"):
            print("\n".join(f"{node.get_role_name()}: {name_of(node)}" for node in self.nodes()), file=sys.stderr)
        sys.exit(f"by ear: {what} never came")

    def nodes(self):
        """Everything in the window, in reading order."""
        waiting = [self.application]
        while waiting:
            node = waiting.pop()
            yield node
            count = node.get_child_count()
            waiting.extend(child for child in (node.get_child_at_index(i) for i in reversed(range(count))) if child)

    def find(self, name, roles, is_beginning=False):
        """The first control of a name, or of one that begins so, and of one of these roles."""
        for node in self.nodes():
            found = name_of(node)
            if (found == name or (is_beginning and found.startswith(name))) and node.get_role_name() in roles:
                return node
        return None

    def has(self, text):
        """Whether a text stands anywhere."""
        return any(text in name_of(node) or (node.get_role_name() in FIELDS and text in text_of(node)) for node in self.nodes())

    def wait_for(self, text):
        self.until(f"the text {text!r}", lambda: self.has(text))

    def press(self, name, is_beginning=False):
        """Presses a control by its name, or by the beginning of its name."""
        node = self.until(f"the button {name!r}", lambda: self.find(name, BUTTONS, is_beginning))
        Atspi.Action.do_action(node, 0)
        time.sleep(0.4)

    def focus(self, name):
        """Gives a field the keyboard."""
        node = self.until(f"the field {name!r}", lambda: self.find(name, FIELDS))
        Atspi.Component.grab_focus(node)
        time.sleep(0.4)

    def type_into(self, name, text):
        """Types a text in place of what stands in a field."""
        self.focus(name)
        self.keys("ctrl+a")
        subprocess.run(["xdotool", "type", "--delay", "20", text], check=True)
        time.sleep(0.4)

    def keys(self, *names):
        subprocess.run(["xdotool", "key", *names], check=True)
        time.sleep(0.3)


BUTTONS = {"push button", "button", "toggle button", "page tab", "check box", "radio button", "menu item", "combo box", "link"}
FIELDS = {"entry", "text", "text box", "password text"}


def name_of(node):
    return node.get_name() or ""


def text_of(node):
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))
