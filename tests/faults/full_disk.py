# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""A full disk: writing is refused, reading goes on, nothing is torn, and it ends by itself."""
import json
import os

from client import CLIENT, PASSWORD, Client, new_person
from small_disk import SmallDisk
from suite import check, check_equal, check_matches, eventually, test

READY = "/_chancery/health/ready"


def start_on_small_disk(place, size="24m"):
    server = place.server()
    disk = SmallDisk(place, place.path("data"), size)
    server.prefix = disk.prefix
    return server, disk, server.start()


def send_until_refused(client, room, sent):
    """Sends until the disk is full; what was acknowledged goes to `sent`. The refusal."""
    for number in range(len(sent), len(sent) + 5000):
        answer = client.ask_to_send(room, f"t{number}", f"{number} " + "x" * 3000)
        if answer.status != 200:
            return answer
        sent.append(answer.json()["event_id"])
    raise AssertionError("5000 events went onto a full disk")


def messages_of(client, room):
    return [e["event_id"] for e in client.history(room) if e["type"] == "m.room.message"]


def check_refusal(answer, what):
    check_equal(answer.status, 503, f"{what}: the status ({answer})")
    check(answer.errcode, f"{what}: no Matrix error in {answer}")
    check("error" in answer.json(), f"{what}: no text in {answer}")


@test("on a full disk sends answer 503, reading and sync go on, and freeing space mends it")
def full_while_sending(place):
    server, disk, url = start_on_small_disk(place)
    alice, bob = new_person(url, "alice"), new_person(url, "bob")
    room = alice.make_room()
    bob.join(room)
    sent = [alice.send(room, "t0", "before")]
    since = bob.sync()["next_batch"]

    disk.fill(leave=200_000)
    refusal = send_until_refused(alice, room, sent)
    check_refusal(refusal, "a message")
    for number in range(3):
        check_refusal(bob.ask_to_send(room, f"b{number}", "again"), "the next message")
    check_refusal(alice.ask("PUT", f"{CLIENT}/profile/{alice.user}/displayname",
                            {"displayname": "Alice"}), "a change of the name")
    check_refusal(Client(url).ask("POST", f"{CLIENT}/register", {
        "username": "carol", "password": PASSWORD, "auth": {"type": "m.login.dummy"}}),
        "a registration")

    check_equal(messages_of(bob, room), sent, "the history on a full disk")
    timeline = bob.sync(since)["rooms"]["join"][room]["timeline"]
    check_equal(timeline["events"][-1]["event_id"], sent[-1], "the newest event of the sync")
    ready = alice.ask("GET", READY)
    check_equal(ready.status, 503, "health/ready on a full disk")
    check_matches("write", ready.json()["reason"], "why it is not ready")
    check_equal(alice.ask("GET", "/_chancery/health/live").status, 200, "health/live")

    disk.free()
    eventually(lambda: alice.ask("GET", READY).status == 200,
               "it did not become ready by itself after space was freed")
    sent.append(alice.send(room, "after", "after"))
    check_equal(messages_of(bob, room), sent, "the history after space was freed")
    server.stop()
    bob.move(server.start())
    check_equal(messages_of(bob, room), sent, "the history after a restart")
    server.stop()
    done = place.run("db", "check", "--json", *server.options(), prefix=disk.prefix)
    check_equal(done.code, 0, f"db check ({done})")


@test("kill -9 on a full disk loses nothing that was acknowledged")
def kill_on_full_disk(place):
    server, disk, url = start_on_small_disk(place)
    alice = new_person(url, "alice")
    room = alice.make_room()
    sent = []
    for _ in range(2):
        disk.fill(leave=150_000)
        check_refusal(send_until_refused(alice, room, sent), "a message")
        server.kill()
        disk.free()
        alice.move(server.start())
        check_equal(messages_of(alice, room), sent, "the history after the kill")


@test("a repeated transaction that a full disk refused is done once after space was freed")
def refused_transaction_again(place):
    _, disk, url = start_on_small_disk(place)
    alice = new_person(url, "alice")
    room = alice.make_room()
    disk.fill()
    check_refusal(alice.ask_to_send(room, "once", "once"), "a message")
    check_refusal(alice.ask_to_send(room, "once", "once"), "the same message")
    disk.free()
    event = alice.send(room, "once", "once")
    check_equal(alice.send(room, "once", "once"), event, "the repeated answer")
    check_equal(messages_of(alice, room), [event], "the history")


@test("an upload that a full disk cuts short answers 503 and leaves nothing behind")
def full_while_uploading(place):
    _, disk, url = start_on_small_disk(place)
    alice = new_person(url, "alice")
    small, large = os.urandom(50_000), os.urandom(3_000_000)
    kept = alice.upload(small).json()["content_uri"]
    disk.fill(leave=1_000_000)
    before = sorted(files_under(f"{disk.outside}/media"))
    for _ in range(2):
        check_refusal(alice.upload(large), "an upload")
    eventually(lambda: sorted(files_under(f"{disk.outside}/media")) == before,
               "what was begun is still there after the refusal")
    check(alice.download(kept).body == small, "a file that was there came back changed")
    disk.free()
    uri = alice.upload(large).json()["content_uri"]
    check(alice.download(uri).body == large, "the upload after space was freed came back changed")


@test("a server started on a full disk says so, changes nothing, and starts when there is space")
def start_on_full_disk(place):
    server, disk, url = start_on_small_disk(place)
    alice = new_person(url, "alice")
    room = alice.make_room()
    sent = [alice.send(room, f"t{n}", str(n)) for n in range(5)]
    server.kill()
    disk.fill()
    done = place.run(*server.command()[len(server.prefix) + 1:], prefix=disk.prefix)
    check_equal(done.code, 4, f"the exit code ({done})")
    check_matches("(?i)no space|disk full", done.err, "the message")
    disk.free()
    alice.move(server.start())
    check_equal(messages_of(alice, room), sent, "the history")


def files_under(folder):
    return [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names]


@test("a command on a full disk fails with a text, also in JSON, and does nothing")
def command_on_full_disk(place):
    server, disk, _ = start_on_small_disk(place)
    place.write("password", PASSWORD + "\n")
    create = ["user", "create", "dora", "--password-file", place.path("password"), "--json",
              *server.options()]
    disk.fill()
    done = place.run(*create, prefix=disk.prefix)
    check_equal(done.code, 1, f"the exit code ({done})")
    check_matches("store", done.err, "the message")
    disk.free()
    done = place.run(*create, prefix=disk.prefix)
    check_equal(done.code, 0, f"the exit code after space was freed ({done})")
    check_matches("@dora:", json.loads(done.out)["user_id"], "the answer")
