// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// A client of matrix-js-sdk with Rust crypto, and the questions that checks ask of it.

import { ClientEvent, createClient, SyncState } from "matrix-js-sdk";
import { until } from "./check.mjs";

/** Opens a client for `session`, its crypto store kept under `session.deviceId`. */
export async function openClient(base, session) {
  const keys = new Map();
  const client = createClient({
    baseUrl: base,
    userId: session.userId,
    deviceId: session.deviceId,
    accessToken: session.accessToken,
    timelineSupport: true,
    verificationMethods: ["m.sas.v1"],
    cryptoCallbacks: {
      getSecretStorageKey: async ({ keys: wanted }) => {
        for (const id of Object.keys(wanted)) {
          const key = keys.get(id) ?? session.recoveryKey;
          if (key) return [id, Uint8Array.from(key)];
        }
        return null;
      },
      cacheSecretStorageKey: (id, _, key) => keys.set(id, key),
    },
  });
  await client.initRustCrypto({
    cryptoDatabasePrefix: `peer-${session.deviceId}`,
    storagePassword: "a password of the test",
  });
  return client;
}

/** Starts the sync loop and waits for the first answer. */
export async function startClient(client) {
  const ready = new Promise((resolve, reject) => {
    client.on(ClientEvent.Sync, (state, _, details) => {
      if (state === SyncState.Prepared || state === SyncState.Syncing) resolve();
      if (state === SyncState.Error && details?.error?.errcode) reject(details.error);
    });
  });
  await client.startClient({ initialSyncLimit: 30, pollTimeout: 10_000, threadSupport: true });
  await ready;
}

/** The event, decrypted, as this client has it in its timeline. */
export async function received(client, roomId, eventId, seconds = 30) {
  let state = "it arrives";
  return await until(`${client.getUserId()} has ${eventId}`, () => {
    const event = client.getRoom(roomId)?.findEventById(eventId);
    if (!event || event.isBeingDecrypted()) return undefined;
    if (event.isDecryptionFailure()) state = `decryption failed: ${event.decryptionFailureReason}`;
    const clear = !event.isEncrypted() || event.getClearContent() !== null;
    return clear && !event.isDecryptionFailure() ? event : undefined;
  }, seconds).catch((error) => {
    throw new Error(`${error.message} (${state})`);
  });
}

/** The first decrypted text of `sender` with this body. */
export async function receivedText(client, roomId, sender, body, seconds = 30) {
  return await until(`${client.getUserId()} reads "${body}"`, () => {
    const events = client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
    return events.find((event) => event.getSender() === sender && event.getContent().body === body);
  }, seconds);
}

export async function joined(client, roomId, userId, seconds = 30) {
  await until(`${client.getUserId()} sees ${userId} join`, () =>
    client.getRoom(roomId)?.getMember(userId)?.membership === "join", seconds);
}

/** Every event of the room that the server gives, oldest first, as it gives it. */
export async function wholeHistory(client, roomId) {
  const all = [];
  let from = undefined;
  for (let page = 0; page < 200; page += 1) {
    const query = { dir: "f", limit: "50", ...(from ? { from } : {}) };
    const path = `/rooms/${encodeURIComponent(roomId)}/messages`;
    const answer = await client.http.authedRequest("GET", path, query);
    all.push(...answer.chunk);
    if (!answer.end || answer.end === from || answer.chunk.length === 0) return all;
    from = answer.end;
  }
  throw new Error("the history has no end");
}
