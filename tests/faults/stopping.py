# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The end and the reload: SIGTERM lets open requests finish, SIGHUP reads certificates again."""
import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time

from client import CLIENT, Unanswered, new_person
from small_disk import SmallDisk
from suite import check, check_equal, check_matches, eventually, last_lines, test
from wire import Wire, request

MARGIN = 6  # seconds that a busy machine may take


@test("SIGTERM ends long polls at once, with an answer that goes on after a restart")
def long_polls(place):
    server = place.server()
    url = server.start()
    people = [new_person(url, f"person{n}") for n in range(5)]
    answers = []

    def poll(person, since):
        try:
            answers.append((person, person.sync(since, timeout=30_000)))
        except Unanswered:
            pass  # counted below

    tokens = [person.sync()["next_batch"] for person in people]
    polls = [threading.Thread(target=poll, args=(person.twin(), token), daemon=True)
             for person, token in zip(people, tokens)]
    for one in polls:
        one.start()
    time.sleep(0.5)
    started = time.monotonic()
    server.stop()
    took = time.monotonic() - started
    for one in polls:
        one.join(5)
    check(took < MARGIN, f"the server took {took:.1f} s to end with only long polls open")
    check_equal(len(answers), 5, "polls that were answered")
    url = server.start()
    for person, answer in answers:
        person.move(url)
        room = person.make_room()
        check(room in person.sync(answer["next_batch"])["rooms"]["join"],
              "the token of the last answer does not lead on")


@test("SIGTERM lets a request that has begun finish, and takes no new connection")
def open_request(place):
    server = place.server()
    url = server.start()
    alice = new_person(url, "alice")
    body = json.dumps({"name": "made while stopping"})
    with Wire(url) as begun, Wire(url) as idle:
        begun.write(request("POST", f"{CLIENT}/createRoom", [
            f"Authorization: Bearer {alice.token}", f"Content-Length: {len(body)}"], body[:5]))
        idle.write(request())
        idle.read_response()
        time.sleep(0.3)
        server.program.terminate()
        check(idle.is_closed_within(MARGIN) is not None, "the idle connection stayed open")
        eventually(lambda: refuses_connections(url), "it takes new connections")
        check(server.program.poll() is None, "it ended before the open request had")
        begun.write(body[5:])
        response = begun.read_response()
        check(response is not None, "the open request was broken off")
        check_equal(response[0], 200, "the open request")
        check_equal(response[1].get("connection"), "close", "what it says of the connection")
    check_equal(server.program.wait(MARGIN), 0, "the exit code")
    alice.move(server.start())
    check(json.loads(response[2])["room_id"] in
          alice.get("GET", f"{CLIENT}/joined_rooms")["joined_rooms"], "the room is not there")


def refuses_connections(url):
    try:
        Wire(url, seconds=2).close()
        return False
    except OSError:
        return True


@test("SIGTERM breaks off what does not finish within http.stop_patience")
def no_patience(place):
    server = place.server(settings={"http.stop_patience": "1s"})
    url = server.start()
    alice = new_person(url, "alice")
    with Wire(url) as stuck:
        stuck.write(request("POST", f"{CLIENT}/createRoom", [
            f"Authorization: Bearer {alice.token}", "Content-Length: 100"], "{"))
        time.sleep(0.3)
        started = time.monotonic()
        server.stop()
        took = time.monotonic() - started
    check(0.8 < took < 1 + MARGIN, f"it took {took:.1f} s instead of 1 s")


@test("SIGTERM under load: every request has an answer or never began, and what was said is true")
def under_load(place):
    server = place.server()
    url = server.start()
    people = [new_person(url, f"person{n}") for n in range(4)]
    rooms = [person.make_room() for person in people]
    sent = [[] for _ in people]

    def work(index):
        client = people[index].twin()
        try:
            while True:
                sent[index].append(client.send(rooms[index], f"t{len(sent[index])}", "x"))
        except Unanswered:
            pass

    workers = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(4)]
    for worker in workers:
        worker.start()
    time.sleep(0.4)
    server.stop()
    for worker in workers:
        worker.join(5)
    url = server.start()
    for person, room, events in zip(people, rooms, sent):
        person.move(url)
        have = [e["event_id"] for e in person.history(room) if e["type"] == "m.room.message"]
        check_equal(have[:len(events)], events, "the events")
        check(len(have) <= len(events) + 1, "events that nobody was told of")


