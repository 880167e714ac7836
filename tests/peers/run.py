#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Lets real clients talk through a homeserver: see README.md for which.

  run.py --binary build/release/chancery     starts it, kills it with -9 between the two phases
  run.py --url http://127.0.0.1:8008         a server that runs already: no kill, same two phases
  run.py --install-only                      installs the clients into build/peers and ends

Every check prints one line; the last line says "N passed, N failed". Exit code 0 if none failed,
1 if some did, 2 if it could not be tried.
"""
import argparse
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

import install

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "harness"))
from server import ExternalServer, OwnServer, ServerFailed

PHASE_SECONDS = 300


class Tally:
    """What passed and what failed, over all peers and phases."""

    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def note(self, line):
        with self.lock:
            print(line, flush=True)
            verdict = re.match(r"\w+: (ok|not ok) ", line)
            if verdict and verdict[1] == "ok":
                self.passed += 1
            elif verdict:
                self.failed += 1


class Peer:
    """A client program under way; its lines go to the tally as they come."""

    def __init__(self, name, command, environment, tally):
        self.name, self.tally = name, tally
        self.refusals = 0
        self.program = subprocess.Popen(
            command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.program.stdout:
            self.refusals += line.startswith("not ok ")
            self.tally.note(f"{self.name}: {line.rstrip()}")

    def finish(self, seconds):
        try:
            code = self.program.wait(seconds)
        except subprocess.TimeoutExpired:
            self.program.kill()
            self.program.wait()
            code = f"none within {PHASE_SECONDS} s"
        self.reader.join(5)
        if code != 0 and not self.refusals:
            self.tally.note(f"{self.name}: not ok - it ended by itself, exit code {code}")


def run_phase(phase, url, options, folder, tally):
    """All clients at once: each nio meets the js side in a room that the js side makes."""
    environment = {
        "PEER_URL": url, "PEER_SECRET": options.secret or "", "PEER_STATE": folder,
        "PEER_PHASE": phase, "PEER_RUN": options.run,
    }
    if options.room_version:
        environment["PEER_ROOM_VERSION"] = options.room_version
    peers = []
    talk = os.path.join(HERE, "nio", "talk.py")
    met = []
    for name, python in (("nio", install.python()), ("oldnio", install.DEBIAN_PYTHON)):
        if name not in options.peers:
            continue
        localpart = f"{name}-{options.run}"
        met.append(f"@{localpart}:{options.server_name}")
        own = {"PEER_NAME": name, "PEER_NIO_LOCALPART": localpart}
        peers.append(Peer(name, [python, talk], {**environment, **own}, tally))
    for name in ("js", "web"):
        if name in options.peers:
            own = {"PEER_NIO": ",".join(met)}
            command = [install.node(name), install.scenario(name)]
            peers.append(Peer(name, command, {**environment, **own}, tally))
    if "synadm" in options.peers:
        own = {"PEER_SYNADM": install.synadm()}
        script = os.path.join(HERE, "synadm", "commands.py")
        peers.append(Peer("synadm", [sys.executable, script], {**environment, **own}, tally))
    if "rust" in options.peers:
        peers.append(Peer("rust", [install.rust()], environment, tally))
    if "bridge" in options.peers:
        own = {"PEER_SERVER_NAME": options.server_name}
        command = [install.python("bridge"), os.path.join(HERE, "bridge", "bridge.py")]
        peers.append(Peer("bridge", command, {**environment, **own}, tally))
    for peer in peers:
        peer.finish(PHASE_SECONDS)


REGISTRATION = """id: bridge-{run}
url: "http://127.0.0.1:{port}"
as_token: {as_token}
hs_token: {hs_token}
sender_localpart: _bridge_{run}_bot
rate_limited: false
receive_ephemeral: true
org.matrix.msc3202: true
io.element.msc4190: true
namespaces:
  users:
    - exclusive: true
      regex: '@_bridge_{run}_.*'
  aliases:
    - exclusive: true
      regex: '#_bridge_{run}_.*'
  rooms: []
"""


def free_port():
    """A port that nobody listens on. The registration names it before the bridge runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def register_bridge(options, folder):
    """Writes the bridge's registration, for the server, and the same for the bridge."""
    given = {"id": f"bridge-{options.run}", "run": options.run, "port": free_port(),
             "as_token": secrets.token_hex(32), "hs_token": secrets.token_hex(32)}
    with open(os.path.join(folder, "bridge.json"), "w", encoding="utf-8") as file:
        json.dump(given, file)
    path = os.path.join(folder, "bridge.yaml")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
        file.write(REGISTRATION.format(**given))
    return {"appservices.files": path}


def run_all(options, tally):
    folder = tempfile.mkdtemp(prefix="chancery-peers-")
    before = tally.failed
    if options.url:
        server = ExternalServer(options.url)
    else:
        settings = {"server_notices.localpart": "notices"}
        if "bridge" in options.peers:
            settings |= register_bridge(options, folder)
        server = OwnServer(options.binary, folder, options.server_name, options.secret, settings)
    try:
        run_phase("first", server.start(), options, folder, tally)
        server.kill()
        print(f"server: {'not ours, so it is not killed' if options.url else 'killed with -9'}",
              flush=True)
        run_phase("again", server.start(), options, folder, tally)
        server.stop()
    except ServerFailed as error:
        tally.note(f"server: not ok - {error}")
    finally:
        server.abandon()
        if tally.failed > before:
            server.show_log()
        if options.keep:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--binary", help="the server program to start")
    target.add_argument("--url", help="base URL of a server that runs")
    target.add_argument("--install-only", action="store_true", help="install the clients and end")
    parser.add_argument("--secret", help="the server's registration secret (with --url)")
    parser.add_argument("--server-name", default="localhost", help="default: localhost")
    parser.add_argument("--room-version", help="of the main room; default: 12, where supported")
    parser.add_argument("--peers", default="js,nio,oldnio,web,synadm,bridge",
                        help="some of js, nio, oldnio, web, synadm, bridge, and rust; default: all "
                             "but rust")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the run")
    options = parser.parse_args()
    options.peers = options.peers.split(",")
    options.run = secrets.token_hex(4)
    if options.url and "bridge" in options.peers:
        options.peers.remove("bridge")  # it needs a line in the server's configuration
    if options.binary:
        options.binary = os.path.abspath(options.binary)
        options.secret = options.secret or secrets.token_hex(16)
        options.room_version = options.room_version or "12"
    return options


def main():
    options = parse()
    try:
        install.everything(options.peers)
    except install.CannotInstall as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    if options.install_only:
        return 0
    tally = Tally()
    run_all(options, tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else 0


if __name__ == "__main__":
    sys.exit(main())
