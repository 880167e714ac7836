#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Lists the places that catch. Four files may; anywhere else a comment has to say why.

The comment stands on the line of the catch, above it, as the first thing inside, or at the try or
another catch of the same chain.
"""

import re
import sys

from source_files import ROOT, own_files, relative

PLACES = {
    "src/api/boundary/error_boundary.cpp": "turns failures into answers",
    "src/runtime/task_group.cpp": "ends a background job that failed",
    "src/server/main.cpp": "ends the program",
}
CATCH = re.compile(r"\bcatch\s*\(([^)]*)\)")


def is_explained(lines, index):
    indent = len(lines[index]) - len(lines[index].lstrip())
    near = [lines[index].partition("catch")[2], lines[index - 1] if index else ""]
    near += lines[index + 1: index + 2]
    for number in range(index - 1, -1, -1):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip()) == indent:
            near.append(line)
            if re.match(r"\s*try\b", line):
                break
            if "catch" not in line:
                return any("//" in line for line in near[:3])
    return any("//" in line for line in near)


def main():
    findings, listing = [], "--list" in sys.argv
    for file in own_files("cpp", "hpp", under=ROOT / "src"):
        name = relative(file)
        if name in PLACES or name.endswith("_test.cpp"):
            continue
        lines = file.read_text(encoding="utf-8").splitlines()
        for index, line in enumerate(lines):
            found = CATCH.search(line.partition("//")[0])
            if found and (listing or not is_explained(lines, index)):
                findings.append(f"{name}:{index + 1}: catch ({found.group(1)})"
                                + ("" if listing else " without a comment that says why here"))
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if findings and not listing else 0


if __name__ == "__main__":
    sys.exit(main())
