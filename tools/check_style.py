#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Checks what no compiler checks: budgets, headers, names, banned calls, events of the log, tags,
paths in documents.

Prints one line for each finding and fails when there is one. Tables and recordings that a machine
wrote are exempt from the budgets by their extension (tsv, jsonl, json, sql).
"""

import re
import sys
import tomllib

from map import title
from source_files import ROOT, own_files, relative

MAX_FILE_LINES, MAX_HEADER_COMMENT = 600, 12
MAX_LINE = {"js": 120, "mjs": 120, "html": 120}  # 100 everywhere else
CODE = {"cpp", "hpp"}
SCRIPTS = {"py", "sh", "cmake"}
OTHERS = {"js", "mjs", "css", "html"}
COPYRIGHT = "Copyright 2026 The Chancery Authors"
LICENCE = "SPDX-License-Identifier: Apache-2.0"
DECLARED = re.compile(r"\b(?:class|struct|enum class|namespace|concept|using)\s+(\w+)")
PATH_IN_TEXT = re.compile(r"`((?:src|tests|tools|docs|deploy|cmake|web|changelog\.d)/[\w./-]*)`")
LINK_IN_TEXT = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
EVENT_OF_LOG = re.compile(r'\blog(?:_(?:debug|info|warn|error))?\('
                          r'(?:\s*(?:\w+::)*LogLevel::\w+,)?\s*"([^"]*)"')
EVENT_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
LEFT_OVER = re.compile(r"\b(FIXME|XXX|HACK)\b|\bTODO\b(?!\(#\d+\):)")


def words_of(name):
    """The words of a name in either spelling, in lower case."""
    return [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def without_texts(source):
    """C++ with comments and the insides of literals blanked, line numbers kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match):
        # A digit separator (1'000'000) is no literal.
        if match.group().startswith("'") and source[match.start() - 1: match.start()].isalnum():
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())

    return pattern.sub(blank, source)


def check_budgets(name, lines, kind):
    if kind in CODE | SCRIPTS | OTHERS or name == "dev":
        if len(lines) > MAX_FILE_LINES:
            yield 1, f"{len(lines)} lines, at most {MAX_FILE_LINES}: split it by what it does"
        most = MAX_LINE.get(kind, 100)
        for number, line in enumerate(lines, 1):
            if len(line) > most:
                yield number, f"{len(line)} columns, at most {most}"
            if line != line.rstrip():
                yield number, "space at the end of the line"


def check_banner(lines, kind, name):
    if kind not in CODE | {"py"} and name != "dev":
        return
    top = "\n".join(lines[:4])
    if COPYRIGHT not in top or LICENCE not in top:
        yield 1, f"the first lines must say '{COPYRIGHT}' and '{LICENCE}'"


def check_header(file, lines):
    if "#pragma once" not in lines[:4]:
        yield 1, "#pragma once must follow the two lines of the licence"
    if not title(file):
        yield 4, "a header begins with a comment: what it is, in a noun phrase"
    start = next((i for i, line in enumerate(lines) if line.startswith("// ") and i > 2), 0)
    length = next((i for i, line in enumerate(lines[start:]) if not line.startswith("//")), 0)
    if length > MAX_HEADER_COMMENT:
        yield start + 1, f"{length} lines of comment, at most {MAX_HEADER_COMMENT}"


def check_names(file, code, rules):
    def bad(name):
        plain = "_".join(words_of(name))
        for allowed in rules["allowed"]:
            plain = plain.replace(allowed, "")
        return next((w for w in plain.split("_") if w in rules["banned"]), None)

    if word := bad(file.stem):
        yield 1, f"the name of the file says '{word}', which says nothing"
    for number, line in enumerate(code, 1):
        for name in DECLARED.findall(line):
            if word := bad(name):
                yield number, f"the name {name} says '{word}', which says nothing"


def check_calls(name, code, calls):
    for call in calls:
        if any(name.startswith(place) for place in call.get("allowed", ())):
            continue
        for number, line in enumerate(code, 1):
            if "except" in call and re.search(call["except"], line):
                continue
            if found := re.search(call["pattern"], line):
                yield number, f"'{found.group().strip()}' is banned: {call['instead']}"


def check_events(text):
    for found in EVENT_OF_LOG.finditer(text):
        if not EVENT_NAME.fullmatch(found.group(1)):
            yield (text.count("\n", 0, found.start()) + 1,
                   f'the event "{found.group(1)}" of the log is not snake_case')


def check_tags(lines):
    for number, line in enumerate(lines, 1):
        if found := LEFT_OVER.search(line):
            yield number, f"{found.group()}: finish it, or cite an issue as TODO(#123):"


def check_paths(file, lines):
    for number, line in enumerate(lines, 1):
        for link in LINK_IN_TEXT.findall(line):
            if not (file.parent / link).exists():
                yield number, f"the link to {link} leads nowhere"
        for path in PATH_IN_TEXT.findall(line):
            if not (ROOT / path).exists():
                yield number, f"{path} does not exist"


def check_file(file, calls, words):
    name, kind = relative(file), file.suffix.lstrip(".")
    if kind not in CODE | SCRIPTS | OTHERS | {"md", "toml"} and name != "dev":
        return
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    yield from check_budgets(name, lines, kind)
    yield from check_banner(lines, kind, name)
    if name not in ("tools/check_style.py",):
        yield from check_tags(lines)
    if kind == "md":
        yield from check_paths(file, lines)
    if kind == "hpp" and file.name not in ("pch.hpp", "test_pch.hpp"):
        yield from check_header(file, lines)
    if kind in CODE:
        code = without_texts(text).splitlines()
        yield from check_names(file, code, words)
        yield from check_calls(name, code, calls)
        yield from check_events(text)


def main():
    tools = ROOT / "tools"
    calls = tomllib.loads((tools / "banned_calls.toml").read_text(encoding="utf-8"))["call"]
    words = tomllib.loads((tools / "banned_words.toml").read_text(encoding="utf-8"))
    findings = 0
    for file in own_files():
        for number, text in check_file(file, calls, words):
            print(f"{relative(file)}:{number}: {text}")
            findings += 1
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
