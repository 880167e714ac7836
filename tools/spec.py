#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Lists in docs/conformance.md what the route tables answer, and by which test each is covered.

  spec.py [--notes FOLDER]           writes the list
  spec.py [--notes FOLDER] --check   fails when the list is not what the sources and notes say, or
                                     an operation has no test

The notes are what the test programs left there (tests/support/operations_tested.hpp); without them
the tests that the page names already stay.
"""

import argparse
import collections
import pathlib
import re
import sys

from source_files import ROOT, own_files, relative

PAGE = ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- operations: begin -->", "<!-- operations: end -->"
# {"client-server", "v1.19", "GET /sync"}, or a proposal in the version's place; where one row
# serves several operations, their texts follow what names the document.
DOCUMENT = re.compile(r'"([a-z]+[0-9]*(?:-[a-z]+)*)",\s*"(v?\d[\d.]*|MSC\d+)",')
OPERATION = re.compile(r'"(GET|PUT|POST|DELETE) (/[^"\s]*)"')
FOLDERS = ("src/api", "src/server")
# What sends junk to many routes covers none of them.
NO_COVER = ("routes_test.cpp", "foreign_tokens_test.cpp", "hostile_pages_test.cpp")
HEADING = re.compile(r"### (\S+) \(\d+\)")
ROW = re.compile(r"\| `(\S+ \S+)` \| \S+ \| `[^`]*` \| (.*) \|$")


def operations():
    """{document: [(path, method, version, file)]} of every row of a route table."""
    found = collections.defaultdict(set)
    for file in (file for folder in FOLDERS for file in own_files("cpp", under=ROOT / folder)):
        if file.stem.endswith("_test"):
            continue
        text = re.sub(r'"\s*\n\s*"', "", file.read_text(encoding="utf-8"))
        documents = list(DOCUMENT.finditer(text))
        for operation in OPERATION.finditer(text):
            before = [each for each in documents if each.start() < operation.start()]
            if documents:
                document, version = (before or documents)[-1 if before else 0].groups()
                method, path = operation.groups()
                found[document].add((path, method, version, relative(file)))
    return found


def tests_of_notes(folder):
    """{(document, operation): the cell for the first test of those that succeeded}."""
    best = {}
    for note in sorted(folder.glob("*.tsv")):
        for line in note.read_text(encoding="utf-8").splitlines():
            document, operation, outcome, file, name = line.split("\t", 4)
            if file.endswith(NO_COVER):
                continue
            rank = (outcome != "ok", file, name)
            key = (document, operation)
            if key not in best or rank < best[key]:
                best[key] = rank
    return {key: f"`{file}`: {name.replace('|', '/')}" for key, (_, file, name) in best.items()}


def tests_of_page(text):
    """The same, as the page has it."""
    found, document = {}, ""
    for line in text.splitlines():
        heading, row = HEADING.match(line), ROW.match(line)
        if heading:
            document = heading[1]
        elif row:
            found[(document, row[1])] = row[2]
    return found


def listing(tests):
    lines = []
    for document, rows in sorted(operations().items()):
        lines += ["", f"### {document} ({len(rows)})", "",
                  "| operation | since | file | test |", "| --- | --- | --- | --- |"]
        lines += [f"| `{method} {path}` | {version} | `{file}` | "
                  f"{tests.get((document, f'{method} {path}'), 'none')} |"
                  for path, method, version, file in sorted(rows)]
    return "\n".join(lines + [""])


def check(text, updated):
    """0 when the page is true and whole."""
    bare = [key for key, test in tests_of_page(updated).items() if test == "none"]
    for document, operation in bare:
        print(f"docs/conformance.md: {operation} ({document}) has no test")
    if updated != text:
        print("docs/conformance.md: the list of operations is out of date; run ./dev spec")
    return 1 if bare or updated != text else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=pathlib.Path, help="the folder of the tests' notes")
    parser.add_argument("--check", action="store_true", help="change nothing, fail when it is old")
    options = parser.parse_args()
    text = PAGE.read_text(encoding="utf-8")
    tests = tests_of_notes(options.notes) if options.notes else tests_of_page(text)
    head, rest = text.split(BEGIN, 1)
    updated = f"{head}{BEGIN}\n{listing(tests)}\n{END}{rest.split(END, 1)[1]}"
    if options.check:
        return check(text, updated)
    PAGE.write_text(updated, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
