// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The part of the scenario that is shared with matrix-nio (nio/talk.py): a room of version 11.
// Words: "<phase>: from js", "<phase>: from nio", "<phase>: goodbye".

import { check, expect } from "./check.mjs";
import { joined, receivedText } from "./client.mjs";
import { createEncryptedRoom, sendText } from "./room.mjs";

export async function meetNio(alice, bob, record, nioUser) {
  const roomId = await check("alice makes an encrypted room of version 11 with bob and nio", async () => {
    const id = await createEncryptedRoom(alice, "11", [bob.getUserId(), nioUser]);
    await bob.joinRoom(id);
    await joined(alice, id, bob.getUserId());
    await joined(alice, id, nioUser, 60);
    return id;
  }, 90);
  await talkToNio(alice, bob, record, { roomId, nioUser, phase: "first" });
  return roomId;
}

export async function talkToNio(alice, bob, record, { roomId, nioUser, phase }) {
  await check(`nio reads what alice writes and answers; alice decrypts it (${phase})`, async () => {
    await sendText(alice, record, roomId, `${phase}: from js`);
    const answer = await receivedText(alice, roomId, nioUser, `${phase}: from nio`, 60);
    expect(answer.isEncrypted(), "nio's answer was not encrypted");
    record[roomId].push(answer.getId());
  }, 90);
  await check(`bob decrypts nio's answer as well (${phase})`, async () => {
    await receivedText(bob, roomId, nioUser, `${phase}: from nio`);
  });
  await sendText(alice, record, roomId, `${phase}: goodbye`);
}
