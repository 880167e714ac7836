# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""kill -9 under load: what was acknowledged is there, once, in order; repeats change nothing."""
import concurrent.futures
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time

import suite
from client import CLIENT, Unanswered, escaped, new_person
from suite import check, check_equal, test

ROUNDS = 4
ROOMS = 3
SENDERS = 4
EVENT = f"{CLIENT}/rooms"


class Worker:
    """Does `act(client, number)` again and again until no answer comes; keeps what was answered."""

    def __init__(self, client, act):
        self.client, self.act = client.twin(), act
        self.next = 0
        self.acknowledged = []  # (number, answer), in order
        self.refused = []
        self.thread = None

    def begin(self, url):
        self.client.move(url)
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        try:
            while True:
                self.do_next()
        except Unanswered:
            pass  # killed: the number stays the next one

    def do_next(self):
        answer = self.act(self.client, self.next)
        if answer.status == 200:
            self.acknowledged.append((self.next, answer.json()))
        else:
            self.refused.append((self.next, answer))
        self.next += 1

    def again(self, url):
        """What no answer came to is asked again, with the same transaction id."""
        self.client.move(url)
        self.do_next()

    def last_again(self, url):
        """What was answered is asked again: the answer has to be the same."""
        if not self.acknowledged:
            return
        number, answer = self.acknowledged[-1]
        self.client.move(url)
        check_equal(self.act(self.client, number).json(), answer,
                    f"the repeated answer to number {number}")


class Load:
    """People, rooms and workers of one server."""

    def __init__(self, url):
        self.observer = new_person(url, "observer")
        self.rooms = [self.observer.make_room() for _ in range(ROOMS)]
        people = [new_person(url, f"sender{i}") for i in range(SENDERS)]
        for person in people:
            for room in self.rooms:
                person.join(room)
        self.senders = [Worker(people[i], self.sending(i)) for i in range(SENDERS)]
        self.topics = Worker(self.observer, self.set_topic)
        self.letters = Worker(people[0], self.send_letter)
        self.contents = {}
        self.uploads = Worker(people[1], self.upload)
        self.since = self.observer.sync()["next_batch"]

    def sending(self, index):
        def send(client, number):
            return client.ask_to_send(self.rooms[number % ROOMS], f"t{index}-{number}",
                                      f"{index}/{number}")
        return send

    def set_topic(self, client, number):
        return client.ask("PUT", f"{EVENT}/{escaped(self.rooms[0])}/state/m.room.topic/",
                          {"topic": str(number)})

    def send_letter(self, client, number):
        return client.ask("PUT", f"{CLIENT}/sendToDevice/test.letter/l{number}", {
            "messages": {self.observer.user: {self.observer.device: {"number": number}}}})

    def upload(self, client, number):
        content = self.contents.setdefault(number, os.urandom(1000 + 37_000 * (number % 4)))
        return client.upload(content)

    @property
    def workers(self):
        return [*self.senders, self.topics, self.letters, self.uploads]


def check_history(load):
    texts = {}
    for room in load.rooms:
        events = load.observer.history(room)
        ids = [event["event_id"] for event in events]
        check_equal(len(ids), len(set(ids)), "events by id in the history")
        for event in events:
            if event["type"] == "m.room.message":
                texts.setdefault(event["content"]["body"], []).append(event["event_id"])
    for index, sender in enumerate(load.senders):
        check_equal(sender.refused, [], f"refusals to sender {index}")
        for number, answer in sender.acknowledged:
            check_equal(texts.get(f"{index}/{number}"), [answer["event_id"]],
                        f"event {index}/{number} of {answer['event_id']} is there as")
    twice = {text: ids for text, ids in texts.items() if len(ids) != 1}
    check_equal(twice, {}, "texts that are there more than once")


def check_order(load):
    for room in load.rooms:
        seen = {}
        for event in load.observer.history(room):
            if event["type"] == "m.room.message":
                index, number = event["content"]["body"].split("/")
                seen.setdefault(index, []).append(int(number))
        for index, numbers in seen.items():
            check_equal(numbers, sorted(numbers), f"the order of sender {index} in {room}")


def check_sync(load, fresh):
    """The token from before the kill leads to everything that was acknowledged since."""
    answer = load.observer.sync(load.since)
    texts, tokens = set(), {}
    for room, section in answer["rooms"].get("join", {}).items():
        for event in section["timeline"]["events"]:
            texts.add(event["content"].get("body"))
        if section["timeline"].get("limited"):
            tokens[room] = section["timeline"]["prev_batch"]
    for room, token in tokens.items():
        texts |= {event["content"].get("body") for event in between(load, room, token)}
    missing = sorted(fresh - texts)
    check_equal(missing[:5], [], f"{len(missing)} events not in the sync")
    letters = [event["content"]["number"] for event in answer.get("to_device", {}).get("events", [])
               if event["type"] == "test.letter"]
    load.since = answer["next_batch"]
    return letters


def between(load, room, token):
    events = []
    while token:
        page = load.observer.get("GET", f"{EVENT}/{escaped(room)}/messages?dir=b&limit=500"
                                 f"&from={escaped(token)}&to={escaped(load.since)}")
        events += page["chunk"]
        token = page.get("end")
    return events


def read_letters(load, letters):
    """One sync gives a part of the letters only; the next token confirms them."""
    while True:
        answer = load.observer.sync(load.since)
        load.since = answer["next_batch"]
        more = [event["content"]["number"] for event in
                answer.get("to_device", {}).get("events", []) if event["type"] == "test.letter"]
        if not more:
            return letters
        letters = letters + more


