#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Drives synadm against a server: what an owner does day by day. Started by ../run.py."""
import hashlib
import hmac
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

URL, STATE = os.environ["PEER_URL"].rstrip("/"), os.environ["PEER_STATE"]
RUN, PHASE = os.environ["PEER_RUN"], os.environ["PEER_PHASE"]
SECRET, SYNADM = os.environ["PEER_SECRET"], os.environ["PEER_SYNADM"]
CONFIG = os.path.join(STATE, "synadm.yaml")
KEPT = os.path.join(STATE, "synadm.json")
PASSWORD = "a word that is long enough"
SECONDS = 60


class Refused(Exception):
    """A check that did not hold; what follows in its group stands on it."""


def check(name, holds, shown=None):
    if not holds:
        print(f"not ok - {name}: {shown!r}"[:600], flush=True)
        raise Refused(name)
    print(f"ok - {name}", flush=True)


def request(method, path, body=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = "Bearer " + token
    data = body
    if body is not None and not isinstance(body, bytes):
        data = json.dumps(body).encode()
    asked = urllib.request.Request(URL + path, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def register(localpart, kind):
    path = "/_synapse/admin/v1/register"
    nonce = request("GET", path)[1]["nonce"]
    text = "\0".join((nonce, localpart, PASSWORD, kind))
    mac = hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).hexdigest()
    status, answer = request("POST", path, {
        "nonce": nonce, "username": localpart, "password": PASSWORD, "admin": kind == "admin",
        "mac": mac})
    check(f"{kind} is registered", status == 200, answer)
    return answer["user_id"], answer["access_token"]


def synadm(*words):
    """The answer as JSON; None where it prints none."""
    done = subprocess.run([SYNADM, "--batch", "-o", "minified", "-c", CONFIG, *words],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    for line in reversed(done.stdout.strip().splitlines()):
        try:
            return json.loads(line)
        except ValueError:
            continue
    return {"printed": done.stdout, "errors": done.stderr}


def escaped(text):
    return urllib.parse.quote(text, safe="")


def configure(user, token):
    with open(CONFIG, "w", encoding="utf-8") as file:
        file.write(f"user: '{user}'\ntoken: '{token}'\nbase_url: {URL}\nprotocol: http\n"
                   "admin_path: /_synapse/admin\nmatrix_path: /_matrix\nformat: minified\n"
                   f"timeout: 30\nhomeserver: {user.split(':', 1)[1]}\nssl_verify: false\n"
                   "server_discovery: well-known\n")
    os.chmod(CONFIG, 0o600)


def people(kept):
    alice = kept["alice"]
    made = synadm("user", "modify", kept["bob"], "--password", PASSWORD, "--display-name", "Bob")
    check("user modify makes an account", made.get("name") == kept["bob"], made)
    check("user details shows it", synadm("user", "details", kept["bob"])["displayname"] == "Bob")
    found = synadm("user", "search", f"synadm-bob-{RUN}")
    check("user search finds it", [u["name"] for u in found["users"]] == [kept["bob"]], found)
    listed = synadm("user", "list", "--limit", "2")
    check("user list pages", len(listed["users"]) == 2 and "next_token" in listed, listed)
    check("user modify --lock locks", synadm("user", "modify", alice, "--lock")["locked"] is True)
    check("user modify --unlock", synadm("user", "modify", alice, "--unlock")["locked"] is False)
    synadm("user", "suspend", alice)
    check("user suspend suspends", synadm("user", "details", alice)["suspended"] is True)
    synadm("user", "suspend", "--unsuspend", alice)
    check("and lets speak again", synadm("user", "details", alice)["suspended"] is False)
    whois = synadm("user", "whois", alice)
    check("user whois shows devices", whois.get("user_id") == alice and whois["devices"], whois)
    refused = synadm("user", "login", alice)
    check("user login is refused", refused.get("errcode") == "M_FORBIDDEN", refused)
    check("user password sets one",
          synadm("user", "password", "--no-logout", "--password", PASSWORD, alice) == {})
    check("user deactivate ends an account",
          synadm("user", "deactivate", kept["bob"]).get("id_server_unbind_result") == "success")
    check("user details says so", synadm("user", "details", kept["bob"])["deactivated"] is True)


def rooms(kept):
    alice, token = kept["alice"], kept["alice_token"]
    status, made = request("POST", "/_matrix/client/v3/createRoom",
                           {"preset": "public_chat", "name": f"room {RUN}",
                            "room_alias_name": f"synadm-{RUN}"}, token)
    check("a room is made", status == 200, made)
    room = made["room_id"]
    found = synadm("room", "search", f"room {RUN}")
    check("room search finds it", [r["room_id"] for r in found["rooms"]] == [room], found)
    check("room details", synadm("room", "details", room)["creator"] == alice)
    check("room members", synadm("room", "members", room) == {"members": [alice], "total": 1})
    check("room state", any(e["type"] == "m.room.create"
                            for e in synadm("room", "state", room)["state"]))
    joined = synadm("user", "membership", "--ids", alice)
    check("user membership", joined.get("joined_rooms") == [room], joined)
    check("room join brings the owner in",
          synadm("room", "join", f"#synadm-{RUN}:{alice.split(':', 1)[1]}",
                 kept["owner"]).get("room_id") == room)
    synadm("room", "make-admin", "--user-id", kept["owner"], room)
    levels = [e["content"]["users"] for e in synadm("room", "state", room)["state"]
              if e["type"] == "m.room.power_levels"]
    check("room make-admin", levels[0].get(kept["owner"], 0) >= 100, levels)
    check("room block", synadm("room", "block", "--block", room) == {"block": True})
    check("room block-status", synadm("room", "block-status", room)["user_id"] == kept["owner"])
    check("room block --unblock", synadm("room", "block", "--unblock", room) == {"block": False})
    purge(room, token)
    gone = synadm("room", "delete", "--v1", room)
    check("room delete takes everybody out", len(gone.get("kicked_users", [])) == 2, gone)
    check("room details knows it no more",
          synadm("room", "details", room).get("errcode") == "M_NOT_FOUND")


def purge(room, token):
    base = f"/_matrix/client/v3/rooms/{escaped(room)}"
    events = []
    for number in range(3):
        status, sent = request("PUT", f"{base}/send/m.room.message/{number}",
                               {"msgtype": "m.text", "body": f"word {number}"}, token)
        check(f"message {number} is sent", status == 200, sent)
        events.append(sent["event_id"])
    begun = synadm("history", "purge", "--before-event-id", events[1], "--delete-local", room)
    check("history purge begins", bool(begun.get("purge_id")), begun)
    status = {"status": "active"}
    for _ in range(20):
        status = synadm("history", "purge-status", begun["purge_id"])
        if status.get("status") != "active":
            break
    check("history purge-status tells of its end", status == {"status": "complete"}, status)
    seen = [request("GET", f"{base}/event/{escaped(event)}", token=token)[0] for event in events]
    check("what was before that event is gone", seen == [404, 200, 200], seen)


def files(kept):
    alice, token = kept["alice"], kept["alice_token"]
    status, sent = request("POST", "/_matrix/media/v3/upload?filename=a.txt", b"some text", token)
    check("a file is sent", status == 200, sent)
    server, media = sent["content_uri"][len("mxc://"):].split("/")
    path = f"/_matrix/client/v1/media/download/{server}/{media}"
    listed = synadm("media", "list", "--user-id", alice)
    check("media list", media in [m["media_id"] for m in listed["media"]], listed)
    synadm("media", "quarantine", "--media-id", media, "--server-name", server)
    check("media quarantine hides it", request("GET", path, token=token)[0] == 404)
    synadm("media", "unquarantine", "--media-id", media, "--server-name", server)
    listed = synadm("user", "media", "--sort", "media_length", alice)
    check("user media shows it let out",
          [m["quarantined_by"] for m in listed["media"] if m["media_id"] == media] == [None],
          listed)
    synadm("media", "protect", media)
    listed = synadm("user", "media", alice)
    check("media protect", [m["safe_from_quarantine"] for m in listed["media"]] == [True], listed)
    gone = synadm("media", "delete", "--media-id", media)
    check("media delete", gone.get("deleted_media") == [media], gone)


def others(kept):
    check("version", "Chancery" in json.dumps(synadm("version")))
    token = f"synadm-{RUN}"
    made = synadm("regtok", "new", "--token", token, "--uses-allowed", "2")
    check("regtok new", made.get("token") == token, made)
    listed = synadm("regtok", "list")["registration_tokens"]
    check("regtok list", token in [one["token"] for one in listed], listed)
    check("regtok details", synadm("regtok", "details", token)["uses_allowed"] == 2)
    changed = synadm("regtok", "update", "--uses-allowed", "5", token)
    check("regtok update", changed["uses_allowed"] == 5, changed)
    synadm("regtok", "delete", token)
    listed = synadm("regtok", "list")["registration_tokens"]
    check("regtok delete", token not in [one["token"] for one in listed], listed)
    answer = synadm("notice", "send", kept["alice"], "hello")
    check("notice send reaches the server", "Server notices" in json.dumps(answer)
          or "event_id" in json.dumps(answer), answer)


def first():
    kept = {}
    kept["owner"], owner_token = register(f"synadm-owner-{RUN}", "admin")
    kept["alice"], kept["alice_token"] = register(f"synadm-alice-{RUN}", "notadmin")
    kept["bob"] = f"@synadm-bob-{RUN}:{kept['owner'].split(':', 1)[1]}"
    kept["owner_token"] = owner_token
    configure(kept["owner"], owner_token)
    with open(KEPT, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    return [people, rooms, files, others], kept


def again():
    """After the server was killed: what was acknowledged is still so."""
    with open(KEPT, encoding="utf-8") as file:
        kept = json.load(file)
    configure(kept["owner"], kept["owner_token"])  # the address is another one

    def remembered(kept):
        bob = synadm("user", "details", kept["bob"])
        check("who was ended is ended", bob["deactivated"] is True, bob)
        found = synadm("room", "search", f"room {RUN}")
        check("the room is gone", found["total_rooms"] == 0, found)

    return [remembered], kept


def main():
    try:
        groups, kept = first() if PHASE == "first" else again()
    except Refused:
        return 1
    failed = False
    for group in groups:
        try:
            group(kept)
        except Refused:
            failed = True
        except (KeyError, TypeError, OSError, subprocess.TimeoutExpired) as error:
            print(f"not ok - {group.__name__}: {type(error).__name__} {error}"[:600], flush=True)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
