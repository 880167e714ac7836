// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Encrypted attachments (Client-Server API, 11.12.1.6): AES-CTR, SHA-256 over the ciphertext.

import { encodeUnpaddedBase64, decodeBase64 } from "matrix-js-sdk/lib/base64.js";

export async function encryptFile(plain) {
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true,
    ["encrypt", "decrypt"]);
  const iv = new Uint8Array(16);
  crypto.getRandomValues(iv.subarray(0, 8));
  const algorithm = { name: "AES-CTR", counter: iv, length: 64 };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain));
  const { alg, ext, k, key_ops, kty } = await crypto.subtle.exportKey("jwk", key);
  return {
    sealed,
    file: {
      v: "v2",
      key: { alg, ext, k, key_ops, kty },
      iv: encodeUnpaddedBase64(iv),
      hashes: { sha256: encodeUnpaddedBase64(await sha256(sealed)) },
    },
  };
}

export async function decryptFile(sealed, file) {
  if (encodeUnpaddedBase64(await sha256(sealed)) !== file.hashes.sha256) {
    throw new Error("the downloaded file is not the one that was sent");
  }
  const key = await crypto.subtle.importKey("jwk", file.key, "AES-CTR", false, ["decrypt"]);
  const algorithm = { name: "AES-CTR", counter: decodeBase64(file.iv), length: 64 };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed));
}

/** Downloads by the authenticated endpoint. */
export async function download(client, mxc, { authenticated = true } = {}) {
  const url = client.mxcUrlToHttp(mxc, undefined, undefined, undefined, false, true, true);
  const headers = authenticated ? { Authorization: `Bearer ${client.getAccessToken()}` } : {};
  return await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
