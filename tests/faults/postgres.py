# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the test's own, reached by a socket in its folder."""
import glob
import os
import pwd
import shutil
import signal
import subprocess
import time

from suite import Skip, check

PROGRAMS = "/usr/lib/postgresql/*/bin/"


class Postgres:
    def __init__(self, place):
        found = sorted(glob.glob(PROGRAMS + "initdb"))
        if not found:
            raise Skip("PostgreSQL is not installed")
        self.place, self.bin = place, os.path.dirname(found[-1])
        self.folder = place.path("pg")
        self.program = None
        os.mkdir(self.folder, 0o700)
        self.owner = {}
        if os.geteuid() == 0:  # it refuses to run as root
            try:
                user = pwd.getpwnam("postgres")
            except KeyError:
                raise Skip("there is no user postgres to run it") from None
            os.chmod(place.folder, 0o711)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self.run("initdb", "-D", self.folder + "/data", "-U", "test", "--auth=trust", "--no-sync",
                 "--encoding=UTF8", "--locale=C")
        self.start()

    @property
    def url(self):
        return f"postgresql://test@/postgres?host={self.folder}"

    def run(self, name, *words):
        done = subprocess.run([f"{self.bin}/{name}", *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              cwd=self.folder, timeout=60, **self.owner)
        check(done.returncode == 0, f"{name} failed: {done.stdout.decode()[-400:]}")
        return done.stdout.decode()

    def ask(self, sql):
        psql = shutil.which("psql", path=self.bin) and "psql"
        if not psql:
            raise Skip("psql is not installed")
        return self.run("psql", "-h", self.folder, "-U", "test", "-d", "postgres", "-qtAc", sql)

    def start(self):
        pid_file = self.folder + "/data/postmaster.pid"
        if os.path.exists(pid_file):
            os.unlink(pid_file)
        self.program = self.place.own(subprocess.Popen(
            [f"{self.bin}/postgres", "-D", self.folder + "/data", "-k", self.folder, "-h", "",
             "-c", "max_connections=50", "-c", "shared_buffers=16MB"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder, **self.owner))
        end = time.monotonic() + 60
        while not (os.path.exists(pid_file) and "ready" in open(pid_file, encoding="utf-8").read()):
            check(self.program.poll() is None, "postgres ended while it started")
            check(time.monotonic() < end, "postgres did not start")
            time.sleep(0.02)

    def crash(self):
        """Like a power cut for it: nothing is finished, no client is told."""
        self.program.send_signal(signal.SIGQUIT)
        self.program.wait(30)
