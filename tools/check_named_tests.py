#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Finds tests that a page names and that are not there.

A test is named by its file and its sentence: `src/base/json_test.cpp`: a byte order mark is refused
"""

import re
import sys

from source_files import ROOT

PAGES = ["docs/development/hostile-input.md"]
NAMED = re.compile(r"`((?:src|tests)/\S+(?:_test\.cpp|\.py))`: ([^|<\n]+)")
IN_CPP = re.compile(r'^[A-Z_]+\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', re.M)
IN_PYTHON = re.compile(r'^@test\(((?:\s*"(?:[^"\\]|\\.)*")+)\)', re.M)


def sentences_of(file):
    found = (IN_PYTHON if file.suffix == ".py" else IN_CPP).findall(file.read_text("utf-8"))
    return {"".join(re.findall(r'"((?:[^"\\]|\\.)*)"', each)) for each in found}


def main():
    findings = []
    for page in PAGES:
        named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
        if not named:
            findings.append(f"{page}: names no test")
        for name, sentence in named:
            file = ROOT / name
            if not file.is_file():
                findings.append(f"{page}: there is no {name}")
            elif sentence.strip() not in sentences_of(file):
                findings.append(f"{page}: {name} has no test \"{sentence.strip()}\"")
    print("\n".join(findings), end="\n" if findings else "")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
