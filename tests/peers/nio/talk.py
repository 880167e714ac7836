#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""A matrix-nio peer: answers in the encrypted room that js/nio_room.mjs makes for it.

Runs with the newest matrix-nio, which speaks v3, and with the one of Debian 12, which speaks r0.

Phase "first" registers, waits for the invitation, joins and talks; phase "again" resumes with the
stored session, keys and sync token. Prints lines "ok N - sentence" or "not ok N - sentence".
"""
import asyncio
import json
import os
import sys
import time

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, RoomMessageText

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "harness"))
from checks import Checks

PEER = os.environ.get("PEER_NAME", "nio")
PASSWORD = "a long enough pass phrase 7"
DEADLINE_SECONDS = 180


class Peer:
    """One user of matrix-nio and what it has read so far."""

    def __init__(self, client, phase):
        self.client, self.phase = client, phase
        self.texts, self.invitations = [], []
        client.add_event_callback(self.on_text, RoomMessageText)
        client.add_event_callback(self.on_invitation, InviteMemberEvent)

    async def on_text(self, room, event):
        self.texts.append((room.room_id, event))

    async def on_invitation(self, room, event):
        if event.state_key == self.client.user_id:
            self.invitations.append(room.room_id)

    async def step(self):
        """One turn of the loop that nio's sync_forever would run."""
        answer = await self.client.sync(timeout=5_000, full_state=not self.client.next_batch)
        refuse_errors(answer)
        if self.client.should_upload_keys:
            refuse_errors(await self.client.keys_upload())
        if self.client.should_query_keys:
            refuse_errors(await self.client.keys_query())
        if self.client.should_claim_keys:
            refuse_errors(await self.client.keys_claim(self.client.get_users_for_key_claiming()))
        await self.client.send_to_device_messages()

    async def until(self, what, question):
        end = time.monotonic() + DEADLINE_SECONDS
        while not (answer := question()):
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain until {what}")
            await self.step()
        return answer

    async def read(self, body):
        return await self.until(f'"{body}" is read', lambda: next(
            ((room, event) for room, event in self.texts if event.body == body), None))

    async def say(self, room_id, body):
        answer = await self.client.room_send(
            room_id, "m.room.message", {"msgtype": "m.text", "body": body},
            ignore_unverified_devices=True)
        refuse_errors(answer)


def refuse_errors(answer):
    if type(answer).__name__.endswith("Error"):
        raise RuntimeError(f"{type(answer).__name__}: {answer.message}")


def new_client(url, user, store):
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True,
                               max_timeouts=3, pickle_key="a key of the test")
    os.makedirs(store, exist_ok=True)
    return AsyncClient(url, user, store_path=store, config=config)


async def first(checks, url, user, folder):
    client = new_client(url, user, os.path.join(folder, PEER))
    peer = Peer(client, "first")
    try:
        refuse_errors(await client.register(user, PASSWORD, device_name="nio"))
        with open(os.path.join(folder, f"{PEER}.json"), "w", encoding="utf-8") as file:
            json.dump({"user": client.user_id, "device": client.device_id,
                       "token": client.access_token}, file)
        checks.ok("nio registers")
        room_id = (await peer.until("the invitation arrives", lambda: peer.invitations))[0]
        refuse_errors(await client.join(room_id))
        await peer.until("the room is there", lambda: room_id in client.rooms)
        checks.ok("nio joins by invitation")
        if not client.rooms[room_id].encrypted:
            raise RuntimeError("nio does not see that the room is encrypted")
        checks.ok("nio sees that the room is encrypted")
        await talk(checks, peer)
    finally:
        await client.close()


async def again(checks, url, _user, folder):
    with open(os.path.join(folder, f"{PEER}.json"), encoding="utf-8") as file:
        saved = json.load(file)
    client = new_client(url, saved["user"], os.path.join(folder, PEER))
    peer = Peer(client, "again")
    try:
        client.restore_login(saved["user"], saved["device"], saved["token"])
        client.next_batch = client.loaded_sync_token
        answer = await client.sync(timeout=0, full_state=True)
        refuse_errors(answer)
        checks.ok("nio resumes with the old token, device and sync position")
        if any(event.body.startswith("first: ") for _, event in peer.texts):
            raise RuntimeError("the server repeats what nio had before")
        await talk(checks, peer)
    finally:
        await client.close()


async def talk(checks, peer):
    room_id, event = await peer.read(f"{peer.phase}: from js")
    if not event.decrypted:
        raise RuntimeError("the message was not encrypted")
    checks.ok(f"nio decrypts what alice writes ({peer.phase})")
    await peer.say(room_id, f"{peer.phase}: from nio")
    await peer.read(f"{peer.phase}: goodbye")
    checks.ok(f"nio decrypts what follows its own answer ({peer.phase})")


async def main():
    url, folder = os.environ["PEER_URL"], os.environ["PEER_STATE"]
    phase, user = os.environ.get("PEER_PHASE", "first"), os.environ["PEER_NIO_LOCALPART"]
    checks = Checks()
    try:
        await {"first": first, "again": again}[phase](checks, url, user, folder)
    except Exception as error:  # whatever it is, it is the outcome of this check
        checks.fail(f"nio, phase {phase}: {type(error).__name__}: {error}")
    print(f"{phase}: {checks.number - checks.failures} passed, {checks.failures} failed")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
