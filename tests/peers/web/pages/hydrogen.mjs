// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The page of who uses Hydrogen's SDK: `peer` is what the scenario may ask of it.

import { Client, createNavigation, createRouter, LoadStatus, Platform } from "hydrogen-view-sdk";
import { until } from "./until.mjs";

const assetPaths = {
  downloadSandbox: "/hydrogen/download-sandbox.html",
  worker: "/hydrogen/main.js",
  serviceWorker: "/sw.js",
  olm: {
    wasm: "/olm/olm.wasm",
    legacyBundle: "/olm/olm_legacy.js",
    wasmBundle: "/olm/olm.js",
  },
};

let client;
const timelines = new Map();

/** Signs in by password at first; afterwards goes on with the session in the browser's database. */
async function start(base, session) {
  const platform = new Platform({
    container: document.querySelector("#app"), assetPaths, config: {}, options: { development: false },
  });
  const navigation = createNavigation();
  platform.setNavigation(navigation);
  await platform.init();
  createRouter({ navigation, history: platform.history }).attach();
  client = new Client(platform);
  const [known] = await platform.sessionInfoStorage.getAll();
  if (known) {
    // The server has another port in each phase, which no client expects.
    await platform.sessionInfoStorage.delete(known.id);
    await platform.sessionInfoStorage.add({ ...known, homeserver: base, homeServer: base });
    await client.startWithExistingSession(known.id);
  } else {
    const options = await client.queryLogin(base).result;
    await client.startWithLogin(options.password(session.userId, session.password));
  }
  const last = [LoadStatus.Ready, LoadStatus.Error, LoadStatus.LoginFailed];
  await until("Hydrogen has signed in", () => last.includes(client.loadStatus.get()) ||
    client.loadStatus.get() === LoadStatus.AccountSetup);
  if (client.loadStatus.get() === LoadStatus.AccountSetup) client.accountSetup.finish();
  await client.loadStatus.waitFor((status) => last.includes(status)).promise;
  if (client.loadStatus.get() !== LoadStatus.Ready) {
    throw new Error(`${client.loadStatus.get()}: ${client.loginFailure ?? client.loadError?.message}`);
  }
}

async function acceptInvite(roomId) {
  await until("the invitation arrives", () => client.session.invites.get(roomId));
  await client.session.invites.get(roomId).accept();
  await until("the room is there", () => client.session.rooms.get(roomId));
}

async function send(roomId, body) {
  await client.session.rooms.get(roomId).sendEvent("m.room.message", { msgtype: "m.text", body });
}

async function entries(roomId) {
  if (!timelines.has(roomId)) {
    const timeline = await client.session.rooms.get(roomId).openTimeline();
    timeline.entries.subscribe({ onAdd() {}, onUpdate() {}, onRemove() {}, onReset() {} });
    timelines.set(roomId, timeline);
  }
  return [...timelines.get(roomId).entries];
}

async function reads(roomId, body) {
  await until(`"${body}" is read`, async () => (await entries(roomId)).some((entry) =>
    entry.isEncrypted && !entry.decryptionError && entry.content?.body === body));
}

async function fetchMedia(base, uri, token) {
  const [, server, id] = /^mxc:\/\/([^/]+)\/(.+)$/.exec(uri);
  const answer = await fetch(`${base}/_matrix/client/v1/media/download/${server}/${id}`,
    { headers: { Authorization: `Bearer ${token}` } });
  return answer.status;
}

/** What a service worker asks for does not come by the scenario: the next visit begins without one. */
async function leave() {
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}

globalThis.peer = { start, acceptInvite, send, reads, fetchMedia, leave };
