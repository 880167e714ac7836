#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs every test and ends with one line: 'N passed, N failed, N skipped'.

  run_tests.py --build build/dev [--slow] [unit|faults|peers|all] [PROGRAM…]

Runners: the checkers of tools/ (each counts as one test), the doctest programs of BUILD/tests
(two at a time), the check that docs/conformance.md names a test for each operation, and, against
the real program, tests/faults/run.py (kills, full disks, rude clients) and tests/peers/run.py (real
clients). A program that crashes, hangs beyond its deadline or says nothing about its tests counts
as a failure.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

from source_files import ROOT

CHECKS = ["layers.py", "check_style.py", "check_catches.py", "check_named_tests.py"]
SUMMARY = re.compile(r"test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed\s*\|"
                     r"\s*(\d+) skipped")
FINAL = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$", re.M)
SKIP_NOTE = re.compile(r"MESSAGE: skipped: (.*)")


class Outcome:
    """What one runner found."""

    def __init__(self, name, counts, output="", trouble=""):
        self.name, self.counts, self.output, self.trouble = name, counts, output, trouble
        self.skips = SKIP_NOTE.findall(output)
        self.seconds = 0.0


def run(command, deadline, **more):
    """(exit code or None when the deadline passed, output)."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=deadline, check=False,
                              cwd=ROOT, **more)
        return done.returncode, done.stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired as hung:
        return None, (hung.stdout or b"").decode("utf-8", "replace")


def run_check(script, *arguments):
    code, output = run([sys.executable, f"tools/{script}", *arguments], 120)
    good = code == 0
    return Outcome(script, (int(good), int(not good), 0), output, "" if good else "findings")


def run_program(program, deadline, notes):
    """One doctest program. Its log goes with the output, shown only on failure; which operations
    its tests were answered by goes to the folder `notes`."""
    environment = dict(os.environ, ASAN_OPTIONS="detect_stack_use_after_return=1",
                       UBSAN_OPTIONS="print_stacktrace=1", TSAN_OPTIONS="second_deadlock_stack=1",
                       CI="true", CHANCERY_OPERATIONS=str(notes))
    suppressions = ROOT / "tests" / "support" / "tsan_suppressions.txt"
    if suppressions.exists():
        environment["TSAN_OPTIONS"] += f" suppressions={suppressions}"
    code, output = run([program, "--no-colors=true"], deadline, env=environment)
    found = SUMMARY.search(output)
    if not found:
        why = "hung" if code is None else f"ended with {code} and no summary"
        return Outcome(program.name, (0, 1, 0), output, why)
    _, passed, failed, skipped = map(int, found.groups())
    trouble = ""
    if code is None:
        failed, trouble = failed + 1, "hung after its tests"
    elif code != 0 and failed == 0:
        failed, trouble = 1, f"ended with {code} although its tests passed"
    elif failed:
        trouble = f"{failed} failed"
    skips = len(SKIP_NOTE.findall(output))
    return Outcome(program.name, (passed - min(skips, passed), failed, skipped + skips), output,
                   trouble)


def run_script(name, build, deadline):
    """tests/NAME/run.py against the real program; its output is passed on as it comes."""
    script = ROOT / "tests" / name / "run.py"
    started, lines = time.monotonic(), []
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    command = [sys.executable, str(script), "--binary", str(build / "chancery")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
                          env=environment, errors="replace") as running:
        for line in running.stdout:
            lines.append(line)
            if not FINAL.match(line):
                print(f"  {line}", end="", flush=True)
            if time.monotonic() - started > deadline:
                running.kill()
                return Outcome(name, (0, 1, 0), "", "hung")
    found = FINAL.findall("".join(lines))
    if not found:
        return Outcome(name, (0, 1, 0), "", f"ended with {running.returncode} and no summary")
    passed, failed, skipped = (int(count or 0) for count in found[-1])
    if running.returncode != 0 and failed == 0:
        failed = 1
    return Outcome(name, (passed, failed, skipped), "", f"{failed} failed" if failed else "")


def report(outcome):
    passed, failed, skipped = outcome.counts
    word = "FAILED" if failed else "ok"
    counts = f"{passed} passed" + (f", {failed} failed" if failed else "")
    counts += f", {skipped} skipped" if skipped else ""
    print(f"{word:6} {outcome.name:36} {counts}  ({outcome.seconds:.1f} s)", flush=True)
    for note in sorted(set(outcome.skips)):
        print(f"       skipped: {note}")
    if failed:
        print(f"------ {outcome.name}: {outcome.trouble}\n{outcome.output.rstrip()}\n------",
              flush=True)


def timed(work, *arguments):
    started = time.monotonic()
    outcome = work(*arguments)
    outcome.seconds = time.monotonic() - started
    return outcome


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--slow", action="store_true", help="sanitizers: five times the deadline")
    parser.add_argument("what", nargs="?", default="all",
                        choices=["unit", "faults", "peers", "all"])
    parser.add_argument("programs", nargs="*", help="only these doctest programs")
    options = parser.parse_args()
    build = ROOT / options.build
    deadline = 1500 if options.slow else 300
    outcomes = []
    if options.what in ("unit", "all"):
        programs = sorted(p for p in (build / "tests").glob("*_tests") if os.access(p, os.X_OK))
        notes = build / "operations"
        shutil.rmtree(notes, ignore_errors=True)
        notes.mkdir(parents=True)
        if options.programs:
            programs = [p for p in programs if p.name in options.programs]
        if not programs:
            outcomes.append(Outcome(f"{options.build}/tests", (0, 1, 0), "", "no test program"))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(timed, run_check, check) for check in CHECKS]
            jobs += [pool.submit(timed, run_program, p, deadline, notes) for p in programs]
            for job in concurrent.futures.as_completed(jobs):
                outcomes.append(job.result())
                report(outcomes[-1])
        if not options.programs:  # what some tests leave out is no gap
            outcomes.append(timed(run_check, "spec.py", "--check", "--notes", str(notes)))
            report(outcomes[-1])
    for name in ("faults", "peers"):
        if options.what in (name, "all"):
            outcomes.append(timed(run_script, name, build, 1500))
            report(outcomes[-1])
    passed, failed, skipped = (sum(o.counts[i] for o in outcomes) for i in range(3))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