def check_state(load):
    if not load.topics.acknowledged:
        return
    topic = load.observer.get("GET", f"{EVENT}/{escaped(load.rooms[0])}/state/m.room.topic/")
    check_equal(topic.get("topic"), str(load.topics.acknowledged[-1][0]), "the room's topic")


def check_uploads(load, known):
    for number, answer in load.uploads.acknowledged[known:]:
        got = load.observer.download(answer["content_uri"])
        check_equal(got.status, 200, f"download of upload {number}")
        check(got.body == load.contents[number], f"upload {number} came back changed")


def check_database(place, server):
    server.stop()
    done = place.run("db", "check", "--json", *server.options())
    check_equal(done.code, 0, f"db check ({done})")
    check(json.loads(done.out)["ok"], done.out)


@test("after kill -9 at random moments every acknowledged act is there, once and in order")
def kill_under_load(place):
    moments = random.Random(suite.seed)
    server = place.server()
    load = Load(server.start())
    all_letters = []
    for number in range(ROUNDS):
        moment = moments.uniform(0.02, 1.2)
        before = [len(worker.acknowledged) for worker in load.workers]
        for worker in load.workers:
            worker.begin(server.greeting["addresses"][0])
        time.sleep(moment)
        server.kill()
        for worker in load.workers:
            worker.thread.join(30)
            check(not worker.thread.is_alive(), "a worker did not notice the kill")
        at = f"killed after {moment:.3f} s in round {number + 1}"
        acknowledged = sum(len(worker.acknowledged) for worker in load.workers) - sum(before)
        try:
            url = server.start()
            load.observer.move(url)
            check_uploads(load, before[-1])
            for worker in load.workers:
                worker.again(url)
            for worker in load.senders:
                worker.last_again(url)
            load.letters.last_again(url)
            fresh = {f"{i}/{n}" for i, w in enumerate(load.senders)
                     for n, _ in w.acknowledged[before[i]:]}
            all_letters += read_letters(load, check_sync(load, fresh))
            check_equal(all_letters, [n for n, _ in load.letters.acknowledged],
                        "letters to the device")
            check_history(load)
            check_order(load)
            check_state(load)
        except Exception as error:
            raise AssertionError(f"{at}, {acknowledged} acknowledged, seed {suite.seed}: "
                                 f"{type(error).__name__} {error}") from error
    check_equal(os.listdir(place.path("data", "media", "tmp")), [], "uploads left unfinished")
    check_database(place, server)


@test("one transaction id sent twenty times at once gives one event and one answer")
def same_transaction_at_once(place):
    server = place.server()
    alice = new_person(server.start(), "alice")
    room = alice.make_room()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        for attempt in range(10):
            twins = [alice.twin() for _ in range(20)]
            sending = [pool.submit(twin.send, room, f"t{attempt}", f"{attempt}") for twin in twins]
            events = {job.result() for job in sending}
            check_equal(len(events), 1, "different answers")
    texts = [e["content"]["body"] for e in alice.history(room) if e["type"] == "m.room.message"]
    check_equal(texts, [str(n) for n in range(10)], "the history")
    server.kill()
    alice.move(server.start())
    check_equal(alice.send(room, "t9", "9"), events.pop(), "the answer after a kill")


@test("a server that is killed again and again while it starts loses nothing and starts at last")
def kill_while_starting(place):
    moments = random.Random(suite.seed + 1)
    server = place.server()
    person = new_person(server.start(), "alice")
    room = person.make_room()
    sent = [person.send(room, f"t{n}", str(n)) for n in range(50)]
    server.kill()
    for _ in range(8):
        program = place.own(server_process(server))
        time.sleep(moments.uniform(0.0, 0.25))
        program.kill()
        program.wait()
    person.move(server.start())
    have = [e["event_id"] for e in person.history(room) if e["type"] == "m.room.message"]
    check_equal(have, sent, "the events of the room")
    check_database(place, server)


def server_process(server):
    return subprocess.Popen(server.command(), stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@test("a copy of the folder taken at one moment, as by a snapshot, has all that was acknowledged")
def snapshot(place):
    server = place.server()
    load = Load(server.start())
    for sender in load.senders:
        sender.begin(server.greeting["addresses"][0])
    moments = random.Random(suite.seed + 2)
    time.sleep(moments.uniform(0.2, 0.8))
    server.program.send_signal(signal.SIGSTOP)
    acknowledged = [list(sender.acknowledged) for sender in load.senders]
    shutil.copytree(place.path("data"), place.path("copy", "data"))
    shutil.copy2(place.path("chancery.keys"), place.path("copy", "chancery.keys"))
    server.program.send_signal(signal.SIGCONT)
    copy = place.server("copy")
    reader = load.observer.twin()
    reader.move(copy.start())
    have = {event["event_id"] for room in load.rooms for event in reader.history(room)}
    missing = [answer["event_id"] for answers in acknowledged for _, answer in answers
               if answer["event_id"] not in have]
    check_equal(missing[:3], [], f"{len(missing)} events that the copy lacks")
    check(sum(map(len, acknowledged)) > 20, "too little was sent to tell")
    server.kill()
    check_database(place, copy)


@test("an account made right before kill -9 can sign in after it; one signed out stays signed out")
def kill_after_account(place):
    server = place.server()
    url = server.start()
    gone = new_person(url, "bob")
    gone.get("POST", f"{CLIENT}/logout", {})
    alice = new_person(url, "alice")
    server.kill()
    url = server.start()
    alice.move(url)
    gone.move(url)
    check_equal(alice.ask("GET", f"{CLIENT}/account/whoami").status, 200, "alice's token")
    check_equal(gone.ask("GET", f"{CLIENT}/account/whoami").errcode, "M_UNKNOWN_TOKEN",
                "the token that was signed out")
