# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The two pages as they come over the wire: their headers, and what a hostile address does."""
import re

from client import Client
from suite import check, check_equal, test

PAGES = ["/setup", "/_matrix/static/client/login/"]
INJECTED = '"><script>alert(1)</script>'
ESCAPED = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
POLICY = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
          "img-src": "'self'",
          "connect-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
          "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
          "trusted-types": "'none'"}
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
           "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"}


def files_of(page):
    """What a browser fetches for it by itself; where its links lead is another matter."""
    return re.findall(r'<(?:link|script|img)\b[^>]*? (?:src|href)="([^"]+)"', page)


@test("the pages and all their files come with a strict policy, and nothing from elsewhere")
def headers(place):
    client = Client(place.server().start())
    for path in PAGES:
        page = client.ask("GET", path)
        check_equal(page.status, 200, path)
        files = files_of(page.body.decode())
        check(len(files) >= 3, f"{path} names {files}")
        for name in [path, *files]:
            check(name.startswith("/") and not name.startswith("//"), f"{path} names {name}")
            answer = client.ask("GET", name)
            check_equal(answer.status, 200, name)
            policy = dict(part.strip().split(" ", 1)
                          for part in answer.headers["Content-Security-Policy"].split(";"))
            check_equal(policy, POLICY, f"the policy of {name}")
            for header, value in HEADERS.items():
                check_equal(answer.headers[header], value, f"{header} of {name}")
            check(answer.headers["Access-Control-Allow-Origin"] in (None, "*"), "its CORS")
            check_equal(answer.headers["Set-Cookie"], None, f"a cookie of {name}")


@test("what stands in a page's address does not come into the page")
def injection(place):
    client = Client(place.server().start())
    for path in PAGES:
        plain = client.ask("GET", path).body
        for query in (f"?token={ESCAPED}", f"?device_id={ESCAPED}", f"?{ESCAPED}",
                      "?" + "a" * 4000):
            answer = client.ask("GET", path + query)
            check_equal(answer.status, 200, path + query[:40])
            check(answer.body == plain, f"{path + query[:40]} is another page")
    for path in (f"/_matrix/static/client/login/{ESCAPED}", f"/setup/{ESCAPED}",
                 f"/_chancery/pages/{ESCAPED}", "/_chancery/pages/..%2fpage.css",
                 "/_chancery/pages/set_up.html", f"/_matrix/client/v3/{ESCAPED}"):
        answer = client.ask("GET", path)
        check_equal(answer.status, 404, path)
        check(b"<script" not in answer.body, f"{path} comes back as it was sent")
        check_equal(answer.headers["Content-Type"], "application/json", f"the type of {path}")


@test("errors that repeat what was sent are JSON, never a page")
def errors(place):
    client = Client(place.server().start())
    for method, path, body in (
            ("POST", "/_matrix/client/v3/login", {"type": INJECTED}),
            ("POST", "/_chancery/setup", {"token": INJECTED, "username": INJECTED,
                                          "password": INJECTED}),
            ("POST", "/_matrix/client/v3/register", {"username": INJECTED, "password": "x" * 20}),
            ("GET", f"/_matrix/client/v3/profile/{ESCAPED}", None),
            ("GET", f"/_matrix/client/v3/directory/room/{ESCAPED}", None)):
        answer = client.ask(method, path, body)
        check(400 <= answer.status < 500, f"{method} {path}: {answer}")
        check_equal(answer.headers["Content-Type"], "application/json", f"the type of {path}")
        check("errcode" in answer.json(), f"{path}: {answer}")
