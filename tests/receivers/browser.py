"""Chromium without a window, told through a pipe what to do."""

import json
import os
import subprocess
import threading

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--no-proxy-server", "--disable-features=BackForwardCache,OptimizationHints,MediaRouter", "--remote-debugging-pipe",
    # So that the page with the form may read an answer from another port.
    "--disable-web-security", "--disable-site-isolation-trials",
    # Nothing but the loopback is reached.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


class BrowserError(Exception):
    """The browser did not do what it was told."""


class Browser:
    def __init__(self, program, home):
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()

        def take_pipes():
            # Both are moved away first: one may have the number that the other is to get.
            ends = [os.dup(to_browser), os.dup(from_browser)]
            while min(ends) < 5:
                ends = [os.dup(end) for end in ends]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={home}", "about:blank"], preexec_fn=take_pipes, close_fds=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "HOME": home, "LC_ALL": "C.UTF-8"})
        os.close(to_browser)
        os.close(from_browser)
        self.lock, self.changed, self.number = threading.Lock(), threading.Condition(), 0
        self.answers, self.loaded = {}, {}
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        held = b""
        while chunk := os.read(self.read, 1 << 20):
            *messages, held = (held + chunk).split(b"\0")
            with self.changed:
                for message in map(json.loads, messages):
                    if "id" in message:
                        self.answers[message["id"]] = message
                    elif message.get("method") == "Page.loadEventFired":
                        self.loaded[message.get("sessionId")] = self.loaded.get(message.get("sessionId"), 0) + 1
                self.changed.notify_all()

    def call(self, method, session=None, **parameters):
        with self.lock:
            self.number += 1
            number = self.number
            message = {"id": number, "method": method, "params": parameters, **({"sessionId": session} if session else {})}
            data = json.dumps(message).encode() + b"\0"
            while data:
                data = data[os.write(self.write, data):]
        with self.changed:
            if not self.changed.wait_for(lambda: number in self.answers, 60):
                raise BrowserError(f"no answer to {method} within a minute")
            answer = self.answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return answer["result"]


class Tab:
    """One page, whose form is filled and sent into a frame."""

    def __init__(self, browser, page):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        before = browser.loaded.get(self.session, 0)
        self.call("Page.navigate", url=page)
        with browser.changed:
            if not browser.changed.wait_for(lambda: browser.loaded.get(self.session, 0) > before, 60):
                raise BrowserError("the page with the form did not load within a minute")

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def evaluate(self, expression, **options):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, **options)
        if "exceptionDetails" in result:
            raise BrowserError(result["exceptionDetails"].get("exception", {}).get("description", "a script failed"))
        return result["result"]

    def send(self, address, field, path=None, made=None):
        """Sends the form with the file at a path, or with one that a script makes: its text, name and type. Returns the answer's
        status and text; status 0 stands for no answer."""
        control = self.evaluate(
            "document.forms[0].replaceChildren(Object.assign(document.createElement('input'), {type: 'file', name: " + json.dumps(field)
            + "})); document.forms[0].action = " + json.dumps(address) + "; document.querySelector('input')")
        if path is not None:
            self.call("DOM.setFileInputFiles", objectId=control["objectId"], files=[path])
        else:
            text, name, kind = map(json.dumps, made)
            self.evaluate(
                f"{{ const list = new DataTransfer(); list.items.add(new File([{text}], {name}, {{type: {kind}}}));"
                " document.querySelector('input').files = list.files; 0 }")
        return self.evaluate("""new Promise(done => {
            const frame = document.querySelector('iframe');
            frame.onload = () => {
                try {
                    const page = frame.contentDocument;
                    const status = frame.contentWindow.performance.getEntriesByType('navigation')[0].responseStatus;
                    done([status, (page.querySelector('pre') || page.body).textContent]);
                } catch (error) {
                    done([0, String(error)]);
                }
            };
            document.forms[0].submit();
        })""", returnByValue=True)["value"]
