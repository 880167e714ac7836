#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Lists the operations that the route tables say they answer in docs/conformance.md.

  spec.py           writes the list
  spec.py --check   fails when the list is not what the sources say
"""

import collections
import re
import sys

from source_files import ROOT, own_files, relative

PAGE = ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- operations: begin -->", "<!-- operations: end -->"
# {"client-server", "v1.19", "GET /sync"}; where one row serves several operations, their texts
# follow what names the document.
DOCUMENT = re.compile(r'"([a-z]+[0-9]*(?:-[a-z]+)*)",\s*"(v?\d[\d.]*)",')
OPERATION = re.compile(r'"(GET|PUT|POST|DELETE) (/[^"\s]*)"')
FOLDERS = ("src/api", "src/server")


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


def listing():
    lines = []
    for document, rows in sorted(operations().items()):
        lines += ["", f"### {document} ({len(rows)})", "", "| operation | since | file |",
                  "| --- | --- | --- |"]
        lines += [f"| `{method} {path}` | {version} | `{file}` |"
                  for path, method, version, file in sorted(rows)]
    return "\n".join(lines + [""])


def main():
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN, 1)
    updated = f"{head}{BEGIN}\n{listing()}\n{END}{rest.split(END, 1)[1]}"
    if sys.argv[1:] not in ([], ["--check"]):
        print(f"spec: --check or nothing, not '{' '.join(sys.argv[1:])}'", file=sys.stderr)
        return 2
    if "--check" not in sys.argv:
        PAGE.write_text(updated, encoding="utf-8")
    elif updated != text:
        print("docs/conformance.md: the list of operations is out of date; run ./dev spec")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
