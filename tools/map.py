#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Prints one line for each header: its path and the first sentence of its comment.

  map.py [FOLDER]     default: src
"""

import re
import sys

from source_files import ROOT, own_files, relative


def title(file):
    """The first sentence of the comment after '#pragma once'; None when there is none."""
    after = file.read_text(encoding="utf-8").partition("#pragma once")[2]
    text = ""
    for line in after.splitlines():
        if line.startswith("//"):
            text += " " + line[2:].strip()
            if line.strip() == "//":
                break
        elif text or (line.strip() and not line.startswith("#include")):
            break
    return re.split(r"(?<=\.) (?=[A-Z])", text.strip())[0] or None


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "src"
    if not (ROOT / folder).is_dir():
        print(f"map: there is no folder {folder}", file=sys.stderr)
        return 1
    for header in own_files("hpp", under=ROOT / folder):
        print(f"{relative(header):52} {title(header) or '(no comment)'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
