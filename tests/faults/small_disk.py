# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""A disk of a few MiB for one test: a tmpfs in a mount namespace that a holder keeps alive."""
import os
import subprocess

from suite import Skip

SCRIPT = 'mount -t tmpfs -o size="$1",mode=700 chancery-test "$2" && echo ready && exec sleep 1000'


class SmallDisk:
    """`folder` is small for whoever runs with `prefix`; from outside it is seen at `outside`."""

    def __init__(self, place, folder, size):
        os.makedirs(folder, exist_ok=True)
        trouble = ""
        for user_namespace in ([], ["-r"]):
            holder = place.own(subprocess.Popen(
                ["unshare", *user_namespace, "-m", "sh", "-c", SCRIPT, "sh", size, folder],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
            if holder.stdout.readline() == b"ready\n":
                break
            trouble = holder.stderr.read().decode("utf-8", "replace").strip()
        else:
            raise Skip(f"no file system can be mounted here: {trouble}")
        self.prefix = ["nsenter", "-t", str(holder.pid), "-m"]
        if user_namespace:
            self.prefix += ["-U", "--preserve-credentials"]
        self.outside = f"/proc/{holder.pid}/root{folder}"

    def fill(self, leave=0):
        """Writes until nothing more fits, then gives `leave` bytes back."""
        with open(f"{self.outside}/filler", "ab", buffering=0) as filler:
            for piece in (1 << 20, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * piece)
                except OSError:
                    pass
            if leave:
                filler.truncate(max(0, os.fstat(filler.fileno()).st_size - leave))

    def free(self):
        os.unlink(f"{self.outside}/filler")
