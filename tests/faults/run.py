#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Does to the real program what life does to it: kills, full disks, wrong keys, rude clients.

  run.py --binary build/dev/chancery [--seed N] [--at-once N] [WORD…]

WORDs choose: a test runs if one of them is in its sentence or is its file's name. Every test prints
a line; the last one says "N passed, N failed, N skipped". Exit code 0 if none failed, 1 if some
did, 2 if it could not be tried.
"""
import argparse
import importlib
import os
import secrets
import sys

import suite

SUBJECTS = ["crash", "full_disk", "lost_database", "hostile_input", "rude_clients", "stopping",
            "thumbnails", "outside", "wrong_keys", "starting", "command_line", "pages"]


def chosen(words):
    def wanted(sentence, function):
        return not words or any(word in sentence or word == function.__module__ for word in words)
    return [(sentence, function) for sentence, function in suite.TESTS
            if wanted(sentence, function)]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, help="the program")
    parser.add_argument("--seed", type=int, help="repeats the moments of an earlier run")
    parser.add_argument("--at-once", type=int, default=4, help="tests at a time; default: 4")
    parser.add_argument("words", nargs="*", metavar="WORD")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    if not os.access(binary, os.X_OK):
        print(f"faults: {binary} is no program", file=sys.stderr)
        return 2
    suite.seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    print(f"# seed {suite.seed} (--seed {suite.seed} repeats the moments)", flush=True)
    for subject in SUBJECTS:
        importlib.import_module(subject)
    tests = chosen(options.words)
    if not tests:
        print("faults: no test is called so", file=sys.stderr)
        return 2
    tally = suite.run(binary, tests, options.at_once)
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
