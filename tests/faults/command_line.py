# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The command line as an operator and as a script use it, beside a running server and without."""
import json
import os
import re
import subprocess

from client import CLIENT, PASSWORD, Client, new_person
from suite import check, check_equal, check_matches, test

# Every command with what it needs, for --help and for refusals.
LISTED = re.compile(r"^  ([a-z][a-z -]*[a-z])  +\S", re.M)


def commands_of(place):
    done = place.run("--help")
    check_equal((done.code, done.err), (0, ""), "--help")
    found = LISTED.findall(done.out)
    check(len(found) > 15, f"--help lists {found}")
    return [name.split() for name in found]


@test("every command explains itself, in lines that fit a terminal")
def help_texts(place):
    for words in commands_of(place):
        name = " ".join(words)
        for asked in ([*words, "--help"], [*words, "-h"], ["help", *words]):
            done = place.run(*asked)
            check_equal((done.code, done.err), (0, ""), f"chancery {' '.join(asked)}")
            check_matches(f"^chancery {name}: ", done.out, f"the help of {name}")
            check_matches(f"Usage: chancery {name}", done.out, f"the help of {name}")
            check_matches("Exit codes: 0 done", done.out, f"the help of {name}")
            long = [line for line in done.out.splitlines() if len(line) > 100]
            check_equal(long, [], f"long lines in the help of {name}")
    for group in ("user", "config", "db", "key", "audit", "user token"):
        done = place.run(*group.split(), "--help")
        check_equal((done.code, done.err), (0, ""), f"chancery {group} --help")
        check_matches(f"  {group} [a-z]+ ", done.out, f"the help of {group}")
        done = place.run(*group.split())
        check_equal((done.code, done.out), (2, ""), f"chancery {group}")
        check_matches(f"  {group} [a-z]+ ", done.err, f"chancery {group}")


@test("what is not understood ends with code 2, on standard error, with a way on")
def usage_errors(place):
    cases = [
        (["serv"], "unknown command 'serv'.*did you mean 'serve'"),
        (["user", "creat"], "unknown command 'user creat'.*did you mean 'user create'"),
        (["user", "token", "lst"], "unknown command 'user token lst'.*'user token list'"),
        (["help", "nothing"], "unknown command 'nothing'"),
        (["-V"], "unknown command '-V'\n"),
        (["serve", "--nothing"], "unknown option --nothing"),
        (["serve", "extra"], "'extra' is one argument too many"),
        (["serve", "--data"], "--data needs DIR"),
        (["user", "list", "--json=yes"], "--json takes no value"),
        (["user", "lock"], "name the user"),
        (["user", "set-role", "alice"], "name the user and the role"),
        (["user", "create", "alice"], "--password-file"),
        (["user", "token", "create", "--uses", "0"], "--uses must be a whole number"),
        (["user", "token", "revoke"], "name the token"),
        (["user", "deactivate"], "name the user"),
        (["audit", "list", "--since", "yesterday"], "--since must be a time ago"),
        (["audit", "list", "--limit", "0"], "--limit must be a whole number"),
        (["audit", "list", "extra"], "'extra' is one argument too many"),
        (["config", "explain"], "name the key"),
        (["config", "explain", "htp.threads"], "did you mean http.threads"),
        (["config", "explain", "registraton"], "did you mean registration"),
        (["version", "now"], "'now' is one argument too many"),
    ]
    for words, pattern in cases:
        done = place.run(*words)
        check_equal((done.code, done.out), (2, ""), f"chancery {' '.join(words)} ({done})")
        check_matches(pattern, done.err, f"chancery {' '.join(words)}")
        check_matches("--help", done.err, f"chancery {' '.join(words)}")
    done = place.run()
    check_equal((done.code, done.out), (2, ""), "chancery alone")
    check_matches("Usage: ", done.err, "chancery alone")


