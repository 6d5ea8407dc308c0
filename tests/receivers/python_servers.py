"""Receivers of multipart/form-data in Python: `python_servers.py KIND PORT` with Werkzeug, Starlette, Django, aiohttp or the standard
library's cgi and email modules. Each answers a JSON list of what it saw."""

import hashlib
import http.server
import io
import json
import sys
import warnings

KIND, PORT = sys.argv[1], int(sys.argv[2])
MOST = 200 << 20


def row(name, filename, content_type, content):
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return {"name": name, "filename": filename, "type": content_type, "size": size, "sha256": digest.hexdigest()}


def text(rows):
    return json.dumps(rows).encode()


def werkzeug():
    from werkzeug.serving import run_simple
    from werkzeug.wrappers import Request, Response

    @Request.application
    def application(request):
        files = request.files.items(multi=True)
        rows = [row(name, file.filename, file.content_type, file.stream) for name, file in files]
        return Response(text(rows), content_type="application/json")

    run_simple("127.0.0.1", PORT, application, threaded=True)


def starlette():
    import uvicorn
    from starlette.applications import Starlette
    from starlette.datastructures import UploadFile
    from starlette.responses import Response
    from starlette.routing import Route

    async def seen(request):
        async with request.form() as form:
            files = [(name, file) for name, file in form.multi_items() if isinstance(file, UploadFile)]
            rows = [row(name, file.filename, file.content_type, file.file) for name, file in files]
        return Response(text(rows), media_type="application/json")

    uvicorn.run(Starlette(routes=[Route("/{path:path}", seen, methods=["POST"])]), host="127.0.0.1", port=PORT, log_level="error")


def django():
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import re_path

    def seen(request):
        files = [(name, file) for name in request.FILES for file in request.FILES.getlist(name)]
        return HttpResponse(text([row(name, file.name, file.content_type, file) for name, file in files]), content_type="application/json")

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_):
            pass

    urls = type(sys)("urls")
    urls.urlpatterns = [re_path("", seen)]
    settings.configure(ROOT_URLCONF=urls, ALLOWED_HOSTS=["*"], SECRET_KEY="none", LOGGING_CONFIG=None)
    make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Quiet).serve_forever()


def aiohttp():
    from aiohttp import web

    async def seen(request):
        form = await request.post()
        files = [(name, file) for name, file in form.items() if isinstance(file, web.FileField)]
        rows = [row(name, file.filename, file.content_type, file.file) for name, file in files]
        return web.Response(body=text(rows), content_type="application/json")

    application = web.Application(client_max_size=MOST)
    application.router.add_post("/{path:.*}", seen)
    web.run_app(application, host="127.0.0.1", port=PORT, print=None)


class Standard(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        try:
            status, answer = 200, text(self.seen())
        except Exception as error:
            status, answer = 400, text(str(error))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def cgi():
    warnings.simplefilter("ignore", DeprecationWarning)
    import cgi

    class Seen(Standard):
        def seen(self):
            environment = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": self.headers["Content-Type"], "CONTENT_LENGTH": self.headers["Content-Length"]}
            # A program that is run for a request reads to the body's end, and a connection has none.
            body = io.BytesIO(self.rfile.read(int(self.headers["Content-Length"])))
            form = cgi.FieldStorage(body, environ=environment, keep_blank_values=True)
            return [row(field.name, field.filename, field.type, field.file) for field in form.list if field.filename is not None]

    http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Seen).serve_forever()


def email():
    from email import policy
    from email.parser import BytesParser

    class Seen(Standard):
        def seen(self):
            head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = BytesParser(policy=policy.HTTP).parsebytes(head + body).iter_parts()
            known = [(part.get_param("name", header="content-disposition"), part) for part in parts]
            return [row(name, part.get_filename(), part.get_content_type(), io.BytesIO(part.get_payload(decode=True))) for name, part in known]

    http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Seen).serve_forever()


{"werkzeug": werkzeug, "starlette": starlette, "django": django, "aiohttp": aiohttp, "cgi": cgi, "email": email}[KIND]()
