#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Lists the operations that the endpoints under src/api/ say they answer in docs/conformance.md.

  spec.py           writes the list
  spec.py --check   fails when the list is not what the sources say
"""

import collections
import re
import sys

from source_files import ROOT, own_files, relative

PAGE = ROOT / "docs" / "conformance.md"
BEGIN, END = "<!-- operations: begin -->", "<!-- operations: end -->"
SPEC = re.compile(r'\bSpec\b[\w\s=\[\]]*\{\s*"([^"]+)",\s*"([^"]+)",\s*"([A-Z]+) ([^"]+)"\s*\}')


def operations():
    """{document: [(path, method, version, file)]} of every kSpec."""
    found = collections.defaultdict(list)
    for file in own_files("cpp", under=ROOT / "src" / "api"):
        if file.stem.endswith("_test"):
            continue
        text = re.sub(r'"\s*\n\s*"', "", file.read_text(encoding="utf-8"))
        for document, version, method, path in SPEC.findall(text):
            found[document].append((path, method, version, relative(file)))
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
