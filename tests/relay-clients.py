#!/usr/bin/env python3
"""Sends the same requests with real clients, once straight to a recording server and once through `centerpost relay`, and compares
what arrived to the byte. Usage: relay-clients.py PROGRAM [REQUESTS] [AT_ONCE]. A client that is not installed is named and left out."""

import asyncio, collections, json, os, shutil, signal, subprocess, sys, tempfile, threading, time

PROGRAM, REQUESTS, AT_ONCE = sys.argv[1], int((sys.argv[2:] or ["1000"])[0]), int((sys.argv[3:] or ["50"])[0])
PATH = "/api/v1/projects/beta1/feedback/log?apiKey=k%2Fey"

CURL = """
seq {count} | xargs -P {at_once} -I@ curl -sS --noproxy '*' -o /dev/null -H 'X-Order: b' -H 'x-order: a' -H 'Content-Type: application/json' \
  --data-binary '{{"n": "curl-@", "text": "äöü"}}' 'http://{host}{path}'
"""
PYTHON = """
import concurrent.futures, requests
def send(number):
    with requests.Session() as session:
        session.trust_env = False
        session.post("http://{host}{path}", json={{"n": f"python-{{number}}", "text": "äöü"}}, headers={{"X-Order": "b"}})
with concurrent.futures.ThreadPoolExecutor({at_once}) as pool:
    list(pool.map(send, range({count})))
"""
CHUNKED = """
import concurrent.futures, http.client
def send(number):
    connection = http.client.HTTPConnection("{host}")
    pieces = [f'{{{{"n": "chunked-{{number}}", '.encode(), b'"text": "', b"x" * 5000, b'"}}']
    connection.request("POST", "{path}", iter(pieces), {{"Content-Type": "application/json", "Transfer-Encoding": "chunked"}}, encode_chunked=True)
    connection.getresponse().read()
with concurrent.futures.ThreadPoolExecutor({at_once}) as pool:
    list(pool.map(send, range({count})))
"""
NODE = """
const send = async number => {{
  const form = JSON.stringify({{n: `node-${{number}}`, text: 'äöü'}});
  const answer = await fetch('http://{host}{path}', {{method: 'POST', body: form, headers: {{'Content-Type': 'application/json'}}}});
  await answer.text();
}};
let next = 0;
const worker = async () => {{ while (next < {count}) await send(next++); }};
await Promise.all(Array.from({{length: {at_once}}}, worker));
"""
PHP = """<?php
$multi = curl_multi_init(); $number = 0; $open = 0;
do {{
  while ($open < {at_once} && $number < {count}) {{
    $one = curl_init('http://{host}{path}');
    curl_setopt_array($one, [CURLOPT_POSTFIELDS => json_encode(['n' => "php-$number", 'text' => 'äöü']), CURLOPT_RETURNTRANSFER => true,
      CURLOPT_PROXY => '', CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'Expect: 100-continue']]);
    curl_multi_add_handle($multi, $one); $number++; $open++;
  }}
  curl_multi_exec($multi, $running); curl_multi_select($multi, 0.1);
  while ($done = curl_multi_info_read($multi)) {{ curl_multi_remove_handle($multi, $done['handle']); $open--; }}
}} while ($open > 0 || $number < {count});
"""
JAVA = """
import java.net.URI; import java.net.http.*; import java.util.concurrent.*; import java.util.stream.*;
public class Client {{
  public static void main(String[] arguments) throws Exception {{
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    ExecutorService pool = Executors.newFixedThreadPool({at_once});
    for (Future<?> sent : IntStream.range(0, {count}).mapToObj(number -> pool.submit(() -> client.send(
        HttpRequest.newBuilder(URI.create("http://{host}{path}")).header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString("{{\\"n\\": \\"java-" + number + "\\"}}")).build(),
        HttpResponse.BodyHandlers.ofString()))).collect(Collectors.toList())) sent.get();
    pool.shutdown();
  }}
}}
"""
CLIENTS = [
    ("curl", "curl", "sh", CURL), ("Python requests", "python3", "py", PYTHON), ("chunked", "python3", "py", CHUNKED),
    ("Node fetch", "node", "mjs", NODE), ("PHP", "php", "php", PHP), ("Java HttpClient", "java", "java", JAVA),
]


class Recorder:
    """Keeps each request as it came, without its Host line."""

    def __init__(self):
        self.seen = []
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self.run, args=(ready,), daemon=True).start()
        ready.wait()

    def run(self, ready):
        async def start():
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await server.serve_forever()
        self.loop.run_until_complete(start())

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.split(b"\r\n")
                fields = {line.split(b":")[0].strip().lower(): line.split(b":", 1)[1].strip() for line in lines[1:] if b":" in line}
                if b"expect" in fields:
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = b""
                if fields.get(b"transfer-encoding") == b"chunked":
                    while True:
                        line = await reader.readline()
                        size = int(line, 16)
                        body += line + await reader.readexactly(size + 2)
                        if size == 0:
                            break
                else:
                    body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
                self.seen.append(b"\r\n".join(line for line in lines if not line.lower().startswith(b"host:")) + body)
                writer.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":1}")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def run(kind, source, host):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, f"Client.{kind}")
        with open(path, "w") as file:
            file.write(source.format(host=host, path=PATH, count=REQUESTS, at_once=AT_ONCE))
        program = {"sh": "sh", "py": sys.executable, "mjs": "node", "php": "php", "java": "java"}[kind]
        begun = time.monotonic()
        subprocess.run([program, path], check=True, env={**os.environ, "NO_PROXY": "*"})
        return time.monotonic() - begun


def main():
    recorder = Recorder()
    home = tempfile.mkdtemp()
    profile = os.path.join(home, "acme.profile.json")
    with open(profile, "w") as file:
        json.dump({"format": "centerpost.profile/1", "name": "Acme", "base_url": f"http://127.0.0.1:{recorder.port}"}, file)
    relay = subprocess.Popen([PROGRAM, "relay", "--profile", profile, "--listen", "127.0.0.1:0", "--output", "json"],
                             stdout=subprocess.PIPE, text=True, env={**os.environ, "CENTERPOST_HOME": home, "CENTERPOST_KEYRING": "off", "NO_PROXY": "*"})
    host = json.loads(relay.stdout.readline())["listening"].split("://")[1]
    told = []
    reader = threading.Thread(target=lambda: told.extend(relay.stdout))
    reader.start()
    failed = False
    for name, needs, kind, source in CLIENTS:
        if not shutil.which(needs):
            print(f"{name}: not installed, left out")
            continue
        seconds = []
        kept = []
        for target in (f"127.0.0.1:{recorder.port}", host):
            recorder.seen.clear()
            seconds.append(run(kind, source, target))
            kept.append(collections.Counter(recorder.seen))
        same = kept[0] == kept[1] and sum(kept[1].values()) == REQUESTS
        failed |= not same
        print(f"{name}: {sum(kept[1].values())} of {REQUESTS} arrived, {'the same to the byte' if same else 'DIFFERENT'}; "
              f"{seconds[0]:.2f} s direct, {seconds[1]:.2f} s through the relay")
        if not same:
            for request in list((kept[1] - kept[0]).elements())[:1] + list((kept[0] - kept[1]).elements())[:1]:
                print("   ", request[:400])
    relay.send_signal(signal.SIGINT)
    relay.wait()
    reader.join()
    print(f"{len(told)} exchanges told by the relay")
    sys.exit(failed)


main()
