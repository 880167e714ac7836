#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Prints one line for each header: its path and the first line of its comment."""

import sys

from source_files import ROOT, own_files, relative


def title(file):
    """The first comment line after '#pragma once'; None when there is none."""
    after = file.read_text(encoding="utf-8").partition("#pragma once")[2]
    for line in after.splitlines():
        if line.startswith("//"):
            return line[2:].strip()
        if line.strip() and not line.startswith("#include"):
            return None
    return None


if __name__ == "__main__":
    for header in own_files("hpp", under=ROOT / (sys.argv[1] if len(sys.argv) > 1 else "src")):
        print(f"{relative(header):52} {title(header) or '(no comment)'}")
