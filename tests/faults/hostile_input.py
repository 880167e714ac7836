# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Junk for every operation of docs/conformance.md: never a 500, never the end of the server."""
import json
import os
import random
import re

import suite
from client import CLIENT, PASSWORD, Client, Unanswered, escaped, new_person
from suite import HERE, check, check_equal, test

LIST = os.path.join(os.path.dirname(os.path.dirname(HERE)), "docs", "conformance.md")
ROW = re.compile(r"^\| `(GET|PUT|POST|DELETE) (/\S*)` \||^### (\S+)", re.M)
# Those that the specification has under v1.
NEWER = re.compile(r"/rooms/\{roomId\}/(relations|threads|timestamp_to_event)|/validity$"
                   r"|^/auth_metadata$|/login/get_token$|^/admin/(suspend|lock)/")
BASES = {"client-server": CLIENT, "synapse-admin": "/_synapse/admin/v1"}
TEXTS = ["", " ", "a" * 300, "\x00", "\ud83d\ude00", "@a:b", "!a:b", "#a:b", "$a", "@:", "../..",
         "@a:localhost", "%", "%2f", "null", "-1", "18446744073709551616", "a\nb", '"><script>',
         "m.room.member", "{}", "\u202e", "localhost", "*", "é" * 130, "m.login.password"]
VALUES = [None, True, 0, -1, 2**53, -2**53, 2**63, 1.5, 1e308, [], {}, [[]], {"": {}}, [None],
          *TEXTS]
# Members that operations read; junk under a known name goes deeper than under an unknown one.
NAMES = ["type", "user", "user_id", "identifier", "password", "auth", "session", "token", "reason",
         "room_id", "room_alias_name", "name", "topic", "invite", "preset", "initial_state",
         "power_level_content_override", "creation_content", "room_version", "visibility", "filter",
         "membership", "content", "state_key", "event_id", "timeout", "typing", "displayname",
         "avatar_url", "presence", "status_msg", "device_id", "devices", "device_keys",
         "one_time_keys", "fallback_keys", "messages", "master_key", "self_signing_key",
         "user_signing_key", "signatures", "algorithm", "auth_data", "rooms", "sessions", "limit",
         "since", "server", "search_term", "actions", "conditions", "pattern", "enabled", "kind",
         "app_id", "pushkey", "lang", "profile_tag", "app_display_name", "data", "append",
         "new_version", "new_password", "logout_devices", "erase", "refresh_token", "score",
         "order", "m.read",
         "m.fully_read", "msgtype", "body", "users", "events", "ban", "third_party_invite"]
QUERIES = ["", "limit=-1", "limit=x", "limit=99999999999999999999", "from=x&dir=q", "since=x",
           "dir=b&from=s1_1_1_1_1", "filter=%7B", "filter=%00", "timeout=-5", "ts=-1&dir=b",
           "width=-1&height=x&method=crop", "to=&from=", "a=%zz", "&&&==", "at=x&membership=x",
           "user_id=@b:localhost", "version=9", "rel_type=%22", "only=highlight&from=-1",
           "server_name=" + "a" * 500, "access_token=x", "via=%00", "full_state=maybe"]
RAW = [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"a":1,"a":2}', b'{"a":"\xed\xa0\x80"}',
       b'{"a":1e999}', b'{"a":"\\ud800"}', b'{"a":"\\u0000"}', b"[" * 5000, b'{"a":' * 5000,
       b"\xef\xbb\xbf{}", b"{} {}", b'{"a":01}', b'{"a":NaN}', b"{}\x00"]


def operations():
    with open(LIST, encoding="utf-8") as file:
        rows = ROW.findall(file.read())
    found, base = [], ""
    for method, path, document in rows:
        if document:
            base = BASES.get(document, "")
        elif path == "/versions":
            found.append((method, "/_matrix/client/versions"))
        elif NEWER.search(path):
            found.append((method, "/_matrix/client/v1" + path))
        else:
            found.append((method, path if path.startswith(("/_", "/.")) else base + path))
    check(len(found) > 140, f"{LIST} lists {len(found)} operations")
    return found