@test("version and the configuration commands answer people and machines")
def configuration(place):
    version = json.loads(place.run("version", "--json").out)
    check_equal(version["name"], "chancery", "version --json")
    for words in (["version"], ["--version"]):
        check_equal(place.run(*words).out, f"chancery {version['version']}\n", words[0])
    place.write("chancery.toml", '[registration]\nshared_secret = "hidden-secret"\n'
                                 '[http]\nthreads = 3\n')
    done = place.run("config", "check")
    check_equal(done.code, 0, f"config check ({done})")
    check_equal(json.loads(place.run("config", "check", "--json").out)["ok"], True, "config check")
    dared = ("config", "check", "--listen", "0.0.0.0:80")
    check_matches(r"Warning: listens_in_clear \(0\.0\.0\.0:80\): ", place.run(*dared).out, "dared")
    check_equal([risk["event"] for risk in json.loads(place.run(*dared, "--json").out)["warnings"]],
                ["listens_in_clear", "public_url_not_set"], "the warnings of config check")
    done = place.run("config", "show", "--set", "log.level=warn", "--listen", "127.0.0.1:1",
                     "--server-name", "example.org")
    check_equal(done.code, 0, f"config show ({done})")
    for pattern in (r'threads = 3  # chancery.toml:4', r'level = "warn"  # --set log.level',
                    r'name = "example.org"', r"port = 1\b"):
        check_matches(pattern, done.out, "config show")
    check("hidden-secret" not in done.out, "config show shows a secret")
    shown = place.run("config", "show", "--json")
    check("hidden-secret" not in shown.out, "config show --json shows a secret")
    values = json.loads(shown.out)
    check_equal(values["http.threads"], {"value": 3, "origin": "chancery.toml:4"}, "http.threads")
    example = place.run("config", "example")
    check_equal(example.code, 0, f"config example ({example})")
    for key in values:
        if key != "listener":
            check_matches(rf"(?m)^#{key.split('.')[1]} = ", example.out, f"the example of {key}")
            done = place.run("config", "explain", key)
            check_equal(done.code, 0, f"config explain {key} ({done})")
            check_matches("Default:", done.out, f"config explain {key}")
    for section, pattern in (("registration", r"(?m)^  registration\.mode = \"closed\"$"),
                             ("listener", r"\[\[listener\]\]")):
        done = place.run("config", "explain", section)
        check_equal(done.code, 0, f"config explain {section} ({done})")
        check_matches(pattern, done.out, f"config explain {section}")
    uncommented = re.sub(r"(?m)^#(?=[a-z\[])", "", example.out.split("#[[listener]]")[0])
    place.write("all.toml", uncommented)
    done = place.run("config", "check", "--config", "all.toml")
    check_equal(done.code, 0, f"the example without its comment signs ({done})")


