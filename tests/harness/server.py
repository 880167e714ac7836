# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The homeserver under test: a program of our own, or one that runs already."""
import json
import os
import select
import subprocess
import time
import urllib.error
import urllib.request

READY_SECONDS = 60
STOP_SECONDS = 30


class ServerFailed(Exception):
    """The server did not do what every test presumes."""


class ExternalServer:
    """Someone else's server: used, never started or ended."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def start(self):
        return self.url

    def kill(self):
        pass

    def stop(self):
        pass

    def abandon(self):
        pass

    def show_log(self):
        pass


class OwnServer:
    """The program at `binary`, its data in a folder that outlives the kill.

    It listens on a port that the kernel chooses, another one at each start; `start` returns the
    address. `settings` are given by --set and win over those that every test has.
    """

    def __init__(self, binary, folder, server_name="localhost", secret="secret for tests",
                 settings=None):
        self.binary, self.folder = binary, folder
        self.server_name, self.secret = server_name, secret
        self.settings = settings or {}
        self.log = os.path.join(folder, "server.log")
        self.listen = ["127.0.0.1:0"]
        self.config = None  # a configuration file
        self.prefix = []  # words before the program: setpriv, nsenter
        self.program = None
        self.greeting = {}

    def options(self):
        """What names the same data and settings to every command."""
        settings = {
            "registration.mode": "open", "registration.allow_dummy": "true",
            "registration.shared_secret": self.secret, "limits.enabled": "false",
            "keys.file": os.path.join(self.folder, "chancery.keys"), **self.settings,
        }
        words = ["--config", self.config] if self.config else []
        words += ["--data", os.path.join(self.folder, "data"), "--server-name", self.server_name]
        for key, value in settings.items():
            words += ["--set", f"{key}={value}"]
        return words

    def command(self):
        words = [*self.prefix, self.binary, "serve", "--json", *self.options()]
        for address in self.listen:
            words += ["--listen", address]
        return words

    def start(self):
        with open(self.log, "ab") as log:
            try:
                self.program = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL,
                                                stdout=subprocess.PIPE, stderr=log)
            except OSError as error:
                raise ServerFailed(f"{self.binary}: {error.strerror}") from error
        self.greeting = json.loads(self.read_greeting())
        url = self.greeting["addresses"][0]
        if url.startswith("http://"):
            self.await_ready(url)
        return url

    def read_greeting(self):
        """The line that says where it listens; it comes when everything is ready."""
        line, end = b"", time.monotonic() + READY_SECONDS
        # Not select(), which takes no file from the 1,024th on; other tests open as many.
        ready = select.poll()
        ready.register(self.program.stdout, select.POLLIN)
        while not line.endswith(b"\n"):
            left = max(0, end - time.monotonic())
            if not ready.poll(left * 1000):
                raise ServerFailed(f"it was not ready within {READY_SECONDS} s")
            got = os.read(self.program.stdout.fileno(), 4096)
            if not got:
                raise ServerFailed(f"it ended with exit code {self.program.wait()}")
            line += got
        return line

    def await_ready(self, url):
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            if self.program.poll() is not None:
                raise ServerFailed(f"it ended with exit code {self.program.returncode}")
            try:
                with urllib.request.urlopen(f"{url}/_chancery/health/ready", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise ServerFailed(f"it was not ready within {READY_SECONDS} s")

    def kill(self):
        if self.program.poll() is not None:
            raise ServerFailed(f"it ended by itself, exit code {self.program.returncode}")
        self.abandon()

    def stop(self):
        """A graceful end, which is a check too."""
        if self.program.poll() is not None:
            raise ServerFailed(f"it ended by itself, exit code {self.program.returncode}")
        self.program.terminate()
        try:
            code = self.program.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ServerFailed(f"it did not end within {STOP_SECONDS} s of SIGTERM") from error
        if code != 0:
            raise ServerFailed(f"SIGTERM ended it with exit code {code}")
        self.program.stdout.close()

    def abandon(self):
        if self.program is None:
            return
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        self.program.stdout.close()

    def show_log(self):
        if os.path.exists(self.log):
            with open(self.log, encoding="utf-8", errors="replace") as log:
                for line in log.readlines()[-40:]:
                    print(f"server log: {line.rstrip()}")
