# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""HTTP as bytes, for clients that do not keep to it."""
import socket
import time
import urllib.parse


class Wire:
    """One connection."""

    def __init__(self, url, seconds=20):
        where = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((where.hostname, where.port), timeout=seconds)
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def write(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))

    def try_to_write(self, text):
        """False when the server has closed."""
        try:
            self.write(text)
            return True
        except OSError:
            return False

    def read_some(self):
        """False at the end of the stream, which a reset is as well."""
        try:
            got = self.socket.recv(65536)
        except ConnectionError:
            return False
        self.unread += got
        return bool(got)

    def read_response(self):
        """(status, fields, body) of the next response; None when the server closed instead."""
        while b"\r\n\r\n" not in self.unread:
            if not self.read_some():
                return None
        head, _, self.unread = self.unread.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields[name.lower()] = value.strip()
        length = int(fields.get("content-length", 0))
        while len(self.unread) < length:
            if not self.read_some():
                return None
        body, self.unread = self.unread[:length], self.unread[length:]
        return int(lines[0].split()[1]), fields, body

    def is_closed_within(self, seconds):
        """Whether the server closes, and how long that took; what it writes first is kept."""
        started = time.monotonic()
        self.socket.settimeout(seconds)
        try:
            while self.read_some():
                pass
        except TimeoutError:
            return None
        return time.monotonic() - started


def request(method="GET", path="/_matrix/client/versions", fields=(), body=""):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *fields]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def exchange(url, text):
    """What the server answers to `text` on a connection of its own: the status codes, whether it
    closed then."""
    with Wire(url) as wire:
        if not wire.try_to_write(text):
            return [], True
        codes = []
        while True:
            try:
                wire.socket.settimeout(2 if codes else 20)
                response = wire.read_response()
            except TimeoutError:
                return codes, False
            if response is None:
                return codes, True
            codes.append(response[0])