def operate(place, server):
    """Every operator command once, for people and for machines; what must not change by them."""
    password = place.write("password", PASSWORD + "\n")

    def ask(*words, code=0):
        done = place.run(*words, *server.options())
        check_equal(done.code, code, f"chancery {' '.join(words)} ({done})")
        if code == 0:
            check_equal(done.err, "", f"standard error of {' '.join(words)}")
        return done

    def ask_json(*words):
        return json.loads(ask(*words, "--json").out)

    made = ask_json("user", "create", "dora", "--owner", "--display-name", "Dora",
                    "--password-file", password)
    check_equal(made, {"user_id": "@dora:localhost"}, "user create")
    check_matches("@emil:localhost", ask("user", "create", "emil", "--password-file", password).out,
                  "user create")
    taken = ask("user", "create", "emil", "--password-file", password, code=1)
    check_matches("taken", taken.err, "a name that is taken")
    check_matches("small letters", ask("user", "create", "no name", "--password-file", password,
                                       code=1).err, "a name that none can have")
    short = place.write("short", "short\n")
    check_matches("at least 15", ask("user", "create", "fred", "--password-file", short,
                                     code=1).err, "a short password")
    check_matches("No such file", ask("user", "create", "fred", "--password-file", "none",
                                      code=1).err, "a file that is not there")
    check_matches("No such account", ask("user", "lock", "nobody", code=1).err, "nobody")
    check_matches("'user' or 'owner'", ask("user", "set-role", "emil", "king", code=2).err,
                  "a role that there is not")

    def state_of(name):
        users = {user["user_id"]: user for user in ask_json("user", "list")["users"]}
        return users[f"@{name}:localhost"]

    check_equal(state_of("dora")["role"], "owner", "dora's role")
    ask("user", "set-role", "emil", "owner")
    check_equal(state_of("emil")["role"], "owner", "emil's role")
    ask("user", "set-role", "@emil:localhost", "user")
    ask("user", "lock", "emil")
    check_equal(state_of("emil")["state"], "locked", "emil's state")
    ask("user", "unlock", "emil")
    check_equal(state_of("emil")["state"], "active", "emil's state")
    ask("user", "set-password", "emil", "--password-file", password)
    check_matches("give --yes", ask("user", "deactivate", "emil", "--erase", code=2).err,
                  "an end without a question")
    check_equal(state_of("emil")["state"], "active", "emil's state")
    ask("user", "deactivate", "emil", "--erase", "--yes")
    check_equal(state_of("emil")["state"], "deactivated", "emil's state")
    check_matches("emil.*deactivated", ask("user", "list").out, "user list")

    token = ask_json("user", "token", "create", "--uses", "3", "--days", "2")
    check_equal(token["uses_allowed"], 3, "the token's uses")
    check_equal(ask_json("user", "token", "list")["tokens"], [token], "user token list")
    check_matches("used 0 of 3, until ", ask("user", "token", "list").out, "user token list")
    note = ask("user", "token", "create", "--token", "unused")
    check_matches('registration.mode is "open"', note.out, "a token that nobody is asked for")
    ask("user", "token", "revoke", "unused")
    ask("user", "token", "revoke", token["token"])
    check_equal(ask_json("user", "token", "list")["tokens"], [], "user token list")
    check_matches("No such token", ask("user", "token", "revoke", "none", code=1).err, "no token")
    check_matches("/setup#token=", ask_json("user", "setup-link")["setup_link"], "the link")
    facts = ask_json("db", "info")
    check_equal((facts["engine"], facts["accounts"]), ("sqlite", 3), "db info")
    check_matches("engine +sqlite", ask("db", "info").out, "db info")
    check_matches("fingerprint", ask("key", "show").out, "key show")
    read_audit(ask, ask_json)
    return ask_json("key", "show")


def read_audit(ask, ask_json):
    """What operate() has done, as it stands on record."""
    found = ask_json("audit", "list", "--act", "account.lock", "--since", "1h")
    check_equal([(r["who"], r["object"]) for r in found["records"]],
                [("server", "@emil:localhost")], "who was locked")
    check_equal(found["unreadable"]["altered"], [], "altered records")
    check_matches(r"(?m)^\d{4}-\d\d-\d\dT[\d:]+Z +server +account.lock +@emil:localhost",
                  ask("audit", "list", "--act", "account.lock").out, "audit list")
    newest = ask_json("audit", "list", "--limit", "1")
    check_equal(newest["records"][0]["act"], "audit.read", "the newest record")
    check_matches(r"--before \d+", ask("audit", "list", "--limit", "1").out, "how it goes on")
    older = ask_json("audit", "list", "--limit", "1", "--before", str(newest["next"]))
    check(older["records"][0]["position"] < newest["records"][0]["position"], "the next page")
    check_equal(ask_json("audit", "list", "--who", "nobody")["records"], [], "what nobody did")


