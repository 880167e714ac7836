// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// A second device: signs in, signs itself by the recovery key, restores history from the backup.

import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { login } from "./account.mjs";
import { check, expect, until } from "./check.mjs";
import { openClient, received, startClient } from "./client.mjs";
import { backedUp } from "./crypto.mjs";

export async function openSecondDevice(base, alice, first, { bob, roomId, oldEvent }) {
  await check("the keys of both senders are in alice's backup", () => backedUp(alice, 2));
  const session = await check("alice signs in on a second device", async () => {
    const opened = await login(base, first.userId);
    expect(opened.deviceId !== first.deviceId, "it is the same device");
    return { ...opened, recoveryKey: Array.from(decodeRecoveryKey(first.recoveryCode)) };
  });
  const client = await openClient(base, session);
  await startClient(client);
  const crypto = client.getCrypto();
  await check("before the recovery key, the old message cannot be read there", async () => {
    await client.scrollback(client.getRoom(roomId), 100);
    const event = await until("the event is there", () => client.getRoom(roomId).findEventById(oldEvent));
    await until("decryption has failed", () => event.isDecryptionFailure());
  });
  await check("the recovery key makes the second device a verified one", async () => {
    await crypto.bootstrapCrossSigning({});
    await until("it is signed by its owner", async () =>
      (await crypto.getDeviceVerificationStatus(session.userId, session.deviceId))?.signedByOwner);
  });
  await check("bob learns of the device and trusts it", async () => {
    await until("bob trusts it", async () => {
      const status = await bob.getCrypto()
        .getDeviceVerificationStatus(session.userId, session.deviceId);
      return status?.crossSigningVerified;
    });
  });
  await check("the second device restores room keys from the backup", async () => {
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    const { imported, total } = await crypto.restoreKeyBackup();
    expect(imported >= 2 && imported === total, `${imported} of ${total} keys`);
  });
  await check("it reads the old message", async () => {
    const event = await received(client, roomId, oldEvent);
    expect(event.getContent().body === "Good morning, Bob.", `"${event.getContent().body}"`);
  });
  return { client, session };
}
