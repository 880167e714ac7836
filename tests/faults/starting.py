# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Starts that have to fail: each with a message that names the place, and the right exit code."""
import os
import socket
import subprocess

from client import PASSWORD, Client, new_person
from suite import Skip, check, check_equal, check_matches, test

NOBODY = 65534


def check_fails(place, words, code, *patterns, **more):
    done = place.run("serve", *words, **more)
    check_equal(done.code, code, f"the exit code of serve {' '.join(words)} ({done})")
    for pattern in patterns:
        check_matches(pattern, done.err, f"the message of serve {' '.join(words)}")
    check_equal(done.out, "", "what it says on standard output")
    return done


@test("a port in use ends the start with code 5 and names the address")
def port_in_use(place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        check_fails(place, ["--listen", address], 5, address, "(?i)already in use")
        check_fails(place, ["--listen", "127.0.0.1:0", "--listen", address], 5, address,
                    "(?i)already in use")
        check_fails(place, ["--listen", address, "--listen", "127.0.0.1:0"], 5, address)
    check_fails(place, ["--listen", "192.0.2.1:80"], 5, "192.0.2.1:80", "(?i)cannot assign")
    check_fails(place, ["--listen", "example.org:80"], 5, "example.org:80", "numeric")


@test("a data folder that may not be written ends the start with code 4 and names it")
def unwritable_folder(place):
    if os.geteuid() != 0:
        raise Skip("only root can give its rights away")
    os.chmod(place.folder, 0o755)
    if subprocess.run(["test", "-x", place.binary], user=NOBODY, group=NOBODY, extra_groups=[],
                      check=False).returncode != 0:
        raise Skip("the program lies where nobody else may run it")
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    os.mkdir(place.path("closed"), 0o700)
    os.mkdir(place.path("readable"), 0o755)
    for name in ("closed", "readable", "closed/below", "readable/below"):
        data = place.path(name)
        check_fails(place, ["--data", data, "--listen", "127.0.0.1:0"], 4, data,
                    "(?i)permission denied", **as_nobody)
    os.mkdir(place.path("own"), 0o700)
    os.chown(place.path("own"), NOBODY, NOBODY)
    check_fails(place, ["--data", place.path("own"), "--listen", "127.0.0.1:0",
                        "--set", f"keys.file={place.path('closed', 'a.keys')}"], 4,
                "(?i)permission denied", place.path("closed"), **as_nobody)
    check_fails(place, ["--data", "/dev/null", "--listen", "127.0.0.1:0"], 4, "/dev/null")


@test("a second server on the same data folder is refused, the first goes on")
def second_server(place):
    server = place.server()
    url = server.start()
    alice = new_person(url, "alice")
    done = place.run(*server.command()[1:])
    check_equal(done.code, 4, f"the exit code ({done})")
    check_matches("in use by a running server", done.err, "the message")
    alice.send(alice.make_room(), "t", "still here")
    done = place.run("db", "check", *server.options())
    check_equal(done.code, 4, f"db check beside a running server ({done})")
    check_matches("in use", done.err, "the message of db check")


@test("a change of the server's name is refused, with both names in the message")
def other_name(place):
    server = place.server()
    new_person(server.start(), "alice")
    server.stop()
    server.server_name = "other.example"
    done = place.run(*server.command()[1:])
    check_equal(done.code, 3, f"the exit code ({done})")
    check_matches('"localhost".*"other.example"', done.err, "the message")
    server.server_name = "localhost"
    server.start()


MISTAKES = """\
[server]
nam = "example.org"

[htp]

[http]
threads = "three"
header_timeout = "5 parsecs"
max_connections = 0

[limits]
enabled = 1

[registration]
shared_secret_file = "nowhere"

[[listener]]
addres = "127.0.0.1"
port = 99999
tls = true
"""
FINDINGS = [r"f.toml:2: .*server.nam.*did you mean.*server.name", r"f.toml:4: .*htp.*mean.*http",
            r"f.toml:7: http.threads must be a whole number from 0 to 256",
            r"f.toml:8: http.header_timeout must be a time",
            r"f.toml:9: http.max_connections must be", r"f.toml:12: limits.enabled must be true",
            r"f.toml:15: .*shared_secret_file.*nowhere.*No such file",
            r"f.toml:18: .*addres.*did you mean.*address", r"f.toml:19: port must be",
            r"f.toml:17: .*tls = true needs certificate"]


@test("every mistake of a configuration file is told at once, with its line, and code 3")
def mistakes(place):
    place.write("f.toml", MISTAKES)
    done = check_fails(place, ["--config", "f.toml"], 3, *FINDINGS)
    check_equal(len(done.err.splitlines()), len(FINDINGS), f"lines of {done.err}")
    check(not os.path.exists(place.path("data")), "a data folder was made")
    checked = place.run("config", "check", "--config", "f.toml")
    check_equal((checked.code, checked.err), (3, done.err), "what config check says")


@test("files that are no TOML, are not there or are folders are told with code 3")
def unreadable_files(place):
    place.write("a.toml", "[server]\nname = \"a\"\nname = \"b\"\n")
    check_fails(place, ["--config", "a.toml"], 3, r"a\.toml:3: .*name")
    place.write("b.toml", "[server\n")
    check_fails(place, ["--config", "b.toml"], 3, r"b\.toml:1: ")
    check_fails(place, ["--config", "none.toml"], 3, "none.toml.*No such file")
    check_fails(place, ["--config", "/"], 3, "is a folder")
    place.write("c.toml", "x = " + "[" * 100_000)
    check_fails(place, ["--config", "c.toml"], 3, r"c\.toml")


@test("mistakes in registration files of application services are told with code 3")
def registrations(place):
    path = place.path("bridge.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write("id: bridge\nurl: null\nas_token: a secret\nhs_token: hs\n"
                   "sender_localpart: Bot\nnamespaces: {users: [{regex: '@(?!x)'}]}\n")
    os.chmod(path, 0o600)
    words = ["--data", place.path("data"), "--listen", "127.0.0.1:0",
             "--set", f"appservices.files={path}"]
    done = check_fails(place, words, 3, "bridge.yaml:3: .as_token.", "bridge.yaml:5: ",
                       "bridge.yaml:6: .regex.")
    check("a secret" not in done.err, "the message shows no token")
    done = place.run("config", "check", "--set", f"appservices.files={path}")
    check_equal(done.code, 3, f"the exit code of config check ({done})")


@test("mistakes in the folder of terms are told with the line that names it, and make nothing")
def terms(place):
    place.write("f.toml", "[registration]\nterms = \"papers\"\n")
    words = ["--config", "f.toml", "--listen", "127.0.0.1:0"]
    check_fails(place, words, 3, r"f\.toml:2: registration\.terms: papers: cannot be read")
    os.mkdir(place.path("papers"))
    check_fails(place, words, 3, r"f\.toml:2: registration\.terms: papers: has no file")
    check(not os.path.exists(place.path("data")), "a data folder was made")


@test("unknown keys and wrong values of --set and the environment are told with code 3")
def settings(place):
    check_fails(place, ["--set", "htp.threads=1"], 3, "htp.threads.*did you mean.*http.threads")
    check_fails(place, ["--set", "http.threads=many"], 3, "http.threads must be a whole number")
    check_fails(place, ["--set", "http.threads"], 2, "KEY=VALUE")
    check_fails(place, ["--set", "keys.file=data/x.keys"], 3, "inside the data folder")
    check_fails(place, ["--set", "registration.allow_dummy=true"], 3, "registration.mode")
    check_fails(place, ["--server-name", "not a name"], 3, "server.name")
    check_fails(place, ["--listen", "8008"], 3, "ADDRESS:PORT")
    check_fails(place, ["--listen", "127.0.0.1:70000"], 3, "ADDRESS:PORT")
    for name, pattern in (("CHANCERY_HTTP__THREADS", "CHANCERY_HTTP__THREADS.*must be"),
                          ("CHANCERY_HTTP__THREAD", "did you mean.*http.threads")):
        check_fails(place, [], 3, pattern, env={**os.environ, name: "x"})


@test("the set-up link makes one owner, once, and a wrong token makes none")
def setup_link(place):
    server = place.server(settings={"registration.mode": "closed",
                                    "registration.allow_dummy": "false"})
    client = Client(server.start())
    token = server.greeting["setup_link"].split("#token=")[1]
    wanted = {"username": "owner", "password": PASSWORD}
    for wrong in ("", "x", token[:-1], token + "x"):
        answer = client.ask("POST", "/_chancery/setup", {**wanted, "token": wrong})
        check_equal(answer.status, 403, f"the status for the token {wrong!r} ({answer})")
    answer = client.ask("POST", "/_chancery/setup", {**wanted, "token": token, "password": "short"})
    check_equal(answer.errcode, "M_WEAK_PASSWORD", "a short password")
    made = client.get("POST", "/_chancery/setup", {**wanted, "token": token})
    check_equal(made["user_id"], "@owner:localhost", "who was made")
    answer = client.ask("POST", "/_chancery/setup", {**wanted, "token": token, "username": "two"})
    check_equal(answer.status, 403, f"the link's second use ({answer})")
    server.stop()
    server.start()
    check("setup_link" not in server.greeting, "a link is offered although there is an owner")
