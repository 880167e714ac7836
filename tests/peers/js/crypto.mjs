// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Cross-signing, secret storage, key backup, verification: what a person does once per account.

import { CryptoEvent, VerificationPhase, VerifierEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { check, expect, until } from "./check.mjs";

/** Sets up cross-signing, secret storage and key backup of an account's first device. */
export async function setUpEncryption(client, session, name) {
  const crypto = client.getCrypto();
  let uploads = 0;
  await check(`${name} uploads cross-signing keys for the first time without extra authentication`, async () => {
    await crypto.bootstrapCrossSigning({
      authUploadDeviceSigningKeys: async (makeRequest) => {
        uploads += 1;
        return await makeRequest(null);
      },
    });
    expect(uploads === 1, `${uploads} uploads`);
    expect(await crypto.isCrossSigningReady(), "cross-signing is not ready");
  });
  await check(`${name} sets up secret storage and key backup`, async () => {
    const key = await crypto.createRecoveryKeyFromPassphrase();
    session.recoveryKey = Array.from(key.privateKey);
    session.recoveryCode = key.encodedPrivateKey;
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => key,
      setupNewSecretStorage: true,
      setupNewKeyBackup: true,
    });
    await until("secret storage is ready", () => crypto.isSecretStorageReady());
    await until("key backup is on", () => crypto.getActiveSessionBackupVersion());
  });
}

/** Verifies `asker` and `answerer` to each other by SAS in a room they share. */
export async function verifyBySas(asker, answerer, roomId) {
  const answererId = answerer.getUserId();
  const arrived = new Promise((resolve) => {
    answerer.once(CryptoEvent.VerificationRequestReceived, resolve);
  });
  const asked = await asker.getCrypto().requestVerificationDM(answererId, roomId);
  const answered = await arrived;
  await answered.accept();
  await reached(asked, VerificationPhase.Ready);
  const one = await asked.startVerification("m.sas.v1");
  const other = await until("the other side has a verifier", () => answered.verifier);
  const [mine, theirs] = [shown(one), shown(other)];
  const both = [one.verify(), other.verify()];
  const failed = Promise.all(both).then(() => new Promise(() => {}));
  const [left, right] = await Promise.race([Promise.all([mine, theirs]), failed]);
  const emoji = (sas) => sas.sas.emoji.map(([symbol]) => symbol).join(" ");
  expect(emoji(left) === emoji(right), `the emoji differ: ${emoji(left)} / ${emoji(right)}`);
  await Promise.all([left.confirm(), right.confirm()]);
  await Promise.all(both);
  await reached(asked, VerificationPhase.Done);
  await reached(answered, VerificationPhase.Done);
}

export async function trusts(client, userId) {
  await until(`${client.getUserId()} trusts ${userId}`, async () =>
    (await client.getCrypto().getUserVerificationStatus(userId)).isCrossSigningVerified());
}

/** Waits until the server's backup holds at least so many room keys. */
export async function backedUp(client, sessions) {
  await until(`${sessions} room keys are in the backup`, async () => {
    const { count } = await client.http.authedRequest("GET", "/room_keys/version");
    return count >= sessions;
  });
}

function shown(verifier) {
  const now = verifier.getShowSasCallbacks();
  if (now) return Promise.resolve(now);
  return new Promise((resolve) => verifier.once(VerifierEvent.ShowSas, resolve));
}

async function reached(request, phase) {
  await until(`the verification is in phase ${VerificationPhase[phase]}`, () => {
    expect(request.phase !== VerificationPhase.Cancelled,
      `the verification was cancelled: ${request.cancellationCode}`);
    return request.phase >= phase;
  });
}