LEVELS = {"ban": 50, "events": {"m.room.name": 50}, "events_default": 0, "invite": 0, "kick": 50,
          "redact": 50, "state_default": 50, "users": {"<userId>": 100}, "users_default": 0,
          "notifications": {"room": 50}}
PERSON = {"user_id": "<userId>", "reason": "because"}
SIGNED = {"user_id": "<userId>", "device_id": "<deviceId>", "algorithms": ["m.olm.v1"],
          "keys": {"ed25519:<deviceId>": "x" * 43, "curve25519:X": "y" * 43},
          "signatures": {"<userId>": {"ed25519:X": "z" * 86}}}
CROSS = {"user_id": "<userId>", "usage": ["master"], "keys": {"ed25519:" + "a" * 43: "a" * 43},
         "signatures": {"<userId>": {"ed25519:X": "z" * 86}}}
SESSION = {"first_message_index": 1, "forwarded_count": 0, "is_verified": True,
           "session_data": {"ephemeral": "a", "ciphertext": "b", "mac": "c"}}
# What is right for some operations, by the ends of their paths; alternatives.
RIGHT = {
    "/createRoom": [{"name": "n", "topic": "t", "preset": "private_chat", "invite": ["<userId>"],
                     "visibility": "public", "room_version": "11", "is_direct": True,
                     "creation_content": {"m.federate": False, "type": "m.space"},
                     "initial_state": [{"type": "m.room.join_rules", "state_key": "",
                                        "content": {"join_rule": "knock"}}],
                     "power_level_content_override": LEVELS},
                    {"room_version": "12", "preset": "public_chat"}],
    "/state/{eventType}/{stateKey}": [LEVELS, {"membership": "join", "displayname": "x"},
                                      {"name": "n"}, {"join_rule": "restricted", "allow": [
                                          {"type": "m.room_membership", "room_id": "<roomId>"}]}],
    "/send/{eventType}/{txnId}": [
        {"msgtype": "m.text", "body": "b", "m.mentions": {"user_ids": ["<userId>"], "room": True}},
        {"body": "e", "msgtype": "m.text", "m.new_content": {"body": "f", "msgtype": "m.text"},
         "m.relates_to": {"rel_type": "m.replace", "event_id": "<eventId>"}},
        {"m.relates_to": {"rel_type": "m.annotation", "event_id": "<eventId>", "key": "k"}},
        {"body": "t", "m.relates_to": {"rel_type": "m.thread", "event_id": "<eventId>",
                                       "is_falling_back": True,
                                       "m.in_reply_to": {"event_id": "<eventId>"}}}],
    "/delayed_event/{eventType}/{txnId}": [{"delay_ms": 60000, "state_key": "<userId>",
                                            "content": {"body": "b"}}],
    "/delayed_events/{delayId}": [{"action": "cancel"}],
    "/dehydrated_device": [{"device_id": "<deviceId>", "initial_device_display_name": "d",
                            "device_data": {"algorithm": "m.dehydration.v2"},
                            "device_keys": SIGNED, "one_time_keys": {
                                "signed_curve25519:A": {"key": "k" * 43}},
                            "fallback_keys": {"signed_curve25519:B": {"key": "k" * 43}}}],
    "/dehydrated_device/{deviceId}/events": [{"next_batch": "1"}],
    "/invite": [PERSON], "/kick": [PERSON], "/ban": [PERSON], "/unban": [PERSON],
    "/read_markers": [{"m.fully_read": "<eventId>", "m.read": "<eventId>",
                       "m.read.private": "<eventId>"}],
    "/receipt/{receiptType}/{eventId}": [{"thread_id": "main"}, {}],
    "/typing/{userId}": [{"typing": True, "timeout": 1000}],
    "/upgrade": [{"new_version": "12", "additional_creators": ["<userId>"]}],
    "/redact/{eventId}/{txnId}": [{"reason": "r"}],
    "/keys/upload": [{"device_keys": SIGNED, "one_time_keys": {
        "signed_curve25519:A": {"key": "k" * 43, "signatures": {"<userId>": {"ed25519:X": "s"}}}},
        "fallback_keys": {"signed_curve25519:B": {"key": "k" * 43, "fallback": True}}}],
    "/keys/query": [{"device_keys": {"<userId>": ["<deviceId>"]}, "timeout": 1000}],
    "/keys/claim": [{"one_time_keys": {"<userId>": {"<deviceId>": "signed_curve25519"}}}],
    "/keys/device_signing/upload": [{"master_key": CROSS, "self_signing_key": CROSS,
                                     "user_signing_key": CROSS}],
    "/keys/signatures/upload": [{"<userId>": {"<deviceId>": SIGNED, "a" * 43: CROSS}}],
    "/sendToDevice/{eventType}/{txnId}": [{"messages": {"<userId>": {"*": {"a": "b"},
                                                                     "<deviceId>": {}}}}],
    "/room_keys/version": [{"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {
        "public_key": "p" * 43, "signatures": {"<userId>": {"ed25519:X": "s"}}}}],
    "/room_keys/keys": [{"rooms": {"<roomId>": {"sessions": {"s": SESSION}}}}],
    "/room_keys/keys/{roomId}": [{"sessions": {"s": SESSION}}],
    "/room_keys/keys/{roomId}/{sessionId}": [SESSION],
    "/user/{userId}/filter": [{"room": {"timeline": {"limit": 5, "types": ["m.room.*"],
                                                     "lazy_load_members": True, "senders": ["@a:b"],
                                                     "contains_url": True, "rooms": ["<roomId>"]},
                                        "state": {"not_types": ["*"]}, "include_leave": True},
                               "event_fields": ["content.body"], "event_format": "client"}],
    "/pushrules/global/{kind}/{ruleId}": [{"actions": ["notify", {"set_tweak": "sound",
                                                                  "value": "default"}],
                                           "conditions": [{"kind": "event_match", "key": "type",
                                                           "pattern": "m.*"}], "pattern": "a*?b"}],
    "/pushers/set": [{"app_display_name": "a", "app_id": "b", "device_display_name": "c",
                      "kind": "http", "lang": "en", "pushkey": "k", "append": False,
                      "data": {"url": "https://example.org/_matrix/push/v1/notify",
                               "format": "event_id_only"}}],
    "/email/requestToken": [{"email": "a@example.org", "client_secret": "s", "send_attempt": 1,
                             "next_link": "https://example.org/"}],
    "/account/3pid/add": [{"sid": "s", "client_secret": "c",
                           "auth": {"type": "m.login.password", "session": "s"}}],
    "/account/3pid/bind": [{"sid": "s", "client_secret": "c", "id_server": "id.example",
                            "id_access_token": "t"}],
    "/account/3pid/delete": [{"medium": "email", "address": "a@example.org"}],
    "/account/3pid/unbind": [{"medium": "email", "address": "a@example.org",
                              "id_server": "id.example"}],
    "/account/password": [{"new_password": PASSWORD, "auth": {
        "type": "m.login.email.identity", "threepid_creds": {"sid": "s", "client_secret": "c"}}}],
    "/_chancery/confirm_address": [{"token": "t"}],
    "/_chancery/confirm_address/look": [{"token": "t"}],
    "/_chancery/setup/check": [{"token": "t"}],
    "/_chancery/unsubscribe": [{"token": "dG9rZW4"}],
    "/presence/{userId}/status": [{"presence": "online", "status_msg": "s"}],
    "/profile/{userId}/{keyName}": [{"displayname": "d"}, {"avatar_url": "mxc://a/b"}],
    "/tags/{tag}": [{"order": 0.5}],
    "/account_data/{type}": [{"<userId>": ["<roomId>"]}],
    "/publicRooms": [{"limit": 5, "filter": {"generic_search_term": "a", "room_types": [None]}}],
    "/user_directory/search": [{"search_term": "ali", "limit": 5}],
    "/search": [{"search_categories": {"room_events": {
        "search_term": "hello world", "keys": ["content.body"], "order_by": "recent",
        "filter": {"limit": 3, "rooms": ["<roomId>"]}, "include_state": True,
        "event_context": {"before_limit": 1, "after_limit": 1, "include_profile": True},
        "groupings": {"group_by": [{"key": "room_id"}, {"key": "sender"}]}}}}],
    "/directory/room/{roomAlias}": [{"room_id": "<roomId>"}],
    "/directory/list/room/{roomId}": [{"visibility": "public"}],
    "/login": [{"type": "m.login.password", "password": PASSWORD, "device_id": "D",
                "identifier": {"type": "m.id.user", "user": "<userId>"}, "refresh_token": True}],
    "/register": [{"username": "eve", "password": PASSWORD, "inhibit_login": True,
                   "auth": {"type": "m.login.dummy", "session": "s"}}],
    "/devices/{deviceId}": [{"display_name": "d"}],
    "/report": [{"reason": "r"}], "/report/{eventId}": [{"reason": "r", "score": -100}],
    "/refresh": [{"refresh_token": "r"}],
}


