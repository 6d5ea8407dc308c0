"""Takes a picture of the window with a 404, its cause and its fix. picture.py PROGRAM FILE"""

import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../tests/by_ear"))
from window import Window  # noqa: E402


def main(program, file):
    with tempfile.TemporaryDirectory() as home:
        with open(os.path.join(home, "settings.json"), "w", encoding="utf-8") as settings:
            json.dump({"theme": "light"}, settings)
        window = Window(program, home)
        try:
            window.press("Fill with example values")
            window.type_into("Source key", "appcrashlogs")
            window.press("Send anyway (1 problem)")
            window.wait_for("404 Not Found")
            # Nothing is to look as if the pointer were on it.
            subprocess.run(["xdotool", "mousemove", "0", "0"], check=True)
            time.sleep(2)
            subprocess.run(["import", "-window", "root", "+dither", "-colors", "200", f"png8:{file}"], check=True)
        finally:
            window.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
