# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Numbered checks of a peer, one line each: "ok 3 - sentence" or "not ok 3 - sentence"."""


class Checks:
    """Counts and prints what was checked."""

    def __init__(self):
        self.number = self.failures = 0

    def ok(self, sentence):
        self.number += 1
        print(f"ok {self.number} - {sentence}", flush=True)

    def fail(self, sentence):
        self.number += 1
        self.failures += 1
        print(f"not ok {self.number} - {sentence}", flush=True)

    def require(self, holds, sentence):
        if not holds:
            raise RuntimeError(f"not so: {sentence}")
        self.ok(sentence)
