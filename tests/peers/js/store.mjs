// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The crypto stores of all clients, written to a file and read back: an IndexedDB in memory whose
// databases are copied out whole. The clients must be stopped meanwhile.

import "fake-indexeddb/auto";
import { readFile, writeFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";

export async function saveStores(path) {
  const databases = [];
  for (const { name, version } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    const stores = [];
    for (const storeName of database.objectStoreNames) {
      stores.push(await copyOut(database, storeName));
    }
    database.close();
    databases.push({ name, version, stores });
  }
  await writeFile(path, serialize(databases));
}

export async function loadStores(path) {
  for (const { name, version, stores } of deserialize(await readFile(path))) {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => createStores(request.result, stores);
    const database = await done(request);
    for (const store of stores) {
      if (store.values.length > 0) await copyIn(database, store);
    }
    database.close();
  }
}

async function copyOut(database, name) {
  const store = database.transaction(name, "readonly").objectStore(name);
  const indexes = Array.from(store.indexNames, (indexName) => {
    const { keyPath, unique, multiEntry } = store.index(indexName);
    return { name: indexName, keyPath, unique, multiEntry };
  });
  const { keyPath, autoIncrement } = store;
  const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
  return { name, keyPath, autoIncrement, indexes, keys, values };
}

function createStores(database, stores) {
  for (const { name, keyPath, autoIncrement, indexes } of stores) {
    const store = database.createObjectStore(name, { keyPath, autoIncrement });
    for (const { name: indexName, keyPath: path, unique, multiEntry } of indexes) {
      store.createIndex(indexName, path, { unique, multiEntry });
    }
  }
}

async function copyIn(database, { name, keyPath, keys, values }) {
  const transaction = database.transaction(name, "readwrite");
  const store = transaction.objectStore(name);
  values.forEach((value, i) => (keyPath === null ? store.put(value, keys[i]) : store.put(value)));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
