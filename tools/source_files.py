#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Prints the project's own files, by extension: source_files.py cpp hpp"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIPPED = {".git", "build", "data", ".venv", "venv", "node_modules", "__pycache__", ".cache"}


def own_files(*extensions, under=ROOT):
    """Every file of ours below `under`, sorted; of any extension when none is given."""
    found = []
    pending = [pathlib.Path(under)]
    while pending:
        for entry in pending.pop().iterdir():
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in SKIPPED:
                    pending.append(entry)
            elif not extensions or entry.suffix.lstrip(".") in extensions:
                found.append(entry)
    return sorted(found)


def relative(path):
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    for file in own_files(*sys.argv[1:]):
        print(relative(file))
