"""The main job by ear: first start, a ticket, an upload, a broken key with its cause and fix, an import and a
comparison.

Wants session.sh around it. main_job.py PROGRAM
"""

import os
import sys
import tempfile
import time

from window import Window

CURL = (
    "curl -X POST 'https://acme.centercode.com/api/v1/projects/beta1/feedback/appcrashlogs?apiKey=k' "
    "-H 'Content-Type: application/json' -d '{}'"
)


def main(program):
    with tempfile.TemporaryDirectory() as home:
        window = Window(program, home)
        try:
            job(window, home)
        finally:
            window.close()


def job(window, home):
    step("first start, first ticket")
    window.press("Fill with example values")
    window.press("Send")
    window.wait_for("201 Created")
    window.wait_for("Ticket 4711 created")

    step("a ticket with a file")
    path = os.path.join(home, "crash.log")
    with open(path, "w", encoding="utf-8") as file:
        file.write("it crashed\n" * 100)
    window.type_into("Summary (required)", "With a file")
    window.press("Attach files")
    window.type_into("Path of a file for crashlog", path)
    window.keys("Return")
    window.press("Send and attach 1 file")
    window.wait_for("1 of 1 file attached")
    window.wait_for("Attach a file to screenshot")

    step("a broken key, its cause and its fix")
    window.press("Remove crash.log")
    window.type_into("Source key", "appcrashlogs")
    window.press("Send anyway (1 problem)")
    window.wait_for("404 Not Found")
    window.press("Use the profile's source key")
    window.press("Send")
    window.wait_for("201 Created")

    step("an import is checked at once")
    window.press("Import")
    window.type_into("Paste or drop anything", CURL)
    window.wait_for("parts have a problem or a possible problem")
    window.press("Back")

    step("a comparison")
    window.press("History")
    window.press("404 Not Found", is_beginning=True)
    window.wait_for("Compare with working one")
    # Its buttons are deaf for half a second, since they come up under the second click of a double click.
    time.sleep(1)
    window.press("Compare with working one")
    window.wait_for("Close the comparison")
    window.wait_for("source key")

    step("a second draft")
    window.press("Back")
    window.press("New draft")
    window.wait_for("No response yet")
    window.press("Draft 1", is_beginning=True)
    window.wait_for("201 Created")
    print("done")


def step(what):
    print(what, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
