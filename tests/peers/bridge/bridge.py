#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The bridge peer: an application service on mautrix, and a person who talks to its ghosts.

Phase "first" makes rooms and ghosts and talks both ways; phase "again", after the server was killed
and started again, first lets the person talk while the bridge is away, then starts it: it must get
everything once and in order. Prints lines "ok N - sentence" or "not ok N - sentence".
"""
import asyncio
import json
import logging
import os
import sys
import time

import aiohttp
from mautrix.appservice import AppService
from mautrix.appservice.state_store import FileASStateStore
from mautrix.errors import MExclusive, MUserInUse
from mautrix.types import EventType, PresenceState, RoomDirectoryVisibility, RoomCreatePreset

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "harness"))
from checks import Checks

PASSWORD = "a long enough pass phrase 7"
DEADLINE_SECONDS = 60


class Names:
    """The names of this run; each run has its own."""

    def __init__(self, run, domain):
        self.run, self.domain = run, domain
        self.bot = f"_bridge_{run}_bot"
        self.user_start, self.alias_start = f"@_bridge_{run}_", f"#_bridge_{run}_"
        self.person = f"@walker-{run}:{domain}"

    def ghost(self, name):
        return f"{self.user_start}{name}:{self.domain}"

    def alias(self, name):
        return f"{self.alias_start}{name}:{self.domain}"


class Bridge:
    """The application service, and everything that it was told."""

    def __init__(self, url, names, folder):
        with open(os.path.join(folder, "bridge.json"), encoding="utf-8") as file:
            given = json.load(file)
        self.names, self.port = names, given["port"]
        self.texts, self.ephemeral, self.to_device, self.key_counts = [], [], [], {}
        self.ids, self.asked = [], []
        self.service = AppService(
            url, names.domain, given["as_token"], given["hs_token"], names.bot, given["id"],
            ephemeral_events=True, encryption_events=True,
            query_user=self.on_user, query_alias=self.on_alias,
            state_store=FileASStateStore(os.path.join(folder, "bridge-state.json"), binary=False))
        # One after the other: the order in which things are told is what is checked.
        self.service.synchronous_handlers = True
        self.service.matrix_event_handler(self.on_event)
        self.service.to_device_handler = self.on_to_device
        self.service.otk_handler = self.on_key_counts

    async def __aenter__(self):
        await self.service.start("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_):
        await self.service.stop()

    async def on_event(self, event):
        if event.type.is_ephemeral:
            self.ephemeral.append(event)
            return
        self.ids.append(event.event_id)
        if event.type == EventType.ROOM_MESSAGE:
            self.texts.append((event.sender, event.content.body))

    async def on_to_device(self, event):
        self.to_device.append(event)

    async def on_key_counts(self, counts):
        self.key_counts.update(counts)

    async def on_user(self, user_id):
        self.asked.append(user_id)
        await self.ghost_of(user_id).ensure_registered()
        return {"made": user_id}  # an empty answer is taken for "no such user"

    async def on_alias(self, alias):
        """Makes the room while the server waits for it."""
        self.asked.append(alias)
        localpart = alias[1:].split(":")[0]
        await self.service.intent.create_room(
            alias_localpart=localpart, visibility=RoomDirectoryVisibility.PRIVATE,
            preset=RoomCreatePreset.PUBLIC, name="across the bridge")
        return {"made": alias}

    def ghost_of(self, user_id):
        return self.service.intent.user(user_id)

    def said_by(self, sender):
        return [body for who, body in self.texts if who == sender]


class Person:
    """Somebody with an ordinary client, by plain HTTP."""

    def __init__(self, url, http):
        self.url, self.http = url, http
        self.token, self.since, self.texts = None, None, []

    async def call(self, method, path, body=None, accept=(200,)):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.http.request(method, f"{self.url}/_matrix/client/v3{path}", json=body,
                                     headers=headers) as answer:
            content = await answer.json()
            if answer.status not in accept:
                raise RuntimeError(f"{method} {path}: {answer.status} {content}")
            return content

    async def register(self, localpart):
        wanted = {"username": localpart, "password": PASSWORD,
                  "auth": {"type": "m.login.dummy"}}
        self.token = (await self.call("POST", "/register", wanted))["access_token"]

    async def say(self, room, body):
        path = f"/rooms/{room}/send/m.room.message/{time.monotonic_ns()}"
        return (await self.call("PUT", path, {"msgtype": "m.text", "body": body}))["event_id"]

    async def read(self, body):
        """Syncs until somebody said that."""
        end = time.monotonic() + DEADLINE_SECONDS
        while True:
            for sender, text in self.texts:
                if text == body:
                    return sender
            if time.monotonic() > end:
                raise TimeoutError(f'waited in vain until "{body}" is read')
            since = f"&since={self.since}" if self.since else ""
            answer = await self.call("GET", f"/sync?timeout=2000{since}")
            self.since = answer["next_batch"]
            for room in answer.get("rooms", {}).get("join", {}).values():
                self.texts += [(event["sender"], event["content"].get("body"))
                               for event in room["timeline"]["events"]
                               if event["type"] == "m.room.message"]


async def until(what, question):
    end = time.monotonic() + DEADLINE_SECONDS
    while not question():
        if time.monotonic() > end:
            raise TimeoutError(f"waited in vain until {what}")
        await asyncio.sleep(0.05)


async def first(checks, bridge, person):
    names, intent = bridge.names, bridge.service.intent
    await intent.ensure_registered()
    await bridge.service.ping_self("first")
    checks.ok("the bridge pings itself through the server")
    await person.register(names.person[1:].split(":")[0])

    alias = names.alias("hall")
    room = (await person.call("POST", f"/join/{alias.replace('#', '%23')}", {}))["room_id"]
    checks.require(alias in bridge.asked, "a room is made while somebody joins by its alias")
    profile = await person.call("GET", f"/profile/{names.ghost('asked')}")
    checks.require(profile is not None and names.ghost("asked") in bridge.asked,
                   "a ghost is made while somebody looks at its profile")

    ghost = bridge.ghost_of(names.ghost("anna"))
    await ghost.ensure_joined(room)
    await ghost.set_displayname("Anna (bridged)")
    await ghost.send_text(room, "first: from the ghost")
    checks.require(await person.read("first: from the ghost") == names.ghost("anna"),
                   "a person reads what a ghost says")
    event = await person.say(room, "first: from the person")
    await until("the bridge hears the person",
                lambda: "first: from the person" in bridge.said_by(names.person))
    checks.ok("the bridge hears what a person says")
    await pass_by(checks, bridge, person, room, event)
    await encrypt(checks, bridge, person)
    await keep_out(checks, bridge, person)
    return {"room": room, "token": person.token}


async def pass_by(checks, bridge, person, room, event):
    """What is not kept: typing, receipts, presence."""
    who = bridge.names.person
    await person.call("PUT", f"/rooms/{room}/typing/{who}", {"typing": True, "timeout": 20_000})
    await person.call("POST", f"/rooms/{room}/receipt/m.read/{event}", {})
    await person.call("PUT", f"/presence/{who}/status", {"presence": "online"})

    def has(kind, holds):
        return any(edu.type == kind and holds(edu) for edu in bridge.ephemeral)

    await until("typing arrives",
                lambda: has(EventType.TYPING, lambda edu: who in edu.content.user_ids))
    await until("a receipt arrives",
                lambda: has(EventType.RECEIPT, lambda edu: event in edu.content))
    await until("presence arrives", lambda: has(
        EventType.PRESENCE,
        lambda edu: edu.sender == who and edu.content.presence == PresenceState.ONLINE))
    checks.ok("the bridge hears of typing, receipts and presence")


async def encrypt(checks, bridge, person):
    """What encryption needs: a device that nobody signed in, and messages to it."""
    ghost = bridge.ghost_of(bridge.names.ghost("anna"))
    await ghost.create_device_msc4190("BRIDGE", "the bridge")
    who = await ghost.whoami()
    checks.require(who.user_id == ghost.mxid and who.device_id == "BRIDGE",
                   "a ghost acts as a device that was made for it")
    await person.call("PUT", "/sendToDevice/m.test/first",
                      {"messages": {ghost.mxid: {"BRIDGE": {"n": 1}}}})
    await until("a message to the device arrives", lambda: bridge.to_device)
    checks.require(bridge.to_device[0].to_device_id == "BRIDGE",
                   "the bridge gets messages to its ghosts' devices")
    checks.require("BRIDGE" in bridge.key_counts.get(ghost.mxid, {}),
                   "the bridge hears how many keys the device has left")


async def keep_out(checks, bridge, person):
    names = bridge.names
    refused = await person.call(
        "POST", "/register", {"username": names.ghost("mine")[1:].split(":")[0],
                              "password": PASSWORD, "auth": {"type": "m.login.dummy"}}, (400,))
    checks.require(refused["errcode"] == "M_EXCLUSIVE", "a person gets no name of the bridge")
    try:
        await bridge.ghost_of(f"@outside-{names.run}:{names.domain}").ensure_registered()
        checks.fail("the bridge gets a name outside of its namespace")
    except MExclusive:
        checks.ok("the bridge gets no name outside of its namespace")
    except MUserInUse as error:
        raise RuntimeError("the name outside was taken") from error


async def again(checks, bridge, person, saved):
    names, room = bridge.names, saved["room"]
    person.token = saved["token"]
    said = [f"again: {number}" for number in range(120)]
    for body in said:
        await person.say(room, body)
    checks.ok("nobody waits for a bridge that is away")
    async with bridge:
        await bridge.service.ping_self("again")
        await until("everything is told", lambda: said[-1] in bridge.said_by(names.person))
        checks.require(bridge.said_by(names.person) == said,
                       "what was said meanwhile is told once and in order")
        checks.require(len(set(bridge.ids)) == len(bridge.ids)
                       and not set(bridge.ids) & set(saved["ids"]),
                       "nothing is told a second time after a restart")
        await bridge.ghost_of(names.ghost("anna")).send_text(room, "again: from the ghost")
        checks.require(await person.read("again: from the ghost") == names.ghost("anna"),
                       "a ghost goes on after a restart of the server")
        await person.say(room, "again: goodbye")
        await until("the last word is told",
                    lambda: "again: goodbye" in bridge.said_by(names.person))
        checks.ok("the bridge goes on after a restart of the server")


async def main():
    logging.basicConfig(level=logging.DEBUG if os.environ.get("PEER_DEBUG") else logging.CRITICAL)
    url, folder = os.environ["PEER_URL"], os.environ["PEER_STATE"]
    names = Names(os.environ["PEER_RUN"], os.environ["PEER_SERVER_NAME"])
    phase, checks = os.environ["PEER_PHASE"], Checks()
    notes = os.path.join(folder, "bridge-notes.json")
    try:
        async with aiohttp.ClientSession() as http:
            bridge, person = Bridge(url, names, folder), Person(url, http)
            if phase == "first":
                async with bridge:
                    saved = await first(checks, bridge, person)
                with open(notes, "w", encoding="utf-8") as file:
                    json.dump({**saved, "ids": bridge.ids}, file)
            else:
                with open(notes, encoding="utf-8") as file:
                    await again(checks, bridge, person, json.load(file))
    except Exception as error:  # whatever it is, it is the outcome of this check
        checks.fail(f"bridge, phase {phase}: {type(error).__name__}: {error}")
    print(f"{phase}: {checks.number - checks.failures} passed, {checks.failures} failed")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