class Junk:
    """Requests out of a seed; real ids among the junk, so that they get past the first look."""

    def __init__(self, seed, known):
        self.random, self.known = random.Random(seed), known

    def path(self, pattern):
        def fill(match):
            good = self.known.get(match[1])
            if good and self.random.random() < 0.85:
                return escaped(self.random.choice(good))
            return escaped(self.random.choice(TEXTS).encode("utf-8", "replace"))
        return re.sub(r"\{(\w+)\}", fill, pattern)

    def value(self, depth):
        kind = self.random.random()
        if depth <= 0 or kind < 0.5:
            return self.random.choice(VALUES + self.all_known())
        if kind < 0.65:
            return [self.value(depth - 1) for _ in range(self.random.randrange(4))]
        return self.thing(depth - 1)

    def all_known(self):
        return [each for texts in self.known.values() for each in texts]

    def thing(self, depth):
        names = self.random.sample(NAMES, self.random.randrange(1, 8))
        names += self.random.sample(self.all_known(), 1)
        return {name: self.value(depth) for name in names}

    def query(self):
        kind = self.random.random()
        if kind < 0.4:
            return ""
        if kind < 0.7:
            return self.random.choice(self.known["query"])
        return self.random.choice(QUERIES)

    def body(self, pattern):
        """Bytes that are no JSON, JSON that means nothing, or what is right but for one place."""
        kind = self.random.random()
        if kind < 0.05:
            return self.random.choice(RAW)
        right = next((each for ending, each in RIGHT.items() if pattern.endswith(ending)), None)
        if right is None or kind < 0.15:
            return json.dumps(self.thing(4)).encode("utf-8", "replace")
        body = self.filled(self.random.choice(right))
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 3))):
            body = self.spoiled(body)
        return json.dumps(body).encode("utf-8", "replace")

    def filled(self, thing):
        """A copy with the words in angle brackets replaced by what they name."""
        if isinstance(thing, dict):
            return {self.filled(name): self.filled(each) for name, each in thing.items()}
        if isinstance(thing, list):
            return [self.filled(each) for each in thing]
        if isinstance(thing, str) and thing[:1] == "<":
            return self.random.choice(self.known[thing[1:-1]])
        return thing

    def spoiled(self, thing):
        """A copy with one place changed, somewhere within."""
        if not isinstance(thing, (dict, list)) or not thing or self.random.random() < 0.15:
            return self.value(2)
        places = list(thing) if isinstance(thing, dict) else list(range(len(thing)))
        place, kind = self.random.choice(places), self.random.random()
        copy = thing.copy()
        if kind < 0.1:
            del copy[place]
        elif kind < 0.2 and isinstance(copy, dict):
            copy[self.random.choice(NAMES + self.all_known())] = copy[place]
        else:
            copy[place] = self.spoiled(copy[place])
        return copy


