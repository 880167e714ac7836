# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Tests as functions: `@test("a sentence")` lists one, `run` runs them, several at a time.

A test gets a Place: a folder of its own, the program, and servers that end with the test. What it
raises is its failure; Skip says why it cannot run here.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "harness"))
from server import OwnServer

COMMAND_SECONDS = 60
TESTS = []


class Skip(Exception):
    """The test cannot run here; the text says why."""


def test(sentence):
    """Lists the function below as the test that `sentence` describes."""
    def add(function):
        TESTS.append((sentence, function))
        return function
    return add


def check(truth, what):
    if not truth:
        raise AssertionError(what)


def check_equal(have, want, what):
    check(have == want, f"{what}: {shorten(have)} instead of {shorten(want)}")


def check_matches(pattern, text, what):
    check(re.search(pattern, text), f"{what}: no /{pattern}/ in {shorten(text)}")


def shorten(value, most=400):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else text[:most] + "…"


def eventually(condition, what, seconds=20):
    """Waits until `condition()` is true; its value. `what` says what did not come."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < end, f"{what} (waited {seconds} s)")
        time.sleep(0.02)


class Finished:
    """What a command of the program said."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def __repr__(self):
        return f"exit code {self.code}, {shorten(self.out)!r}, {shorten(self.err)!r}"


class Place:
    """The folder of one test, and what it started."""

    def __init__(self, binary):
        self.binary = binary
        self.folder = tempfile.mkdtemp(prefix="chancery-faults-")
        self.servers = []
        self.programs = []

    def server(self, folder="", **options):
        path = os.path.join(self.folder, folder)
        os.makedirs(path, exist_ok=True)
        self.servers.append(OwnServer(self.binary, path, **options))
        return self.servers[-1]

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def run(self, *words, prefix=(), seconds=COMMAND_SECONDS, **more):
        """Runs the program to its end, in this folder."""
        more.setdefault("stdin", subprocess.DEVNULL) if "input" not in more else None
        try:
            return Finished(subprocess.run(
                [*prefix, self.binary, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                timeout=seconds, check=False, cwd=more.pop("cwd", self.folder), **more))
        except subprocess.TimeoutExpired as hung:
            raise AssertionError(f"chancery {' '.join(words[:3])} did not end in {seconds} s: "
                                 f"{shorten(repr(hung.stderr))}") from hung

    def own(self, program):
        """Notes a program that has to end with the test."""
        self.programs.append(program)
        return program

    def close(self, failed):
        for server in self.servers:
            server.abandon()
        for program in reversed(self.programs):
            if program.poll() is None:
                program.kill()
            program.wait()
        logs = "".join(last_lines(server.log) for server in self.servers) if failed else ""
        shutil.rmtree(self.folder, ignore_errors=True)
        return logs


def last_lines(path, most=15):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return "".join(f"  server log: {line}" for line in file.readlines()[-most:])


class Tally:
    """What passed, failed and was skipped; prints a line for each test."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.lock = threading.Lock()

    def note(self, verdict, sentence, more=""):
        with self.lock:
            self.passed += verdict == "passed"
            self.failed += verdict == "failed"
            self.skipped += verdict == "skipped"
            number = self.passed + self.failed + self.skipped
            word = "not ok" if verdict == "failed" else "ok"
            print(f"{word} {number} - {sentence}{more}", flush=True)


def run_one(binary, sentence, function, tally):
    place, started = Place(binary), time.monotonic()
    try:
        function(place)
    except Skip as why:
        place.close(failed=False)
        tally.note("skipped", sentence, f" # skipped: {why}")
    except Exception as error:
        logs = place.close(failed=True)
        where = traceback.extract_tb(error.__traceback__)[1:]
        at = next((f"{os.path.basename(f.filename)}:{f.lineno}" for f in reversed(where)
                   if f.filename.startswith(HERE) and not f.filename.endswith("suite.py")), "?")
        kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
        tally.note("failed", sentence, f": {kind}{error} ({at})\n{logs}".rstrip())
    else:
        place.close(failed=False)
        seconds = time.monotonic() - started
        tally.note("passed", sentence, f" ({seconds:.1f} s)" if seconds > 5 else "")


def run(binary, tests, at_once):
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for job in [pool.submit(run_one, binary, *one, tally) for one in tests]:
            job.result()
    return tally
