#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Makes events as servers store them and trains the compression dictionary on them.

Usage: tools/train_dictionary.py OUTPUT     (needs the program `zstd`; the same output each time)

The events are invented: no text of any person is in the dictionary. What is in it and why:
docs/decisions/0007-compression-dictionary.md. A dictionary that was released is never trained again
under its name.
"""

import base64
import json
import pathlib
import random
import subprocess
import sys
import tempfile

DICTIONARY_BYTES = 32 * 1024
EVENTS = 12_000
CHOICE = random.Random(20260101)

NAMES = ("anna ben chiara david elena farid greta hugo ines jonas karim lena marco nora olga paul "
         "quentin rosa sven tara uwe vera wim xenia yusuf zoe").split()
SERVERS = ("example.org", "matrix.example.com", "chat.ministry.example", "klinik.example",
           "matrix.org", "bank.example", "hs.example.net")
SENTENCES = """Good morning, can we move the meeting to three o'clock?
Thanks, I will have a look at it this afternoon.
The report is ready, please read it before Friday.
Does anyone know who is on call this weekend?
I am on my way, about ten minutes late.
Yes, that works for me.
No problem, see you tomorrow!
Could you send me the file again? The link does not work.
The server was restarted at 06:00 and everything is up again.
Please review the attached document and let me know what you think.
Guten Morgen, können wir den Termin auf morgen verschieben?
Vielen Dank, das schaue ich mir heute Nachmittag an.
Wer hat am Wochenende Bereitschaft?
Der Patient auf Station 3 ist verlegt worden.
Ich bin in zehn Minuten da.
Alles klar, bis später.
Bonjour à tous, la réunion commence dans cinq minutes.
Merci beaucoup pour votre aide.
Est-ce que quelqu'un peut vérifier les chiffres ?
D'accord, je m'en occupe.
Buenos días, ¿puede alguien revisar el documento?
Gracias, lo miro esta tarde.
I have updated the ticket, the fix is in the next release.
The tests are green, merging now.
Where can I find the minutes of the last meeting?
Please do not forget to fill in the time sheet.
Let me check and get back to you.
We should discuss this with the whole team.
lol
ok
👍
on it""".split("\n")


def rand_base64(count, url=False):
    raw = CHOICE.randbytes(count)
    text = (base64.urlsafe_b64encode if url else base64.b64encode)(raw).decode()
    return text.rstrip("=")


def event_id():
    return "$" + rand_base64(32, url=True)


def server():
    return CHOICE.choice(SERVERS)


def user():
    return f"@{CHOICE.choice(NAMES)}{CHOICE.choice(['', '', str(CHOICE.randrange(99))])}:{server()}"


def media():
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
    return f"mxc://{server()}/{''.join(CHOICE.choices(letters, k=24))}"


def body():
    return " ".join(CHOICE.choices(SENTENCES, k=CHOICE.choice([1, 1, 1, 2, 3])))


def text_message():
    content = {"body": body(), "msgtype": CHOICE.choice(["m.text"] * 9 + ["m.notice", "m.emote"])}
    kind = CHOICE.randrange(10)
    if kind < 2:
        content["format"] = "org.matrix.custom.html"
        content["formatted_body"] = f"<p>{content['body']}</p>"
    elif kind == 2:
        content["m.relates_to"] = {"m.in_reply_to": {"event_id": event_id()}}
        content["m.mentions"] = {"user_ids": [user()]}
    elif kind == 3:
        content["m.relates_to"] = {"event_id": event_id(), "is_falling_back": True,
                                   "m.in_reply_to": {"event_id": event_id()},
                                   "rel_type": "m.thread"}
    elif kind == 4:
        content["m.new_content"] = {"body": content["body"], "m.mentions": {}, "msgtype": "m.text"}
        content["m.relates_to"] = {"event_id": event_id(), "rel_type": "m.replace"}
        content["body"] = "* " + content["body"]
    elif kind < 8:
        content["m.mentions"] = {}
    return "m.room.message", content


def image_message():
    return "m.room.message", {
        "body": f"IMG_{CHOICE.randrange(9999):04}.jpg", "filename": "image.png",
        "info": {"h": CHOICE.randrange(4000),
                 "mimetype": CHOICE.choice(["image/jpeg", "image/png"]),
                 "size": CHOICE.randrange(5_000_000), "thumbnail_info": {
                     "h": 600, "mimetype": "image/jpeg", "size": CHOICE.randrange(90_000),
                     "w": 800},
                 "thumbnail_url": media(), "w": CHOICE.randrange(4000),
                 "xyz.amorgan.blurhash": rand_base64(18)},
        "msgtype": CHOICE.choice(["m.image", "m.image", "m.file", "m.video"]), "url": media()}


def encrypted():
    content = {"algorithm": "m.megolm.v1.aes-sha2",
               "ciphertext": "AwgAE" + rand_base64(CHOICE.randrange(180, 700)),
               "session_id": rand_base64(32)}
    if CHOICE.random() < 0.8:
        content["device_id"] = "".join(CHOICE.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=10))
        content["sender_key"] = rand_base64(32)
    if CHOICE.random() < 0.25:
        content["m.relates_to"] = CHOICE.choice([
            {"m.in_reply_to": {"event_id": event_id()}},
            {"event_id": event_id(), "rel_type": "m.replace"},
            {"event_id": event_id(), "is_falling_back": True,
             "m.in_reply_to": {"event_id": event_id()}, "rel_type": "m.thread"}])
    return "m.room.encrypted", content


def reaction():
    return "m.reaction", {"m.relates_to": {"event_id": event_id(), "key": CHOICE.choice("👍❤😂🎉✅👀"),
                                           "rel_type": "m.annotation"}}


def redaction():
    return "m.room.redaction", {"reason": "spam", "redacts": event_id()}


def member():
    content = {"membership": CHOICE.choice(["join"] * 6 + ["leave", "leave", "invite", "ban"]),
               "displayname": CHOICE.choice(NAMES).title()}
    if CHOICE.random() < 0.5:
        content["avatar_url"] = media()
    if CHOICE.random() < 0.2:
        content["reason"] = "left the organisation"
    if CHOICE.random() < 0.2:
        content["is_direct"] = True
    if CHOICE.random() < 0.2:
        content["join_authorised_via_users_server"] = user()
    return "m.room.member", content


def power_levels():
    return "m.room.power_levels", {
        "ban": 50, "events": {"m.room.avatar": 50, "m.room.canonical_alias": 50,
                              "m.room.encryption": 100, "m.room.history_visibility": 100,
                              "m.room.name": 50, "m.room.power_levels": 100,
                              "m.room.server_acl": 100, "m.room.tombstone": 150,
                              "m.space.child": 50, "org.matrix.msc3401.call": 0},
        "events_default": 0, "historical": 100, "invite": CHOICE.choice([0, 50]), "kick": 50,
        "notifications": {"room": 50}, "redact": 50, "state_default": 50,
        "users": {user(): 100, user(): 50}, "users_default": 0}


def room_state():
    return CHOICE.choice([
        ("m.room.create", {"room_version": CHOICE.choice(["10", "11", "12"]), "m.federate": True,
                           "creator": user(), "type": "m.space",
                           "predecessor": {"room_id": "!" + rand_base64(13) + ":" + server()},
                           "additional_creators": [user()]}),
        ("m.room.join_rules", {"join_rule": CHOICE.choice(["invite", "public", "knock"])}),
        ("m.room.join_rules", {"allow": [{"room_id": "!" + rand_base64(32, url=True),
                                          "type": "m.room_membership"}],
                               "join_rule": "restricted"}),
        ("m.room.history_visibility",
         {"history_visibility": CHOICE.choice(["shared", "invited", "joined", "world_readable"])}),
        ("m.room.guest_access", {"guest_access": CHOICE.choice(["can_join", "forbidden"])}),
        ("m.room.name", {"name": body()[:40]}),
        ("m.room.topic", {"m.topic": {"m.text": [{"body": "Topic", "mimetype": "text/plain"}]},
                          "topic": body()}),
        ("m.room.avatar", {"info": {"h": 256, "mimetype": "image/png", "size": 20_000, "w": 256},
                           "url": media()}),
        ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_ms": 604800000,
                               "rotation_period_msgs": 100}),
        ("m.room.canonical_alias", {"alias": f"#general:{server()}",
                                    "alt_aliases": [f"#team:{server()}"]}),
        ("m.room.pinned_events", {"pinned": [event_id(), event_id()]}),
        ("m.room.tombstone", {"body": "This room has been replaced",
                              "replacement_room": "!" + rand_base64(32, url=True)}),
        ("m.room.server_acl",
         {"allow": ["*"], "allow_ip_literals": False, "deny": ["evil.example"]}),
        ("m.space.child", {"order": "01", "suggested": True, "via": [server()]}),
        ("m.space.parent", {"canonical": True, "via": [server()]}),
    ])


def verification():
    return CHOICE.choice([
        ("m.key.verification.start", {"from_device": "ABCDEFGHIJ", "method": "m.sas.v1",
                                      "hashes": ["sha256"],
                                      "key_agreement_protocols": ["curve25519-hkdf-sha256"],
                                      "message_authentication_codes": ["hkdf-hmac-sha256.v2"],
                                      "short_authentication_string": ["decimal", "emoji"],
                                      "m.relates_to": {"event_id": event_id(),
                                                       "rel_type": "m.reference"}}),
        ("m.key.verification.done", {"m.relates_to": {"event_id": event_id(),
                                                      "rel_type": "m.reference"}}),
        ("m.poll.start", {"m.poll": {"answers": [{"m.id": "1", "m.text": [{"body": "Yes"}]}],
                                     "kind": "m.disclosed", "max_selections": 1,
                                     "question": {"m.text": [{"body": "Lunch?"}]}}}),
        ("m.call.invite", {"call_id": rand_base64(9), "lifetime": 60000, "party_id": "ABC",
                           "offer": {"sdp": "v=0", "type": "offer"}, "version": "1"}),
    ])


MAKERS = ([text_message] * 34 + [encrypted] * 30 + [member] * 10 + [reaction] * 8 +
          [image_message] * 5 + [room_state] * 6 + [redaction] * 3 + [power_levels] * 2 +
          [verification] * 2)


def event():
    kind, content = CHOICE.choice(MAKERS)()
    sender = user()
    origin = sender.split(":", 1)[1]
    made = {
        "auth_events": [event_id() for _ in range(CHOICE.choice([2, 3, 3, 4]))], "content": content,
        "depth": CHOICE.randrange(1, 100_000), "hashes": {"sha256": rand_base64(32)},
        "origin_server_ts": CHOICE.randrange(1_640_000_000_000, 1_840_000_000_000),
        "prev_events": [event_id() for _ in range(CHOICE.choice([1, 1, 1, 2]))],
        "room_id": CHOICE.choice(["!" + rand_base64(32, url=True),
                                  "!" + rand_base64(13, url=True) + ":" + origin]),
        "sender": sender, "type": kind,
    }
    # A server signs an event of its own only when it leaves: most are stored without.
    if CHOICE.random() < 0.4:
        made["signatures"] = {origin: {"ed25519:" + CHOICE.choice(["1", "a_AbCd", "auto"]):
                                       rand_base64(64)}}
    if kind == "m.room.member":
        made["state_key"] = CHOICE.choice([sender, user()])
    elif kind.startswith("m.space"):
        made["state_key"] = "!" + rand_base64(13) + ":" + server()
    elif kind.startswith("m.room.") and kind not in (
            "m.room.message", "m.room.encrypted", "m.room.redaction"):
        made["state_key"] = ""
    return json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def main():
    output = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number in range(EVENTS):
            file = pathlib.Path(folder) / f"{number:05}.json"
            file.write_text(event(), encoding="utf-8")
            files.append(str(file))
        listing = pathlib.Path(folder) / "all"
        listing.write_text("\n".join(files), encoding="utf-8")
        subprocess.run(["zstd", "-q", "-f", "--train-fastcover=accel=1", "--maxdict",
                        str(DICTIONARY_BYTES), "--dictID", "1001", "--filelist", str(listing),
                        "-o", str(output)], check=True)


if __name__ == "__main__":
    main()