@test("operator commands beside a running server: it does them, and its users notice")
def beside_a_server(place):
    server = place.server()
    url = server.start()
    new_person(url, "alice")
    operate(place, server)
    dora = Client(url)
    login = {"type": "m.login.password", "password": PASSWORD,
             "identifier": {"type": "m.id.user", "user": "dora"}}
    dora.token = dora.get("POST", f"{CLIENT}/login", login)["access_token"]
    place.run("user", "lock", "dora", *server.options())
    check_equal(dora.ask("GET", f"{CLIENT}/account/whoami").errcode, "M_USER_LOCKED",
                "a locked one")
    place.run("user", "unlock", "dora", *server.options())
    check_equal(dora.ask("GET", f"{CLIENT}/account/whoami").status, 200, "an unlocked one")
    place.run("user", "set-password", "dora", "--password-file", place.path("password"),
              *server.options())
    check_equal(dora.ask("GET", f"{CLIENT}/account/whoami").status, 401, "a new password")
    for words in (["db", "check"], ["db", "migrate"]):
        done = place.run(*words, *server.options())
        check_equal((done.code, done.out), (4, ""), f"chancery {' '.join(words)} ({done})")
        check_matches("in use by a running server", done.err, f"chancery {' '.join(words)}")


@test("operator commands without a server: they do it themselves, and the server finds it done")
def without_a_server(place):
    server = place.server()
    alice = new_person(server.start(), "alice")
    room = alice.make_room()
    for number in range(20):
        alice.send(room, f"t{number}", str(number))
    server.stop()
    keys = operate(place, server)
    checked = json.loads(place.run("db", "check", "--json", *server.options()).out)
    check_equal(checked["problems"], [], "problems")
    check(checked["events"] > 20, f"db check read {checked['events']} events")
    done = place.run("db", "migrate", *server.options())
    check_matches("up to date", done.out, "db migrate")
    url = server.start()
    check_equal(json.loads(place.run("key", "show", "--json", *server.options()).out), keys,
                "key show beside the server and without")
    login = {"type": "m.login.password", "password": PASSWORD,
             "identifier": {"type": "m.id.user", "user": "dora"}}
    check_equal(Client(url).ask("POST", f"{CLIENT}/login", login).status, 200, "signing in")


@test("operator commands on a folder without a server make nothing there")
def no_folder(place):
    for words in (["user", "list"], ["db", "check"], ["db", "info"], ["key", "show"]):
        done = place.run(*words, "--data", place.path("none"))
        check_equal((done.code, done.out), (4, ""), f"chancery {' '.join(words)} ({done})")
        check_matches("no data folder .*none", done.err, f"chancery {' '.join(words)}")
        done = place.run(*words, "--data", place.folder)
        check_equal((done.code, done.out), (4, ""), f"chancery {' '.join(words)} ({done})")
        check_matches("no database .*chancery.db", done.err, f"chancery {' '.join(words)}")


@test("the file that leads commands to the running server is private and goes with it")
def control_file(place):
    server = place.server()
    url = server.start()
    path = place.path("data", "control.json")
    check_equal(oct(os.stat(path).st_mode & 0o777), "0o600", "its mode")
    client = Client(url)
    for header in ({}, {"X-Chancery-Control": "wrong"}):
        answer = client.ask("POST", "/_chancery/control/user.list", {}, header)
        check_equal(answer.status, 403, f"without the token ({answer})")
    server.kill()
    done = place.run("user", "list", *server.options())
    check_equal(done.code, 0, f"user list after a kill ({done})")
    server.start()
    server.stop()
    check(not os.path.exists(path), "it is still there after the end")


@test("the greeting is for people or for machines, and the log is not in it")
def greeting(place):
    server = place.server()
    words = [word for word in server.command() if word != "--json"]
    program = place.own(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         stdin=subprocess.DEVNULL))
    lines = [program.stdout.readline().decode() for _ in range(4)]
    program.terminate()
    rest, log = program.communicate(timeout=30)
    check_equal(rest, b"", "more on standard output")
    check_equal(lines[0], "Chancery serves localhost\n", "the first line")
    check_matches(r"address +http://127\.0\.0\.1:\d+\n", lines[1], "the second line")
    check_matches(r"first owner +http://127\.0\.0\.1:\d+/setup#token=\S{40,}\n", lines[2],
                  "the third line")
    check_matches("works once", lines[3], "the fourth line")
    token = lines[2].split("token=")[1].strip()
    check(token not in log.decode(), "the log has the set-up token")
    check_matches("stopped", log.decode(), "the log")
