// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Two people in a real browser: carol with matrix-js-sdk and its Rust crypto, dave with Hydrogen's
// SDK, in an encrypted room. Phase "again" opens the same browser profile after the server was
// killed. The variables of the environment are those of ../js/scenario.mjs.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { call, register } from "./account.mjs";
import { openBrowser } from "./browser.mjs";
import { check, expect, group, outcome } from "./check.mjs";

const base = process.env.PEER_URL?.replace(/\/+$/, "");
const folder = process.env.PEER_STATE;
const phase = process.env.PEER_PHASE ?? "first";
const stateFile = () => join(folder, "web.json");

/** What a page does, by name; see pages/js_sdk.mjs and pages/hydrogen.mjs. */
function tell(page, act, ...parameters) {
  return page.evaluate(([name, given]) => globalThis.peer[name](...given), [act, parameters]);
}

async function open(browser, state, sentence) {
  const [carol, dave] = await Promise.all([browser.page("js_sdk"), browser.page("hydrogen")]);
  await check(`carol's browser starts Rust crypto and ${sentence}`, () =>
    tell(carol, "start", base, state.carol));
  await check(`dave's Hydrogen ${sentence}`, () => tell(dave, "start", base, state.dave));
  return { carol, dave };
}

async function first(browser, state) {
  const run = process.env.PEER_RUN ?? "0";
  for (const name of ["carol", "dave"]) {
    state[name] = await check(`${name} registers`, () =>
      register(base, `${name}-web-${run}`, process.env.PEER_SECRET));
  }
  const { carol, dave } = await open(browser, state, "syncs for the first time");
  state.roomId = await check("carol makes an encrypted room, dave accepts the invitation", async () => {
    const id = await tell(carol, "createEncryptedRoom", state.dave.userId);
    await tell(dave, "acceptInvite", id);
    await tell(carol, "seesJoin", id, state.dave.userId);
    return id;
  });
  await converse(carol, dave, state);
  await check("the server has both messages, and neither in clear", async () => {
    const { body } = await call(base, "GET",
      `/_matrix/client/v3/rooms/${encodeURIComponent(state.roomId)}/messages?dir=b&limit=50`,
      { token: state.carol.accessToken });
    const stored = body.chunk.filter((event) => event.type === "m.room.encrypted");
    expect(stored.length === 2, `${stored.length} encrypted events`);
  });
  await check("carol uploads a picture from the browser and dave's browser is shown it", async () => {
    const uri = await tell(carol, "uploadPicture");
    const status = await tell(dave, "fetchMedia", base, uri, state.dave.accessToken);
    expect(status === 200, `status ${status}`);
  });
  await tell(dave, "leave");
}

async function again(browser, state) {
  const { carol, dave } = await open(browser, state, "resumes what its database holds");
  await check("dave still reads what carol wrote before the kill", () =>
    tell(dave, "reads", state.roomId, "first: from carol"));
  await converse(carol, dave, state);
}

async function converse(carol, dave, state) {
  const { roomId } = state;
  await check(`dave decrypts what carol writes (${phase})`, async () => {
    await tell(carol, "send", roomId, `${phase}: from carol`);
    await tell(dave, "reads", roomId, `${phase}: from carol`);
  });
  await check(`carol decrypts what dave answers (${phase})`, async () => {
    await tell(dave, "send", roomId, `${phase}: from dave`);
    await tell(carol, "reads", roomId, `${phase}: from dave`);
  });
}

async function main() {
  const state = phase === "again" ? JSON.parse(await readFile(stateFile(), "utf8")) : {};
  const browser = await check("the browser opens", () => openBrowser(join(folder, "browser")), 60);
  try {
    await { first, again }[phase](browser, state);
  } finally {
    await browser.close();
  }
  await writeFile(stateFile(), JSON.stringify(state));
}

if (!base || !folder) {
  process.stderr.write("PEER_URL and PEER_STATE are needed\n");
  process.exit(2);
}
await group(`phase ${phase}`, main);
const { checks, failures } = outcome();
process.stdout.write(`${phase}: ${checks - failures} passed, ${failures} failed\n`);
process.exit(failures === 0 ? 0 : 1);