ENDING = ("/logout", "/logout/all", "/account/deactivate", "/account/password", "/delete_devices")


def is_refused_well(answer):
    """By a code of Matrix, by one of OAuth, on a page, or with what to prove."""
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        return True
    return answer.errcode or any(name in answer.json() for name in ("flows", "error_description"))


@test("junk for every operation is refused or done, never answered with 500")
def junk_everywhere(place):
    server = place.server(settings={"media.legacy_unauthenticated": "true"})
    url = server.start()
    alice, bob = new_person(url, "alice"), new_person(url, "bob")
    room = alice.make_room(room_alias_name="lobby")
    bob.join(room)
    event = alice.send(room, "t", "hello")
    media = alice.upload(b"x" * 100).json()["content_uri"].removeprefix("mxc://").split("/")
    known = {"roomId": [room], "roomIdOrAlias": [room, "#lobby:localhost"], "eventId": [event],
             "roomAlias": ["#lobby:localhost"], "userId": [alice.user, bob.user],
             "deviceId": [alice.device], "serverName": [media[0]], "mediaId": [media[1]],
             "txnId": ["t", "u"], "eventType": ["m.room.message", "m.room.power_levels",
                                                "m.room.member", "m.room.create", "m.reaction"],
             "stateKey": ["", alice.user], "type": ["m.direct"], "receiptType": ["m.read"],
             "scope": ["global"], "kind": ["override", "content", "room", "underride", "sender"],
             "keyName": ["displayname", "avatar_url"], "version": ["1"], "tag": ["m.favourite"],
             "filterId": ["0"], "relType": ["m.annotation", "m.thread"]}
    junk = Junk(suite.seed, known)
    wrong = set()
    since = alice.sync()["next_batch"]
    known["query"] = [f"from={since}&to={since}&dir=b", "version=1", f"since={since}&timeout=0",
                      "width=32&height=32&method=crop", "ts=1&dir=f", "limit=3", "via=localhost",
                      "membership=join", "username=eve", "token=x", "full_state=true"]
    clients = [alice, alice, alice, bob, bob, bob, Client(url, seconds=10)]
    for number in range(25):
        for method, pattern in operations():
            if number > 3 and pattern.endswith(ENDING):
                continue
            client = junk.random.choice(clients)
            path = junk.path(pattern)
            query = junk.query()
            body = junk.body(pattern) if method in ("PUT", "POST") else None
            try:
                answer = client.ask(method, f"{path}?{query}" if query else path, body)
            except Unanswered as error:
                check(server.program.poll() is None, f"the server died of {method} {path}?{query} "
                                                     f"{body[:1000]!r}")
                wrong.add(f"{method} {pattern}: {error} ({body and body[:300]!r})")
                continue
            if answer.status >= 500 and answer.status not in (501, 504):
                wrong.add(f"{method} {path}?{query} {body and body[:600]!r}: {answer}")
            elif answer.status >= 400 and not is_refused_well(answer):
                wrong.add(f"{method} {path}?{query}: no errcode in {answer}")
            if answer.errcode == "M_UNKNOWN_TOKEN" and client.token:
                sign_in(client)
    check_equal(sorted(wrong)[:5], [], f"{len(wrong)} wrong answers (seed {suite.seed})")
    dora = new_person(url, "dora")
    dora.send(dora.make_room(), "t", "the server goes on")
    server.stop()
    done = place.run("db", "check", *server.options())
    check_equal(done.code, 0, f"db check ({done})")


def sign_in(client):
    answer = Client(client.url).ask("POST", f"{CLIENT}/login", {
        "type": "m.login.password", "password": PASSWORD,
        "identifier": {"type": "m.id.user", "user": client.user}})
    if answer.status == 200:
        client.token = answer.json()["access_token"]
    else:  # the junk deactivated it
        client.register(f"again{client.token[4:12].lower().strip('-_')}x")
