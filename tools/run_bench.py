# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the server: starts it on an empty folder and lets chancery-bench drive it.

  run_bench.py --build build/release [--program PATH] [--json FILE] [chancery-bench's arguments…]

Prints Markdown: machine, commit, command, then each figure beside its goal. Figures are figures:
a goal that was missed does not make it fail. Arguments such as --cases and --rooms go through to
chancery-bench (see its --help). `--set KEY=VALUE` goes to the server; it may be repeated.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from source_files import ROOT

# case, figure, goal, unit, which side of the goal is good
GOALS = [
    ("start", "listening_ms", 300, "ms", "most"),
    ("start", "binary_mib", 30, "MiB", "most"),
    ("idle", "resident_mib", 60, "MiB", "most"),
    ("idle", "cpu_percent", None, "%", "most"),
    ("send64", "rate", 4000, "/s", "least"),
    ("send64", "server_cpu_us", 150, "us", "most"),
    ("send64", "p50_us", None, "us", "most"),
    ("send64", "p99_us", None, "us", "most"),
    ("send64", "fsyncs_per_operation", None, "", "most"),
    ("send1", "p50_us", 500, "us", "most"),
    ("send1", "p99_us", None, "us", "most"),
    ("send1", "fsyncs_per_operation", None, "", "most"),
    ("receive", "p50_us", 1500, "us", "most"),
    ("receive", "p99_us", None, "us", "most"),
    ("initial_sync", "p50_us", 300_000, "us", "most"),
    ("initial_sync", "first_ms", None, "ms", "most"),
    ("initial_sync", "megabytes", None, "MB", "most"),
    ("incremental", "p50_us", None, "us", "most"),
    ("incremental", "small_p50_us", None, "us", "most"),
    ("incremental", "ratio_of_p50", 1.5, "", "most"),
    ("sliding_window", "p50_us", 10_000, "us", "most"),
    ("sliding_window", "first_ms", None, "ms", "most"),
    ("sizes", "v3_100_p50_us", None, "us", "most"),
    ("sizes", "v3_10000_p50_us", None, "us", "most"),
    ("sizes", "v3_ratio", 1.3, "", "most"),
    ("sizes", "sliding_100_p50_us", None, "us", "most"),
    ("sizes", "sliding_10000_p50_us", None, "us", "most"),
    ("sizes", "sliding_ratio", 1.3, "", "most"),
]
READY_SECONDS = 30


class BenchFailed(Exception):
    """The server or the generator did not do its part."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(program, folder, settings):
    """The server and the milliseconds until it answered."""
    port = free_port()
    command = [program, "serve", "--data", os.path.join(folder, "data"),
               "--server-name", "localhost", "--listen", f"127.0.0.1:{port}"]
    for setting in settings:
        command += ["--set", setting]
    url = f"http://127.0.0.1:{port}"
    with open(os.path.join(folder, "log"), "wb") as log:
        began = time.monotonic()
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    while time.monotonic() - began < READY_SECONDS:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/_chancery/health/ready", timeout=5):
                return server, url, (time.monotonic() - began) * 1000
        except (urllib.error.URLError, OSError):
            time.sleep(0.002)
    server.kill()
    server.wait()
    log = pathlib.Path(folder, "log").read_text(encoding="utf-8", errors="replace")
    raise BenchFailed(f"the server did not get ready:\n{log[-2000:]}")


def measure(options, arguments):
    secret = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as folder:
        settings = ["registration.mode=open", "registration.allow_dummy=true",
                    f"registration.shared_secret={secret}", "limits.enabled=false",
                    "log.level=warn", f"keys.file={folder}/keys", *options.set]
        server, url, listening = start(options.program, folder, settings)
        try:
            done = subprocess.run(
                [options.build / "chancery-bench", "--url", url, "--secret", secret,
                 "--pid", str(server.pid), "--json", *arguments],
                stdout=subprocess.PIPE, text=True, check=False)
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        if done.returncode:
            raise BenchFailed(f"chancery-bench ended with {done.returncode}")
    size = os.path.getsize(options.program) / 2**20
    cases = {case["name"]: case for case in json.loads(done.stdout)["cases"]}
    return {"start": {"listening_ms": listening, "binary_mib": size}, **cases}


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip()


def machine():
    model = next((line.split(":", 1)[1].strip()
                  for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {platform.release()}"


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def show(figures):
    dirty = " with changes" if git("status", "--porcelain") else ""
    print(f"- machine: {machine()}; generator on the same machine, loopback, plain HTTP")
    print(f"- date: {datetime.date.today()}; commit: {git('rev-parse', '--short', 'HEAD')}{dirty}")
    command = " ".join(["./dev bench", *sys.argv[3:]])
    print(f"- command: `{command}`")
    print("\n| case | figure | measured | goal | met |\n| --- | --- | ---: | ---: | --- |")
    for case, name, goal, unit, side in GOALS:
        value = figures.get(case, {}).get(name)
        if value is None:
            continue
        wanted = met = ""
        if goal is not None:
            wanted = f"{'≤' if side == 'most' else '≥'} {number(goal)}"
            met = "yes" if (value <= goal if side == "most" else value >= goal) else "**no**"
        print(f"| {case} | {name.replace('_', ' ')} | {number(value)} {unit} | {wanted} | {met} |")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, help="default: BUILD/chancery")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--json", type=pathlib.Path, help="writes the figures here as well")
    options, arguments = parser.parse_known_args()
    options.build = ROOT / options.build
    options.program = (options.program or options.build / "chancery").absolute()
    try:
        figures = measure(options, arguments)
    except (BenchFailed, OSError) as error:
        print(f"run_bench: {error}", file=sys.stderr)
        return 1
    show(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
