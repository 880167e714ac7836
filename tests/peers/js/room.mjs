// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Rooms of the scenario, and the record of what the server has acknowledged in them.

import { check, expect, until } from "./check.mjs";
import { joined, received, wholeHistory } from "./client.mjs";

/** Creates an encrypted room; `invite` are user ids. */
export async function createEncryptedRoom(client, version, invite) {
  const { room_id: roomId } = await client.createRoom({
    name: "peers",
    preset: "private_chat",
    room_version: version,
    invite,
    initial_state: [{
      type: "m.room.encryption",
      state_key: "",
      content: { algorithm: "m.megolm.v1.aes-sha2" },
    }],
  });
  await until("the room is there and encrypted", async () =>
    client.getRoom(roomId) && (await client.getCrypto().isEncryptionEnabledInRoom(roomId)));
  return roomId;
}

export async function roomVersionToUse(client) {
  const wanted = process.env.PEER_ROOM_VERSION;
  if (wanted) return wanted;
  const { "m.room_versions": versions } = await client.getCapabilities();
  return versions?.available?.["12"] ? "12" : "11";
}

export async function makeSharedRoom(alice, bob, version) {
  const roomId = await check(`alice creates an encrypted room of version ${version}`, async () => {
    const id = await createEncryptedRoom(alice, version, [bob.getUserId()]);
    expect(alice.getRoom(id).getVersion() === version, `it has version ${alice.getRoom(id).getVersion()}`);
    if (version === "12") expect(/^![A-Za-z0-9_-]{43}$/.test(id), `its id is ${id}`);
    return id;
  });
  await check("bob is invited and joins", async () => {
    await until("the invitation arrives", () => bob.getRoom(roomId)?.getMyMembership() === "invite");
    await bob.joinRoom(roomId);
    await joined(bob, roomId, bob.getUserId());
    await joined(alice, roomId, bob.getUserId());
  });
  return roomId;
}

/** Sends and notes down: what the server acknowledged must be there ever after. */
export async function send(client, record, roomId, type, content) {
  const { event_id: eventId } = await client.sendEvent(roomId, type, content);
  (record[roomId] ??= []).push(eventId);
  return eventId;
}

export async function sendText(client, record, roomId, body) {
  return await send(client, record, roomId, "m.room.message", { msgtype: "m.text", body });
}

/** `from` says `body`; `to` must read it, end-to-end encrypted. */
export async function exchange(from, to, record, roomId, body) {
  const eventId = await sendText(from, record, roomId, body);
  const event = await received(to, roomId, eventId);
  expect(event.isEncrypted(), "the message was not encrypted");
  expect(event.getWireType() === "m.room.encrypted", `on the wire it is ${event.getWireType()}`);
  expect(event.getContent().body === body, `it reads "${event.getContent().body}"`);
  return eventId;
}

/** Every acknowledged event of the room is there once, in the order of its acknowledgement. */
export async function historyIsWhole(client, record, roomId) {
  const wanted = record[roomId];
  const known = new Set(wanted);
  const found = (await wholeHistory(client, roomId)).map((event) => event.event_id)
    .filter((eventId) => known.has(eventId));
  expect(found.length === wanted.length, `${wanted.length} were acknowledged, ${found.length} are there`);
  const stray = found.findIndex((eventId, i) => eventId !== wanted[i]);
  expect(stray < 0, `number ${stray} of ${wanted.length} is out of order`);
}
