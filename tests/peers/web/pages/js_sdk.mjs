// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The page of who uses matrix-js-sdk: `peer` is what the scenario may ask of it.

import { initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import { ClientEvent, createClient, IndexedDBStore, SyncState } from "matrix-js-sdk";
import { until } from "./until.mjs";

let client;

async function start(base, session) {
  await initAsync("/crypto/pkg/matrix_sdk_crypto_wasm_bg.wasm");
  const store = new IndexedDBStore({ indexedDB, localStorage, dbName: "peer" });
  client = createClient({
    baseUrl: base,
    userId: session.userId,
    deviceId: session.deviceId,
    accessToken: session.accessToken,
    store,
    timelineSupport: true,
  });
  await store.startup();
  await client.initRustCrypto({ cryptoDatabasePrefix: "peer-crypto" });
  const ready = new Promise((resolve, reject) => {
    client.on(ClientEvent.Sync, (state, _, details) => {
      if (state === SyncState.Prepared || state === SyncState.Syncing) resolve();
      if (state === SyncState.Error && details?.error?.errcode) reject(details.error);
    });
  });
  await client.startClient({ initialSyncLimit: 20, pollTimeout: 10_000, threadSupport: true });
  await ready;
}

async function createEncryptedRoom(guest) {
  const { room_id: id } = await client.createRoom({
    preset: "private_chat",
    invite: [guest],
    is_direct: true,
    name: "In the browser",
    initial_state: [{
      type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" },
    }],
  });
  await until("the room is there", () => client.getRoom(id));
  return id;
}

async function seesJoin(roomId, user) {
  await until(`${user} joins`, () => client.getRoom(roomId)?.getMember(user)?.membership === "join");
}

/** Only where the client knows the room: what it sends elsewhere it does not encrypt. */
async function send(roomId, body) {
  await until("the room is known to be encrypted",
    () => client.getRoom(roomId)?.hasEncryptionStateEvent());
  await client.sendTextMessage(roomId, body);
}

async function reads(roomId, body) {
  await until(`"${body}" is read`, () => {
    const events = client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
    return events.some((event) => event.isEncrypted() && event.getContent().body === body);
  });
}

async function uploadPicture() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  canvas.getContext("2d").fillRect(0, 0, 4, 4);
  const picture = await new Promise((resume) => { canvas.toBlob(resume, "image/png"); });
  const { content_uri: uri } = await client.uploadContent(picture, { type: "image/png" });
  return uri;
}

globalThis.peer = { start, createEncryptedRoom, seesJoin, send, reads, uploadPicture };
