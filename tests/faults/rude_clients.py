# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Slow, rude and hostile clients: they are cut off, and nobody else notices."""
import json
import os
import resource
import socket
import time

from client import CLIENT, new_person
from suite import Skip, check, check_equal, eventually, test
from wire import Wire, exchange, request

VERSIONS = request()
TIMEOUTS = {"http.header_timeout": "1s", "http.idle_timeout": "2s"}
MARGIN = 8  # seconds past the deadline that a busy machine may take


def start(place, **settings):
    server = place.server(settings={key.replace("__", "."): value
                                    for key, value in settings.items()})
    return server, server.start()


def check_serves(url):
    check_equal(exchange(url, request(fields=["Connection: close"])), ([200], True),
                "an honest request")


@test("a header that comes byte by byte is cut off at the timeout")
def slow_header(place):
    server = place.server(settings=TIMEOUTS)
    url = server.start()
    with Wire(url) as wire:
        started = time.monotonic()
        for letter in VERSIONS[:-2] + "X-Slow: " + "x" * 1000:
            if not wire.try_to_write(letter):
                break
            time.sleep(0.05)
            check(time.monotonic() - started < 3 + MARGIN, "it was not cut off")
        check(time.monotonic() - started >= 1, "it was cut off before its time")
    check_serves(url)


@test("a header that stops half-way and a connection that says nothing are closed in time")
def half_open(place):
    server = place.server(settings=TIMEOUTS)
    url = server.start()
    with Wire(url) as silent, Wire(url) as half:
        half.write("GET /_matrix/client/versions HTTP/1.1\r\nHost: loc")
        took = half.is_closed_within(3 + MARGIN)
        check(took is not None, "the half header was not cut off")
        took = silent.is_closed_within(4 + MARGIN)
        check(took is not None, "the silent connection was not closed")
    with Wire(url) as kept:
        kept.write(VERSIONS)
        check_equal(kept.read_response()[0], 200, "a request")
        check(kept.is_closed_within(4 + MARGIN) is not None, "the idle connection was not closed")
    check_serves(url)


