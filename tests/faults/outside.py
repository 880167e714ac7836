# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""What the server asks of others: pages that lead inside, that never end, that say nothing."""
import http.server
import threading
import time

from client import CLIENT, escaped, new_person
from suite import check, check_equal, test

PAGE = b"<title>A page</title><meta property=og:description content='What it says'>"


class Site:
    """A web server on a free port of this machine; what it was asked for is in `asked`."""

    def __init__(self, answer):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append(self.path)
                self.close_connection = True
                try:
                    answer(self)
                except OSError:
                    pass  # the server has had enough

            def log_message(self, *_):
                pass

        self.asked = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def say(handler, body, kind="text/html", status=200, **headers):
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def preview(person, url):
    return person.ask("GET", f"/_matrix/client/v1/media/preview_url?url={escaped(url)}")


def refused(person, url):
    answer = preview(person, url)
    check(answer.status in (400, 502) and answer.errcode, f"a preview of {url}: {answer}")


@test("no link makes the server look at itself, however it is written")
def inside(place):
    site = Site(lambda handler: say(handler, PAGE))
    server = place.server(settings={"media.url_previews": "true"})
    alice = new_person(server.start(), "alice")
    for host in ("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "[::1]",
                 "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]",
                 "[2002:7f00:1::]", "[fe80::1]", "localhost", "LOCALHOST.", "user@localhost",
                 "a.example\\@localhost", "169.254.169.254", "10.0.0.1"):
        refused(alice, f"http://{host}:{site.port}/")
    check_equal(site.asked, [], "what the site was asked for")
    check_equal(alice.ask("GET", f"{CLIENT}/account/whoami").status, 200, "the server")
    server.stop()
    site.close()


@test("a page that is allowed leads no further than it is allowed itself")
def redirects(place):
    def answer(handler):
        if handler.path == "/page":
            return say(handler, PAGE)
        if handler.path == "/circle":
            return say(handler, b"", status=302, Location="/circle")
        return say(handler, b"", status=302, Location=f"http://127.0.0.1:{site.port}/page")

    site = Site(answer)
    # By its name it may be asked, by its address not.
    server = place.server(settings={"media.url_previews": "true", "outbound.allow": "localhost"})
    alice = new_person(server.start(), "alice")
    check_equal(preview(alice, f"http://localhost:{site.port}/page").json().get("og:description"),
                "What it says", "the page")
    refused(alice, f"http://localhost:{site.port}/inside")
    refused(alice, f"http://localhost:{site.port}/circle")
    check_equal(sorted(site.asked), sorted(["/page", "/inside"] + 6 * ["/circle"]),
                "what the site was asked for")
    server.stop()
    site.close()


@test("a page without an end has a preview of its front, and a broken one none")
def endless(place):
    def answer(handler):
        if handler.path == "/broken":
            handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")
            return
        handler.send_response(200)
        kind = "audio/mpeg" if handler.path == "/song" else "text/html"
        handler.send_header("Content-Type", kind)
        handler.end_headers()
        handler.wfile.write(PAGE)
        while True:
            handler.wfile.write(b"<div>" * 10_000)

    site = Site(answer)
    server = place.server(settings={"media.url_previews": "true", "outbound.allow": "localhost"})
    alice = new_person(server.start(), "alice")
    check_equal(preview(alice, f"http://localhost:{site.port}/page").json().get("og:title"),
                "A page", "the endless page")
    check_equal(preview(alice, f"http://localhost:{site.port}/song").json(), {}, "the endless song")
    refused(alice, f"http://localhost:{site.port}/broken")
    refused(alice, "http://localhost:1/")
    server.stop()
    site.close()


@test("a page that says nothing keeps neither others waiting nor the server from stopping")
def silent(place):
    ended = threading.Event()
    site = Site(lambda handler: ended.wait(30) if handler.path == "/silent" else say(handler, PAGE))
    server = place.server(settings={"media.url_previews": "true", "outbound.allow": "localhost"})
    alice = new_person(server.start(), "alice")
    answers = []
    waiting = threading.Thread(
        target=lambda person: answers.append(
            preview(person, f"http://localhost:{site.port}/silent")),
        args=(alice.twin(),), daemon=True)
    waiting.start()
    while not site.asked:
        time.sleep(0.02)
    check_equal(preview(alice, f"http://localhost:{site.port}/page").json().get("og:title"),
                "A page", "another page meanwhile")
    began = time.monotonic()
    server.stop()
    took = time.monotonic() - began
    check(took < 6, f"the server took {took:.1f} s to end with a page open")
    waiting.join(5)
    check_equal([answer.status for answer in answers], [503], "what who waited was told")
    ended.set()
    site.close()
