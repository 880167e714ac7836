// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Text, file, edit, reaction, redaction and receipt between two people in an encrypted room.

import { decryptFile, download, encryptFile } from "./attachment.mjs";
import { check, expect, until } from "./check.mjs";
import { received } from "./client.mjs";
import { exchange, send, sendText } from "./room.mjs";

export async function converse(alice, bob, record, roomId) {
  const greeting = await check("alice writes, bob decrypts", () =>
    exchange(alice, bob, record, roomId, "Good morning, Bob."));
  await check("bob answers, alice decrypts", () =>
    exchange(bob, alice, record, roomId, "Good morning, Alice."));
  await check("what bob read says that a verified person's device sent it", async () => {
    const event = await received(bob, roomId, greeting);
    const shield = await bob.getCrypto().getEncryptionInfoForEvent(event);
    expect(shield?.shieldColour === 0, `shield ${shield?.shieldColour}, reason ${shield?.shieldReason}`);
  });
  await shareFile(alice, bob, record, roomId);
  await edit(alice, bob, record, roomId);
  await react(alice, bob, record, roomId, greeting);
  await redact(alice, bob, record, roomId);
  await check("bob's read receipt reaches alice", async () => {
    await bob.sendReadReceipt(await received(bob, roomId, greeting));
    await until("alice has the receipt", () =>
      alice.getRoom(roomId).hasUserReadEvent(bob.getUserId(), greeting));
  });
  return greeting;
}

async function shareFile(alice, bob, record, roomId) {
  const plain = new Uint8Array(100_003).map((_, i) => (i * 31 + (i >> 8)) & 0xff);
  const { sealed, file } = await encryptFile(plain);
  const mxc = await check("alice uploads an encrypted file", async () => {
    const answer = await alice.uploadContent(new Blob([sealed]),
      { type: "application/octet-stream", includeFilename: false });
    expect(/^mxc:\/\/[^/]+\/[A-Za-z0-9_-]+$/.test(answer.content_uri), answer.content_uri);
    return answer.content_uri;
  });
  await check("bob downloads it with his access token and decrypts it", async () => {
    const eventId = await send(alice, record, roomId, "m.room.message", {
      msgtype: "m.file",
      body: "report.bin",
      info: { mimetype: "application/octet-stream", size: plain.length },
      file: { ...file, url: mxc },
    });
    const { file: announced } = (await received(bob, roomId, eventId)).getContent();
    const answer = await download(bob, announced.url);
    expect(answer.status === 200, `status ${answer.status}`);
    const opened = await decryptFile(new Uint8Array(await answer.arrayBuffer()), announced);
    expect(Buffer.compare(opened, plain) === 0, "the file differs");
  });
  await check("nobody downloads it without an access token", async () => {
    const answer = await download(bob, mxc, { authenticated: false });
    const { errcode } = await answer.json();
    expect(answer.status === 401 && errcode === "M_MISSING_TOKEN", `${answer.status} ${errcode}`);
  });
}

async function edit(alice, bob, record, roomId) {
  await check("alice edits a message, bob reads the new text", async () => {
    const eventId = await exchange(alice, bob, record, roomId, "The meeting is on Mondey.");
    const body = "The meeting is on Monday.";
    await send(alice, record, roomId, "m.room.message", {
      msgtype: "m.text",
      body: `* ${body}`,
      "m.new_content": { msgtype: "m.text", body },
      "m.relates_to": { rel_type: "m.replace", event_id: eventId },
    });
    const event = await received(bob, roomId, eventId);
    await until("the new text shows", () => event.getContent().body === body);
  });
}

async function react(alice, bob, record, roomId, eventId) {
  const key = "\u{1F44D}";
  await check("bob reacts, alice sees it", async () => {
    await send(bob, record, roomId, "m.reaction", {
      "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key },
    });
    await until("the reaction shows", () => {
      const relations = alice.getRoom(roomId).relations
        .getChildEventsForEvent(eventId, "m.annotation", "m.reaction");
      const [found] = relations?.getSortedAnnotationsByKey() ?? [];
      return found?.[0] === key && found[1].size === 1;
    });
  });
  await check("the server finds the reaction among the relations of the message", async () => {
    const { events } = await alice.relations(roomId, eventId, "m.annotation", "m.reaction");
    expect(events.length === 1, `${events.length} relations`);
  });
  await check("the server refuses the same reaction a second time", async () => {
    const again = { "m.relates_to": { rel_type: "m.annotation", event_id: eventId, key } };
    const error = await bob.sendEvent(roomId, "m.reaction", again).then(() => null, (e) => e);
    expect(error?.errcode === "M_DUPLICATE_ANNOTATION", `it answers ${error?.errcode ?? "200"}`);
  });
}

async function redact(alice, bob, record, roomId) {
  await check("alice redacts a message, bob sees it go", async () => {
    const eventId = await exchange(alice, bob, record, roomId, "Forget this.");
    const { event_id: redaction } = await alice.redactEvent(roomId, eventId, undefined, {
      reason: "said too much",
    });
    record[roomId].push(redaction);
    const event = bob.getRoom(roomId).findEventById(eventId);
    await until("it is redacted", () => event.isRedacted() && !event.getContent().body);
    const stored = await alice.fetchRoomEvent(roomId, eventId);
    expect(Object.keys(stored.content).length === 0, "the server still gives its content");
    expect(stored.unsigned?.redacted_because, "the server does not say why it is empty");
  });
}

/** A short exchange, for after a restart. */
export async function converseAgain(alice, bob, record, roomId) {
  await check("alice writes again, bob decrypts", () =>
    exchange(alice, bob, record, roomId, "Are you still there?"));
  await check("bob answers again, alice decrypts", () =>
    exchange(bob, alice, record, roomId, "I never left."));
  await check("ten messages sent at once arrive in the order of their acknowledgement", async () => {
    const ids = [];
    for (let i = 0; i < 10; i += 1) ids.push(await sendText(alice, record, roomId, `line ${i}`));
    for (const [i, eventId] of ids.entries()) {
      const event = await received(bob, roomId, eventId);
      expect(event.getContent().body === `line ${i}`, `it reads "${event.getContent().body}"`);
    }
    const shown = bob.getRoom(roomId).getLiveTimeline().getEvents().map((event) => event.getId());
    const places = ids.map((eventId) => shown.indexOf(eventId));
    expect(places.every((place, i) => i === 0 || place > places[i - 1]), `order ${places}`);
  });
}
