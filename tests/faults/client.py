# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""A small Matrix client for tests: one connection, no retries, nothing hidden."""
import http.client
import json
import urllib.parse

CLIENT = "/_matrix/client/v3"
PASSWORD = "correct horse battery staple"


class Unanswered(Exception):
    """No answer came: whether the request was done is not known."""


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def errcode(self):
        try:
            return self.json().get("errcode")
        except (ValueError, AttributeError):
            return None

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


def escaped(text):
    return urllib.parse.quote(text, safe="")


class Client:
    """One person's device. Not for several threads at once: each takes a `twin`."""

    def __init__(self, url, token=None, user=None, seconds=30):
        self.token, self.user, self.seconds = token, user, seconds
        self.device = None
        self.connection = None
        self.move(url)

    def move(self, url):
        """The server listens elsewhere now."""
        self.url = url
        self.close()

    def twin(self):
        other = Client(self.url, self.token, self.user, self.seconds)
        other.device = self.device
        return other

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method, path, body=None, headers=None):
        """An Answer, whatever its status. `body`: bytes as they are, else as JSON."""
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            if self.connection is None:
                where = urllib.parse.urlsplit(self.url)
                self.connection = http.client.HTTPConnection(where.hostname, where.port,
                                                             timeout=self.seconds)
            self.connection.request(method, path, body, sent)
            response = self.connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(f"{method} {path}: {type(error).__name__} {error}") from error

    def get(self, method, path, body=None, headers=None):
        """The JSON of a 200; anything else is a failure."""
        answer = self.ask(method, path, body, headers)
        if answer.status != 200:
            raise AssertionError(f"{method} {path}: {answer}")
        return answer.json()

    # What tests do again and again.

    def register(self, name):
        answer = self.get("POST", f"{CLIENT}/register", {
            "username": name, "password": PASSWORD, "auth": {"type": "m.login.dummy"}})
        self.token, self.user = answer["access_token"], answer["user_id"]
        self.device = answer["device_id"]
        return self

    def make_room(self, **more):
        return self.get("POST", f"{CLIENT}/createRoom",
                        {"preset": "public_chat", **more})["room_id"]

    def join(self, room):
        return self.get("POST", f"{CLIENT}/join/{escaped(room)}", {})

    def ask_to_send(self, room, transaction, body):
        return self.ask("PUT", f"{CLIENT}/rooms/{escaped(room)}/send/m.room.message/{transaction}",
                        {"msgtype": "m.text", "body": body})

    def send(self, room, transaction, body):
        answer = self.ask_to_send(room, transaction, body)
        if answer.status != 200:
            raise AssertionError(f"sending {transaction}: {answer}")
        return answer.json()["event_id"]

    def sync(self, since=None, timeout=0, limit=1000):
        query = {"timeout": timeout,
                 "filter": json.dumps({"room": {"timeline": {"limit": limit}}})}
        if since:
            query["since"] = since
        return self.get("GET", f"{CLIENT}/sync?{urllib.parse.urlencode(query)}")

    def history(self, room):
        """Every event of the room, oldest first."""
        events, token = [], None
        while True:
            query = {"dir": "b", "limit": 500, **({"from": token} if token else {})}
            page = self.get("GET", f"{CLIENT}/rooms/{escaped(room)}/messages?"
                            + urllib.parse.urlencode(query))
            events += page["chunk"]
            token = page.get("end")
            if not token:
                return events[::-1]

    def upload(self, content):
        return self.ask("POST", "/_matrix/media/v3/upload?filename=a.bin", content,
                        {"Content-Type": "application/octet-stream"})

    def download(self, uri):
        return self.ask("GET", "/_matrix/client/v1/media/download/" + uri.removeprefix("mxc://"))


def new_person(url, name):
    return Client(url).register(name)