@test("SIGTERM on a full disk is a graceful end all the same")
def full_disk(place):
    server = place.server()
    disk = SmallDisk(place, place.path("data"), "16m")
    server.prefix = disk.prefix
    alice = new_person(server.start(), "alice")
    disk.fill()
    alice.ask("GET", f"{CLIENT}/account/whoami")
    check_equal(alice.ask_to_send("!a:localhost", "t", "x").status // 100, 4, "a send")
    server.stop()


@test("a second SIGTERM while it stops changes nothing")
def two_signals(place):
    server = place.server(settings={"http.stop_patience": "2s"})
    url = server.start()
    with Wire(url) as half:
        half.write("GET / HT")
        time.sleep(0.2)
        server.program.terminate()
        time.sleep(0.2)
        server.program.terminate()
        check_equal(server.program.wait(2 + MARGIN), 0, "the exit code")


def make_certificate(place, name, number):
    """A self-signed one with this serial number, at the same paths each time."""
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-set_serial", str(number), "-keyout", place.path("tls.key"),
         "-out", place.path("tls.pem")], capture_output=True, check=False)
    check_equal(done.returncode, 0, f"openssl ({done.stderr.decode()})")


def listener(place, port=0):
    return (f'[[listener]]\naddress = "127.0.0.1"\nport = {port}\ntls = true\n'
            f'certificate = "{place.path("tls.pem")}"\nprivate_key = "{place.path("tls.key")}"\n')


def shown_certificate(url):
    host, port = url.removeprefix("https://").split(":")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((host, int(port)), timeout=20) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(request().encode())
            check_matches("^HTTP/1.1 200", secure.recv(1000).decode(), "an answer by TLS")
            return secure.getpeercert(binary_form=True), secure.version()


def start_with_tls(place):
    server = place.server()
    make_certificate(place, "localhost", 1)
    server.listen = []
    server.config = place.write("chancery.toml", listener(place))
    return server, server.start()


@test("SIGHUP reads the certificate again; a broken one leaves the old one in force")
def reload(place):
    server, url = start_with_tls(place)
    first, version = shown_certificate(url)
    check_equal(version, "TLSv1.3", "the protocol")
    make_certificate(place, "localhost", 2)
    check_equal(shown_certificate(url)[0], first, "before SIGHUP: the certificate")
    server.program.send_signal(signal.SIGHUP)
    eventually(lambda: shown_certificate(url)[0] != first, "SIGHUP changed nothing")
    second = shown_certificate(url)[0]
    place.write("tls.pem", "no certificate\n")
    server.program.send_signal(signal.SIGHUP)
    eventually(lambda: "certificates_not_reloaded" in last_lines(server.log), "nothing in the log")
    check_equal(shown_certificate(url)[0], second, "after a broken file: the certificate")
    server.stop()


@test("where every address has TLS the command line still reaches the running server")
def control_with_tls(place):
    server, _ = start_with_tls(place)
    done = place.run("user", "list", "--json", *server.options())
    check_equal(done.code, 0, f"user list ({done})")
    check_equal(json.loads(done.out), {"users": []}, "the answer")


@test("strangers who speak no TLS to a TLS port hinder nobody")
def no_tls(place):
    _, url = start_with_tls(place)
    plain = url.replace("https", "http")
    with Wire(plain) as wire, Wire(plain) as silent:
        wire.write(request())
        check(wire.is_closed_within(MARGIN) is not None, "it was not closed")
        silent.write(os.urandom(3))
        shown_certificate(url)


@test("a certificate that cannot be read ends the start with code 5 and names the file")
def bad_certificate(place):
    make_certificate(place, "localhost", 1)
    file = place.write("chancery.toml", listener(place))
    os.unlink(place.path("tls.pem"))
    done = place.run("serve", "--config", file, "--data", place.path("data"))
    check_equal(done.code, 5, f"the exit code ({done})")
    check_matches("tls.pem", done.err, "the message")
    check_matches("(?i)no such file", done.err, "the message")
    make_certificate(place, "localhost", 1)
    key = place.path("tls.key")
    certificate = place.path("tls.pem")
    os.rename(certificate, place.path("old.pem"))
    make_certificate(place, "localhost", 2)
    os.rename(place.path("old.pem"), certificate)
    done = place.run("serve", "--config", file, "--data", place.path("data"))
    check_equal(done.code, 5, f"the exit code for a key of another certificate ({done})")
    check_matches(os.path.basename(key), done.err, "the message")