@test("1,000 idle connections do not hinder the others")
def idle_connections(place):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4000:
        raise Skip(f"this process may open {hard} files only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4000), hard))
    _, url = start(place)
    idle = [Wire(url) for _ in range(1000)]
    try:
        for wire in idle[::2]:
            wire.write("GET /_matrix/cli")
        alice = new_person(url, "alice")
        room = alice.make_room()
        started = time.monotonic()
        for number in range(20):
            alice.send(room, f"t{number}", "among idle ones")
        check(time.monotonic() - started < 10, "sending became slow")
        idle[0].write("ent/versions HTTP/1.1\r\nHost: localhost\r\n\r\n")
        check_equal(idle[0].read_response()[0], 200, "a request finished late")
    finally:
        for wire in idle:
            wire.close()
    check_serves(url)


@test("connections past the limit are told so, and the next one is served when one has gone")
def too_many_connections(place):
    server = place.server(settings={"http.max_connections": "5"})
    url = server.start()
    held = [Wire(url) for _ in range(5)]
    for wire in held:
        wire.write(VERSIONS)
        check_equal(wire.read_response()[0], 200, "one within the limit")
    with Wire(url) as more:
        more.write(VERSIONS)
        response = more.read_response()
        check(response is not None, "no answer past the limit")
        check_equal(response[0], 503, "the status past the limit")
        check("errcode" in json.loads(response[2]), "no Matrix error past the limit")
    for wire in held:
        wire.close()
    eventually(lambda: exchange(url, VERSIONS)[0] == [200], "nobody was served after that")


@test("out of file descriptors it turns away the new, serves the old, and recovers")
def out_of_files(place):
    server = place.server()
    server.prefix = ["prlimit", "--nofile=120:120"]
    url = server.start()
    alice = new_person(url, "alice")
    room = alice.make_room()
    sent = [alice.send(room, "before", "before")]
    held = []
    try:
        for _ in range(300):
            held.append(Wire(url, seconds=2))
    except OSError:
        pass  # the backlog is full too
    for number in range(5):
        sent.append(alice.send(room, f"t{number}", "meanwhile"))
    check_equal(alice.sync()["rooms"]["join"][room]["timeline"]["events"][-1]["event_id"], sent[-1],
                "the newest event of the sync")
    answer = alice.upload(b"a file needs a descriptor")
    check(answer.status in (200, 503), f"an upload meanwhile: {answer}")
    for wire in held:
        wire.close()
    eventually(lambda: exchange(url, VERSIONS)[0] == [200], "nobody new is served after that")
    check_equal(alice.upload(b"now there is one").status, 200, "an upload after that")
    server.stop()
    alice.move(server.start())
    have = [e["event_id"] for e in alice.history(room) if e["type"] == "m.room.message"]
    check_equal(have, sent, "the history after a restart")


@test("pipelined requests are answered in their order")
def pipelining(place):
    _, url = start(place)
    paths = ["/_matrix/client/versions", "/_nothing", "/_chancery/health/live"] * 30
    with Wire(url) as wire:
        wire.write("".join(request(path=path) for path in paths))
        codes = [wire.read_response()[0] for _ in paths]
    check_equal(codes, [200, 404, 200] * 30, "the answers")


POST = f"POST {CLIENT}/register HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = "GET /_matrix/client/versions HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Each could be read in two ways, or is no HTTP: 400, closed, and nothing after it is read.
SMUGGLING = {
    "length and chunks": POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": POST + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "two equal lengths": POST + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": POST + "Content-Length: 2, 2\r\n\r\n{}",
    "a length with a sign": POST + "Content-Length: +2\r\n\r\n{}",
    "a negative length": POST + "Content-Length: -2\r\n\r\n{}",
    "a length in hex": POST + "Content-Length: 0x2\r\n\r\n{}",
    "an empty length": POST + "Content-Length: \r\n\r\n{}",
    "a length past 64 bits": POST + "Content-Length: 18446744073709551618\r\n\r\n{}",
    "bare line feeds": POST.replace("\r\n", "\n") + "Content-Length: 2\n\n{}",
    "one bare line feed": POST + "X-A: b\nContent-Length: 2\r\n\r\n{}",
    "a bare carriage return": POST + "X-A: b\rContent-Length: 2\r\n\r\n",
    "a folded field": POST + "X-A: b\r\n Content-Length: 2\r\n\r\n",
    "a fold by a tab": POST + "X-A: b\r\n\tc\r\nContent-Length: 0\r\n\r\n",
    "a space before the colon": POST + "Content-Length : 2\r\n\r\n{}",
    "xchunked": POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked not last": POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "two encodings": POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n"
                            "0\r\n\r\n",
    "chunked behind a tab": POST + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "NUL in a value": POST + "X-A: b\x00c\r\nContent-Length: 0\r\n\r\n",
    "two hosts": POST + "Host: other\r\nContent-Length: 0\r\n\r\n",
    "no host": f"POST {CLIENT}/register HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "an empty name": POST + ": b\r\nContent-Length: 0\r\n\r\n",
    "no colon": POST + "nothing\r\nContent-Length: 0\r\n\r\n",
    "a space in the path": "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HTTP/2.0": "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
    "no HTTP at all": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a broken chunk": POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk with a bare line feed": POST + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
    "a chunk longer than it said": POST + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n",
}


@test("what could be read in two ways is refused with 400, and nothing after it is read")
def smuggling(place):
    _, url = start(place)
    wrong = []
    for name, text in SMUGGLING.items():
        codes, closed = exchange(url, text + SMUGGLED)
        allowed = ([400], [501], [505]) if name in ("xchunked", "HTTP/2.0") else ([400],)
        if codes not in allowed or not closed:
            wrong.append(f"{name}: {codes}{'' if closed else ', left open'}")
    check_equal(wrong, [], "requests that were not refused and closed")
    check_serves(url)


@test("a header past the limit is refused with 431, a body past its limit with 413")
def too_large(place):
    server = place.server(settings={"http.max_header_bytes": "2KiB",
                                    "media.max_upload_bytes": "64KiB"})
    url = server.start()
    alice = new_person(url, "alice")
    codes, closed = exchange(url, request(fields=["X-Long: " + "x" * 3000]))
    check_equal((codes, closed), ([431], True), "one long field")
    codes, closed = exchange(url, request(fields=[f"X-{n}: {n}" for n in range(200)]))
    check_equal((codes, closed), ([431], True), "many fields")
    codes, closed = exchange(url, f"GET /{'x' * 3000} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    check(codes in ([414], [431]) and closed, f"a long path: {codes}")

    token = f"Authorization: Bearer {alice.token}"
    upload = "/_matrix/media/v3/upload"
    with Wire(url) as wire:  # announced: refused before a byte of it came
        wire.write(request("POST", upload, [token, "Content-Length: 10000000"]))
        status, _, body = wire.read_response()
        check_equal((status, json.loads(body)["errcode"]), (413, "M_TOO_LARGE"), "a long upload")
    chunk = "10000\r\n" + "x" * 0x10000 + "\r\n"
    with Wire(url) as wire:  # not announced: refused when it became too long
        wire.write(request("POST", upload, [token, "Transfer-Encoding: chunked"]))
        for _ in range(20):
            if not wire.try_to_write(chunk):
                break
        response = wire.read_response()
        check(response is None or response[0] == 413, f"an endless upload: {response}")
    answer = alice.ask("PUT", f"{CLIENT}/profile/{alice.user}/displayname", b"x" * 2_000_000)
    check_equal((answer.status, answer.errcode), (413, "M_TOO_LARGE"), "a long JSON body")
    answer = alice.upload(os.urandom(65536))
    check_equal(answer.status, 200, f"an upload of just the limit ({answer})")


@test("a client that hangs up in a long poll is noticed")
def hang_up(place):
    server, url = start(place)
    alice = new_person(url, "alice")
    since = alice.sync()["next_batch"]
    before = open_sockets(server.program.pid)
    waiting = []
    for _ in range(20):
        wire = Wire(url)
        wire.write(request(path=f"{CLIENT}/sync?timeout=60000&since={since}",
                           fields=[f"Authorization: Bearer {alice.token}"]))
        waiting.append(wire)
    eventually(lambda: open_sockets(server.program.pid) >= before + 20, "the polls did not arrive")
    for number, wire in enumerate(waiting):
        if number % 2:  # a reset instead of an orderly end
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        wire.close()
    eventually(lambda: open_sockets(server.program.pid) <= before,
               "connections of those who hung up are still open")
    check_serves(url)


def open_sockets(pid):
    folder, count = f"/proc/{pid}/fd", 0
    for name in os.listdir(folder):
        try:
            count += os.readlink(f"{folder}/{name}").startswith("socket:")
        except OSError:
            pass
    return count


@test("a client that reads nothing does not hold up the others, nor the end of the server")
def reads_nothing(place):
    server, url = start(place, http__stop_patience="1s")
    alice = new_person(url, "alice")
    uri = alice.upload(os.urandom(8_000_000)).json()["content_uri"]
    path = "/_matrix/client/v1/media/download/" + uri.removeprefix("mxc://")
    stuck = [Wire(url) for _ in range(8)]
    for wire in stuck:
        wire.write(request(path=path, fields=[f"Authorization: Bearer {alice.token}"]))
    room = alice.make_room()
    for number in range(10):
        alice.send(room, f"t{number}", "meanwhile")
    started = time.monotonic()
    server.stop()
    check(time.monotonic() - started < 1 + MARGIN, "the server did not end in time")
    for wire in stuck:
        wire.close()


@test("a body that was announced and does not come holds up nobody, and goes with its client")
def missing_body(place):
    server, url = start(place)
    alice = new_person(url, "alice")
    before = open_sockets(server.program.pid)
    wires = [Wire(url) for _ in range(50)]
    for wire in wires:
        wire.write(request("POST", f"{CLIENT}/createRoom", [
            f"Authorization: Bearer {alice.token}", "Content-Length: 1000"], '{"name":'))
    room = alice.make_room()
    alice.send(room, "t", "meanwhile")
    for wire in wires:
        wire.close()
    eventually(lambda: open_sockets(server.program.pid) <= before, "connections stayed open")
    check_equal(len(alice.get("GET", f"{CLIENT}/joined_rooms")["joined_rooms"]), 1, "rooms made")
