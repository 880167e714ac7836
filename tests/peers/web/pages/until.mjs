// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

/** Asks `question` again and again until its answer is true-ish. */
export async function until(what, question, seconds = 35) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await new Promise((resume) => { setTimeout(resume, 25); });
  }
}
