// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Accounts by plain HTTP: registration by m.login.dummy or the shared secret, and sign-in.

import { createHmac } from "node:crypto";

export const password = "a long enough pass phrase 7";

/** A request with JSON in and out; throws on any status but those of `accept`. */
export async function call(base, method, path, { body, token, accept = [200] } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(base + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!accept.includes(answer.status)) {
    throw new Error(`${method} ${path.split("?")[0]}: ${answer.status} ${text.slice(0, 300)}`);
  }
  return { status: answer.status, body: text ? JSON.parse(text) : {} };
}

/** Registers by dummy authentication in one request or two; else by the shared secret. */
export async function register(base, localpart, secret) {
  const path = "/_matrix/client/v3/register";
  const wanted = { username: localpart, password, initial_device_display_name: "peer" };
  const accept = [200, 401, 403];
  let auth = { type: "m.login.dummy" };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { status, body } = await call(base, "POST", path, { body: { ...wanted, auth }, accept });
    if (status === 200) return session(body);
    if (status !== 401 || !body.session) break;
    auth = { type: "m.login.dummy", session: body.session };
  }
  if (!secret) throw new Error("dummy registration is refused, and PEER_SECRET is not given");
  return await registerBySecret(base, localpart, secret);
}

async function registerBySecret(base, localpart, secret) {
  const path = "/_synapse/admin/v1/register";
  const { body: start } = await call(base, "GET", path);
  const mac = createHmac("sha1", secret)
    .update([start.nonce, localpart, password, "notadmin"].join("\0"))
    .digest("hex");
  const { body } = await call(base, "POST", path, {
    body: { nonce: start.nonce, username: localpart, password, admin: false, mac },
  });
  return session(body);
}

export async function login(base, userId) {
  const { body } = await call(base, "POST", "/_matrix/client/v3/login", {
    body: {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: userId },
      password,
      initial_device_display_name: "peer, second device",
    },
  });
  return session(body);
}

function session(body) {
  return {
    userId: body.user_id, deviceId: body.device_id, accessToken: body.access_token, password,
  };
}
