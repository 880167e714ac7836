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
    ("incremental", "small_cpu_us", None, "us", "most"),
    ("incremental", "large_cpu_us", None, "us", "most"),
    ("incremental", "ratio", 1.5, "", "most"),
    ("sliding_window", "p50_us", 10_000, "us", "most"),
    ("sliding_window", "first_ms", None, "ms", "most"),
    ("sizes", "v3_100_cpu_us", None, "us", "most"),
    ("sizes", "v3_10000_cpu_us", None, "us", "most"),
    ("sizes", "v3_ratio", 1.3, "", "most"),
    ("sizes", "sliding_100_cpu_us", None, "us", "most"),
    ("sizes", "sliding_10000_cpu_us", None, "us", "most"),
    ("sizes", "sliding_ratio", 1.3, "", "most"),
    ("fanout", "per_core_second", 40_000, "/s", "least"),
    ("fanout", "server_cpu_us", None, "us", "most"),
    ("fanout", "rate", None, "/s", "least"),
    ("fanout", "last_p50_us", None, "us", "most"),
    ("fanout_sliding", "per_core_second", 40_000, "/s", "least"),
    ("fanout_sliding", "rate", None, "/s", "least"),
    ("sender", "members_2_p50_us", None, "us", "most"),
    ("sender", "members_10000_p50_us", None, "us", "most"),
    ("sender", "ratio_100", 1.3, "", "most"),
    ("sender", "ratio_1000", 1.3, "", "most"),
    ("sender", "ratio_10000", 1.3, "", "most"),
    ("sender", "ratio_polled", 1.3, "", "most"),
    ("search", "messages", None, "", "least"),
    ("search", "p50_us", None, "us", "most"),
    ("search", "worst_p95_us", 100_000, "us", "most"),
    ("search", "filled_per_second", None, "/s", "least"),
    ("idle_tls", "connections", None, "", "least"),
    ("idle_tls", "kilobytes_each", 20, "kB", "most"),
    ("idle_tls", "cpu_percent", None, "%", "most"),
]
READY_SECONDS = 30


class BenchFailed(Exception):
    """The server or the generator did not do its part."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


CONFIGURATION = """
[appservices]
files = ["{folder}/service.yaml"]

[[listener]]
address = "127.0.0.1"
port = {port}

[[listener]]
address = "127.0.0.1"
port = {tls_port}
tls = true
certificate = "{folder}/certificate.pem"
private_key = "{folder}/key.pem"
"""

# It may make users by any name, without a password; nothing is sent to it.
SERVICE = """id: bench
url: null
as_token: {token}
hs_token: {other}
sender_localpart: bench-service
rate_limited: false
namespaces:
  users:
    - exclusive: false
      regex: '@bench-.*'
"""


def make_certificate(folder):
    """A self-signed one of the kind that is usual: P-256."""
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", f"{folder}/key.pem",
         "-out", f"{folder}/certificate.pem"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchFailed(f"openssl made no certificate:\n{done.stderr[-2000:]}")


def start(program, folder, settings, token):
    """The server, its URLs, and the milliseconds until it answered."""
    port, tls_port = free_port(), free_port()
    make_certificate(folder)
    service = SERVICE.format(token=token, other=secrets.token_hex(16))
    pathlib.Path(folder, "service.yaml").write_text(service, encoding="utf-8")
    configuration = CONFIGURATION.format(folder=folder, port=port, tls_port=tls_port)
    pathlib.Path(folder, "chancery.toml").write_text(configuration, encoding="utf-8")
    command = [program, "serve", "--config", os.path.join(folder, "chancery.toml"),
               "--data", os.path.join(folder, "data"), "--server-name", "localhost"]
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
                listening = (time.monotonic() - began) * 1000
                return server, (url, f"https://127.0.0.1:{tls_port}"), listening
        except (urllib.error.URLError, OSError):
            time.sleep(0.002)
    server.kill()
    server.wait()
    log = pathlib.Path(folder, "log").read_text(encoding="utf-8", errors="replace")
    raise BenchFailed(f"the server did not get ready:\n{log[-2000:]}")


def measure(options, arguments):
    secret, token = secrets.token_hex(16), secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as folder:
        settings = ["registration.mode=open", "registration.allow_dummy=true",
                    f"registration.shared_secret={secret}", "limits.enabled=false",
                    "log.level=warn", f"keys.file={folder}/keys", *options.set]
        server, (url, tls_url), listening = start(options.program, folder, settings, token)
        try:
            done = subprocess.run(
                [options.build / "chancery-bench", "--url", url, "--tls-url", tls_url,
                 "--secret", secret, "--service", token, "--pid", str(server.pid), "--json",
                 *arguments],
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
    print(f"- machine: {machine()}; generator on the same machine, loopback; idle_tls by TLS,"
          " the rest in clear")
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
