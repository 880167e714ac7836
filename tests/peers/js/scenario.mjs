// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The scenario of two people with matrix-js-sdk and Rust crypto; README.md one level up says how.
//
//   PEER_URL          base URL of the homeserver
//   PEER_SECRET       its shared secret, where dummy registration is refused
//   PEER_STATE        folder for what phase "again" needs
//   PEER_PHASE        first | again
//   PEER_RUN          a word that makes user names unique on a server that is used twice
//   PEER_NIO          user ids of the nio peers that take part, commas between them
//   PEER_ROOM_VERSION version of the main room; 12 where the server has it
//   PEER_DEBUG        whatever, to see the SDK's log

import { loadStores, saveStores } from "./store.mjs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { call, register } from "./account.mjs";
import { check, expect, group, outcome } from "./check.mjs";
import { openClient, startClient } from "./client.mjs";
import { converse, converseAgain } from "./conversation.mjs";
import { setUpEncryption, trusts, verifyBySas } from "./crypto.mjs";
import { meetNio, talkToNio } from "./nio_room.mjs";
import { exchange, historyIsWhole, makeSharedRoom, roomVersionToUse } from "./room.mjs";
import { openSecondDevice } from "./second_device.mjs";

const base = process.env.PEER_URL?.replace(/\/+$/, "");
const folder = process.env.PEER_STATE;
const nioUsers = (process.env.PEER_NIO ?? "").split(",").filter((user) => user);
const stateFile = () => join(folder, "sessions.json");
const storeFile = () => join(folder, "stores.bin");

async function first() {
  const state = { record: {}, sessions: {} };
  const run = process.env.PEER_RUN ?? "0";
  const clients = {};
  for (const name of ["alice", "bob"]) {
    state.sessions[name] = await check(`${name} registers`, () =>
      register(base, `${name}-${run}`, process.env.PEER_SECRET));
    clients[name] = await check(`${name} starts Rust crypto and the first sync ends`, async () => {
      const client = await openClient(base, state.sessions[name]);
      await startClient(client);
      return client;
    });
    await setUpEncryption(clients[name], state.sessions[name], name);
  }
  const { alice, bob } = clients;
  state.roomId = await makeSharedRoom(alice, bob, await roomVersionToUse(alice));
  await group("verification", async () => {
    await check("alice and bob verify each other by SAS", () => verifyBySas(alice, bob, state.roomId), 60);
    await check("each trusts the other's identity", async () => {
      await trusts(alice, bob.getUserId());
      await trusts(bob, alice.getUserId());
    });
  });
  const oldEvent = await group("conversation", () => converse(alice, bob, state.record, state.roomId));
  await group("second device", async () => {
    const second = await openSecondDevice(base, alice, state.sessions.alice,
      { bob, roomId: state.roomId, oldEvent });
    state.sessions.alice2 = second.session;
    clients.alice2 = second.client;
  });
  state.nioRooms = {};
  for (const nioUser of nioUsers) {
    await group("matrix-nio", async () => {
      state.nioRooms[nioUser] = await meetNio(alice, bob, state.record, nioUser);
    });
  }
  await group("history", () => check("every acknowledged event is there once and in order", () =>
    historyIsWhole(bob, state.record, state.roomId)));
  stopAll(clients);
  await writeFile(stateFile(), JSON.stringify(state));
  await saveStores(storeFile());
}

async function again() {
  const state = JSON.parse(await readFile(stateFile(), "utf8"));
  await loadStores(storeFile());
  const clients = {};
  for (const name of Object.keys(state.sessions)) {
    clients[name] = await check(`${name} resumes with the old token, device and crypto store`, async () => {
      const session = state.sessions[name];
      const { body } = await call(base, "GET", "/_matrix/client/v3/account/whoami",
        { token: session.accessToken });
      expect(body.device_id === session.deviceId, `the device is ${body.device_id}`);
      const client = await openClient(base, session);
      await startClient(client);
      return client;
    });
  }
  const { alice, bob } = clients;
  await group("history", () => check("every acknowledged event outlived the kill, once and in order", () =>
    historyIsWhole(bob, state.record, state.roomId)));
  await group("trust", () => check("alice and bob still trust each other", async () => {
    await trusts(alice, bob.getUserId());
    await trusts(bob, alice.getUserId());
  }));
  await group("conversation", () => converseAgain(alice, bob, state.record, state.roomId));
  if (clients.alice2) await group("second device", () => writeFromSecondDevice(clients, state));
  for (const nioUser of nioUsers) {
    const roomId = state.nioRooms[nioUser];
    if (!roomId) continue;
    await group("matrix-nio", async () => {
      await talkToNio(alice, bob, state.record, { roomId, nioUser, phase: "again" });
      await check("the room with nio is whole and in order", () =>
        historyIsWhole(alice, state.record, roomId));
    });
  }
  await group("history", () => check("the room is whole and in order", () =>
    historyIsWhole(alice, state.record, state.roomId)));
  stopAll(clients);
}

async function writeFromSecondDevice({ alice2, bob }, state) {
  await check("alice's second device writes, bob decrypts", () =>
    exchange(alice2, bob, state.record, state.roomId, "From my other device."));
}

function stopAll(clients) {
  for (const client of Object.values(clients)) client.stopClient();
}

if (!base || !folder) {
  process.stderr.write("PEER_URL and PEER_STATE are needed\n");
  process.exit(2);
}
if (!process.env.PEER_DEBUG) {
  logger.setLevel("silent");
  for (const level of ["debug", "info", "log", "warn", "error"]) console[level] = () => {};
}
process.on("unhandledRejection", (reason) => process.stderr.write(`unhandled: ${reason?.stack ?? reason}\n`));
const phases = { first, again };
const phase = process.env.PEER_PHASE ?? "first";
await group(`phase ${phase}`, phases[phase]);
const { checks, failures } = outcome();
process.stdout.write(`${phase}: ${checks - failures} passed, ${failures} failed\n`);
process.exit(failures === 0 ? 0 : 1);
