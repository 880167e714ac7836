# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The wrong key, a damaged one, none: the server refuses, says why, and changes no byte."""
import hashlib
import os
import shutil

from client import new_person
from suite import check, check_equal, check_matches, test


def fingerprint(folder):
    """Every file below with its mode and the hash of its bytes."""
    found = {}
    for where, folders, names in os.walk(folder):
        for name in folders + names:
            path = os.path.join(where, name)
            mode = oct(os.stat(path).st_mode)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    mode += " " + hashlib.sha256(file.read()).hexdigest()
            found[os.path.relpath(path, folder)] = mode
    return found


class Locked:
    """A server's folder with something in it, killed so that its log was not emptied."""

    def __init__(self, place, killed=True):
        self.place = place
        self.server = place.server("home")
        self.person = new_person(self.server.start(), "alice")
        self.room = self.person.make_room()
        self.sent = [self.person.send(self.room, f"t{n}", str(n)) for n in range(10)]
        if killed:
            self.server.kill()
        else:
            self.server.stop()
        os.unlink(self.server.log)
        self.keys = place.path("home", "chancery.keys")
        shutil.copy2(self.keys, place.path("right.keys"))

    def other_keys(self):
        """The key file of another server."""
        other = self.place.server("other")
        other.start()
        other.stop()
        return self.place.path("other", "chancery.keys")

    def check_refuses(self, pattern, code=4):
        before = fingerprint(self.place.path("home"))
        commands = [self.server.command()[1:], ["user", "list", *self.server.options()],
                    ["db", "check", *self.server.options()],
                    ["db", "migrate", *self.server.options()]]
        for words in commands:
            done = self.place.run(*words)
            check_equal(done.code, code, f"the exit code of {' '.join(words[:2])} ({done})")
            check_matches(pattern, done.err, f"the message of {' '.join(words[:2])}")
            check_equal(done.out, "", "what it says on standard output")
        check_equal(fingerprint(self.place.path("home")), before, "the files after the refusals")

    def check_opens(self):
        """With the right key everything is there."""
        shutil.copy2(self.place.path("right.keys"), self.keys)
        self.person.move(self.server.start())
        have = [e["event_id"] for e in self.person.history(self.room)
                if e["type"] == "m.room.message"]
        check_equal(have, self.sent, "the events with the right key")
        self.server.stop()


@test("with another server's key file it refuses, changes nothing, and the right one opens it")
def other_keys(place):
    for killed in (True, False):
        locked = Locked(place, killed)
        shutil.copy2(locked.other_keys(), locked.keys)
        locked.check_refuses("(?i)key")
        locked.check_opens()
        shutil.rmtree(place.path("home"))
        shutil.rmtree(place.path("other"))


@test("without the key file it refuses, makes no new one, and the right one opens it")
def no_keys(place):
    locked = Locked(place)
    os.unlink(locked.keys)
    locked.check_refuses("key file .*chancery.keys is not there")
    check(not os.path.exists(locked.keys), "a key file was made")
    locked.check_opens()


@test("a damaged, empty, foreign or truncated key file is refused, and named")
def damaged_keys(place):
    locked = Locked(place)
    with open(locked.keys, encoding="utf-8") as file:
        right = file.read()
    for wrong in ("", "hello\n", right[:60], right.replace("v1", "v9"), right[:-10] + "\n",
                  "\0" * 100):
        with open(locked.keys, "w", encoding="utf-8") as file:
            file.write(wrong)
        locked.check_refuses("chancery.keys")
    locked.check_opens()


@test("a key file that others may read is refused, and the message says what to do")
def readable_keys(place):
    locked = Locked(place)
    for mode in (0o644, 0o640, 0o604, 0o660):
        os.chmod(locked.keys, mode)
        locked.check_refuses("chmod 600")
    locked.check_opens()


@test("a damaged database is refused or found by db check, never taken for an empty one")
def damaged_database(place):
    locked = Locked(place, killed=False)
    path = place.path("home", "data", "chancery.db")
    with open(path, "rb") as file:
        right = file.read()
    for wrong in (b"", right[:4096], right[:5000], b"SQLite format 3\0" + right[16:],
                  right[:20000] + b"x" * 4096 + right[24096:], os.urandom(len(right))):
        with open(path, "wb") as file:
            file.write(wrong)
        done = place.run("db", "check", *locked.server.options())
        check(done.code in (1, 4), f"db check of a damaged database: {done}")
        check(done.err + done.out, "it said nothing")
    with open(path, "wb") as file:
        file.write(right)
    locked.check_opens()


@test("a data folder without its database, but with a key file and media, says so")
def no_database(place):
    locked = Locked(place, killed=False)
    path = place.path("home", "data", "chancery.db")
    os.rename(path, place.path("kept.db"))
    before = fingerprint(place.path("home"))
    done = place.run("user", "list", *locked.server.options())
    check_equal(done.code, 4, f"user list ({done})")
    check_matches("no database .*chancery.db", done.err, "the message of user list")
    done = place.run(*locked.server.command()[1:])
    check_equal(done.code, 4, f"serve ({done})")
    check_matches("put the database back", done.err, "the message of serve")
    check_equal(fingerprint(place.path("home")), before, "the files after the refusals")
    os.rename(place.path("kept.db"), path)
    locked.check_opens()
