# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The homeserver under test: a program of our own, or one that runs already."""
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

READY_SECONDS = 30
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
        print("server: it is not ours, so it is not killed between the phases", flush=True)

    def stop(self):
        pass

    def abandon(self):
        pass

    def show_log(self):
        pass


class OwnServer:
    """The program at `binary`, its data in a folder that outlives the kill."""

    def __init__(self, binary, folder, server_name, secret):
        self.binary, self.folder = binary, folder
        self.server_name, self.secret = server_name, secret
        self.log = os.path.join(folder, "server.log")
        self.program = None

    def start(self):
        port = free_port()
        settings = {
            "registration.mode": "open", "registration.allow_dummy": "true",
            "registration.shared_secret": self.secret, "limits.enabled": "false",
            "keys.file": os.path.join(self.folder, "chancery.keys"),
        }
        command = [self.binary, "serve", "--data", os.path.join(self.folder, "data"),
                   "--server-name", self.server_name, "--listen", f"127.0.0.1:{port}"]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        with open(self.log, "ab") as log:
            try:
                self.program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                                stderr=log)
            except OSError as error:
                raise ServerFailed(f"{self.binary}: {error.strerror}") from error
        url = f"http://127.0.0.1:{port}"
        self.await_ready(url)
        return url

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
        self.program.kill()
        self.program.wait()
        print("server: killed with -9", flush=True)

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

    def abandon(self):
        if self.program and self.program.poll() is None:
            self.program.kill()
            self.program.wait()

    def show_log(self):
        if os.path.exists(self.log):
            with open(self.log, encoding="utf-8", errors="replace") as log:
                for line in log.readlines()[-40:]:
                    print(f"server log: {line.rstrip()}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
