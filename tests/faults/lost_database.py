# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL that goes and comes back, and a database that a newer program wrote."""
import os
import shutil
import threading
import time

from client import CLIENT, new_person
from postgres import Postgres
from suite import check, check_equal, check_matches, eventually, test

READY = "/_chancery/health/ready"


def start(place):
    postgres = Postgres(place)
    server = place.server(settings={"storage.url": postgres.url})
    return postgres, server, server.start()


def messages_of(client, room):
    return [e["event_id"] for e in client.history(room) if e["type"] == "m.room.message"]


@test("while PostgreSQL is gone sends answer 503, and all goes on by itself when it is back")
def gone_and_back(place):
    postgres, server, url = start(place)
    alice = new_person(url, "alice")
    room = alice.make_room()
    sent = [alice.send(room, f"t{n}", str(n)) for n in range(5)]
    postgres.crash()
    answer = alice.ask_to_send(room, "gone", "gone")
    check_equal(answer.status, 503, f"a send without the database ({answer})")
    check(answer.errcode, f"no Matrix error in {answer}")
    check_equal(alice.ask("GET", READY).status, 503, "health/ready without the database")
    check_equal(alice.ask("GET", "/_chancery/health/live").status, 200, "health/live")
    postgres.start()
    eventually(lambda: alice.ask("GET", READY).status == 200,
               "it did not become ready by itself when the database was back", 60)
    sent.append(alice.send(room, "gone", "gone"))
    check_equal(alice.send(room, "gone", "gone"), sent[-1], "the repeated answer")
    check_equal(messages_of(alice, room), sent, "the history")
    server.kill()
    alice.move(server.start())
    check_equal(messages_of(alice, room), sent, "the history after kill -9")
    server.stop()


@test("while PostgreSQL crashes and starts again sends wait for it, and none of them fails")
def restarted(place):
    postgres, server, url = start(place)
    alice = new_person(url, "alice")
    rooms = [alice.make_room() for _ in range(4)]
    answers = {room: [] for room in rooms}
    is_over = threading.Event()

    def keep_sending(room):
        client = alice.twin()
        while not is_over.is_set():
            number = len(answers[room])
            answers[room].append(client.ask_to_send(room, f"t{number}", str(number)))

    senders = [threading.Thread(target=keep_sending, args=[room]) for room in rooms]
    for sender in senders:
        sender.start()
    try:
        for _ in range(3):
            time.sleep(0.5)
            postgres.crash()
            postgres.start()
        time.sleep(0.5)
    finally:
        is_over.set()
        for sender in senders:
            sender.join()
    for room, sent in answers.items():
        refused = [answer for answer in sent if answer.status != 200]
        check(not refused, f"{len(refused)} of {len(sent)} failed: {refused[:1]}")
        check_equal(messages_of(alice, room), [answer.json()["event_id"] for answer in sent],
                    "the history")
    server.stop()


@test("without PostgreSQL the start fails with code 4, in time, and without its password")
def not_there(place):
    postgres, server, _ = start(place)
    server.stop()
    postgres.crash()
    server.settings["storage.url"] = postgres.url.replace("test@", "test:a-password@")
    started = time.monotonic()
    done = place.run(*server.command()[1:])
    check_equal(done.code, 4, f"the exit code ({done})")
    check("a-password" not in done.err, f"the message has the password: {done.err}")
    check_matches("(?i)connect", done.err, "the message")
    check(time.monotonic() - started < 30, "it took too long to say so")


@test("a database with a newer schema is refused with code 4, and nothing in it changes")
def newer_schema(place):
    postgres, server, url = start(place)
    alice = new_person(url, "alice")
    server.stop()
    postgres.ask("INSERT INTO schema_version (number, name, oldest_readable) "
                 "VALUES (900, 'of the future', 900)")
    before = dump(postgres)
    for words in (server.command()[1:], ["db", "migrate", *server.options()],
                  ["user", "list", *server.options()]):
        done = place.run(*words)
        check_equal(done.code, 4, f"the exit code of {' '.join(words[:2])} ({done})")
        check_matches("schema 900.*newer", done.err, f"the message of {' '.join(words[:2])}")
    check_equal(dump(postgres), before, "the database after the refusals")
    postgres.ask("DELETE FROM schema_version WHERE number = 900")
    alice.move(server.start())
    check_equal(alice.ask("GET", f"{CLIENT}/account/whoami").status, 200, "with its own schema")


def dump(postgres):
    return [line for line in postgres.run("pg_dump", "-h", postgres.folder, "-U", "test",
                                          "postgres").splitlines()
            if not line.startswith(("\\restrict", "\\unrestrict"))]


@test("two servers never write to one PostgreSQL database")
def two_servers(place):
    postgres, first, url = start(place)
    alice = new_person(url, "alice")
    room = alice.make_room()
    second = place.server("second", settings={"storage.url": postgres.url})
    shutil.copy2(place.path("chancery.keys"), place.path("second", "chancery.keys"))
    done = place.run(*second.command()[1:])
    check_equal(done.code, 4, f"the exit code of the second ({done})")
    check_matches("another server", done.err, "the message")
    sent = [alice.send(room, f"t{n}", str(n)) for n in range(3)]
    first.kill()
    alice.move(second.start())
    check_equal(messages_of(alice, room), sent, "the history by the second server")


@test("PostgreSQL with another key file, or with none, is refused, and nothing changes")
def wrong_keys(place):
    postgres, server, url = start(place)
    alice = new_person(url, "alice")
    server.stop()
    before = dump(postgres)
    other = place.server("other")
    other.start()
    other.stop()
    for name in ("other", "new"):
        strange = place.server(name, settings={"storage.url": postgres.url})
        for words in (strange.command()[1:], ["user", "list", *strange.options()]):
            os.makedirs(place.path(name, "data"), exist_ok=True)
            done = place.run(*words)
            check_equal(done.code, 4, f"{name}: the exit code of {words[0]} ({done})")
            check_matches("(?i)key", done.err, f"{name}: the message of {words[0]}")
        check_equal(dump(postgres), before, f"{name}: the database after the refusal")
    check(not os.path.exists(place.path("new", "chancery.keys")), "a key file was made")
    alice.move(server.start())
    check_equal(alice.ask("GET", f"{CLIENT}/account/whoami").status, 200, "with its own keys")
