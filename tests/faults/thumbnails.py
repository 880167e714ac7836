# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The program that makes thumbnails: killed, missing, or given files that are made to break it."""
import concurrent.futures
import os
import signal
import struct
import time
import zlib

from client import CLIENT, new_person
from suite import check, check_equal, test


def png(width, height, rows=None):
    """A grey picture; with `rows` fewer than announced."""
    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content
                + struct.pack(">I", zlib.crc32(kind + content)))
    lines = b"".join(b"\0" + bytes((x * 3 + y) % 256 for x in range(min(width, 2000)))
                     for y in range(height if rows is None else rows))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines))
            + chunk(b"IEND", b""))


def upload(client, content, kind="image/png"):
    answer = client.ask("POST", "/_matrix/media/v3/upload", content, {"Content-Type": kind})
    check_equal(answer.status, 200, f"an upload ({answer})")
    return answer.json()["content_uri"].removeprefix("mxc://")


def thumbnail(client, name, query="width=64&height=64&method=scale"):
    return client.ask("GET", f"/_matrix/client/v1/media/thumbnail/{name}?{query}")


def workers_of(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                found += map(int, file.read().split())
        except OSError:
            pass  # the thread has ended
    return found


@test("workers that are killed take down their own request and no other")
def killed_workers(place):
    server = place.server()
    alice = new_person(server.start(), "alice")
    names = [upload(alice, png(600 + number, 600)) for number in range(24)]
    killed = 0
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(thumbnail, alice.twin(), name) for name in names]
        while not all(job.done() for job in asked):
            for worker in workers_of(server.program.pid) if killed < 8 else []:
                try:
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass  # it was done
            time.sleep(0.005)
    answers = [job.result() for job in asked]
    for answer in answers:
        check(answer.status == 200 or answer.errcode, f"a thumbnail whose worker died: {answer}")
    refused = sum(answer.status != 200 for answer in answers)
    check(killed > 0 and refused <= killed, f"{refused} refused, {killed} killed")
    check_equal(thumbnail(alice, upload(alice, png(300, 300))).status, 200, "the next picture")
    server.stop()


@test("without the worker's program thumbnails are refused, and all else goes on")
def missing_worker(place):
    server = place.server(settings={"media.worker": place.path("nothing")})
    alice = new_person(server.start(), "alice")
    name = upload(alice, png(300, 300))
    for _ in range(3):
        answer = thumbnail(alice, name)
        check(answer.status in (404, 503, 500), f"a thumbnail: {answer}")
        check(answer.errcode, f"no Matrix error in {answer}")
    check_equal(alice.download("mxc://" + name).status, 200, "the picture itself")
    alice.send(alice.make_room(), "t", "all else")


@test("files that are made to break a worker break nothing else")
def hostile_files(place):
    server = place.server()
    alice = new_person(server.start(), "alice")
    good = png(500, 400)
    files = {
        "half a picture": good[:len(good) // 2], "nothing but a beginning": good[:8],
        "random bytes": os.urandom(5000), "an empty file": b"", "text": b"hello" * 100,
        "a picture of 60,000 squared": png(60_000, 60_000, rows=1),
        "a picture of 0 by 0": png(0, 0), "a picture that lies about its size": png(2000, 9, 2000),
        "a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "a pipe to the system": b"%!PS\n(/etc/passwd) (r) file\n", "zeros": bytes(100_000),
    }
    for kind in ("image/png", "image/svg+xml"):
        for name, content in files.items():
            answer = thumbnail(alice, upload(alice, content, kind))
            check(answer.status in (200, 400, 404, 413, 415), f"{name} as {kind}: {answer}")
            check(answer.status == 200 or answer.errcode, f"{name} as {kind}: {answer}")
    for query in ("width=0&height=0", "width=-1&height=5", "width=99999999999&height=1",
                  "width=1&height=1&method=crop&animated=yes", "height=5"):
        answer = thumbnail(alice, upload(alice, good), query)
        check(answer.status in (200, 400), f"{query}: {answer}")
    check_equal(thumbnail(alice, upload(alice, png(501, 400))).status, 200, "a good one after that")
    check_equal(alice.ask("GET", f"{CLIENT}/account/whoami").status, 200, "the server")
    server.stop()
