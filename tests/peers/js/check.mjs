// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Numbered checks with deadlines, one line each: "ok 3 - sentence" or "not ok 3 - sentence".

let number = 0;
let failures = 0;

/** Runs `action`; prints its outcome under `sentence`; throws on when it failed. */
export async function check(sentence, action, seconds = 40) {
  number += 1;
  try {
    const value = await within(seconds, action());
    process.stdout.write(`ok ${number} - ${sentence}\n`);
    return value;
  } catch (error) {
    failures += 1;
    process.stdout.write(`not ok ${number} - ${sentence}: ${describe(error)}\n`);
    throw new AlreadyReported();
  }
}

/** Checks that stand on each other: the first that fails ends the group, not the whole run. */
export async function group(title, action) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof AlreadyReported)) {
      number += 1;
      failures += 1;
      process.stdout.write(`not ok ${number} - ${title}: ${describe(error)}\n`);
    }
    return undefined;
  }
}

/** Asks `question` again and again until its answer is true-ish. */
export async function until(what, question, seconds = 30) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await new Promise((resume) => setTimeout(resume, 25));
  }
}

export function expect(truth, otherwise) {
  if (!truth) throw new Error(otherwise);
}

export function outcome() {
  return { checks: number, failures };
}

class AlreadyReported extends Error {}

function describe(error) {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return process.env.PEER_DEBUG && error?.stack ? error.stack : text.split("\n")[0];
}

async function within(seconds, promise) {
  let timer;
  const alarm = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, alarm]);
  } finally {
    clearTimeout(timer);
  }
}
