#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""The recorded conformance results: makes them, compares them, counts them.

  record.py make RUN.jsonl            writes results.jsonl from the output of `go test -json`
  record.py compare RUN.jsonl         shows what changed against results.jsonl; 1 if something did
  record.py groups TESTS.tsv          counts the groups for one server that pass entirely, of all
                                      packages that were run or of the one named
  record.py show                      counts passes, failures and skips by package

results.jsonl has one line a test, subtests included, sorted: {"Package","Test","Action"}.
A group is a top-level test with all its subtests; TESTS.tsv lists them with the columns package,
test_name, kind, servers and fed_mock_server.
"""
import argparse
import collections
import csv
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(HERE, "results.jsonl")
OUTCOMES = ("pass", "fail", "skip")
PREFIX = "github.com/matrix-org/complement/"


class BadInput(Exception):
    """A file that is not what it should be; the message names the file and line."""


def read_lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if not line.startswith("{"):
                continue  # what the go tool itself says stands between its JSON
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                raise BadInput(f"{path}:{number}: {error.msg}") from error


def read_run(path):
    """The outcome of each test of a run. One that began and never ended has failed."""
    results = {}
    for _, line in read_lines(path):
        if "Test" not in line:
            continue
        key = (line["Package"].removeprefix(PREFIX), line["Test"])
        if line["Action"] in OUTCOMES:
            results[key] = line["Action"]
        elif line["Action"] == "run":
            results.setdefault(key, "fail")
    if not results:
        raise BadInput(f"{path}: no test in it")
    return results


def read_record(path):
    return {(line["Package"], line["Test"]): line["Action"] for _, line in read_lines(path)}


def write_record(path, results):
    with open(path, "w", encoding="utf-8") as file:
        for (package, test), action in sorted(results.items()):
            line = {"Package": package, "Test": test, "Action": action}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def compare(before, after):
    """Prints the differences; tells how many there are."""
    differences = 0
    packages = {package for package, _ in after}
    for key in sorted(before.keys() | after.keys()):
        if key[0] not in packages:
            continue  # a package that did not run this time
        old, new = before.get(key, "absent"), after.get(key, "absent")
        if old != new:
            differences += 1
            print(f"{old} -> {new}\t{key[0]}\t{key[1]}")
    return differences


def group_outcomes(results):
    """A group passes if it and all of it pass; what is skipped neither passes nor fails."""
    groups = {}
    for (package, test), action in results.items():
        groups.setdefault((package, test.split("/")[0]), []).append((test, action))
    outcomes = {}
    for key, members in groups.items():
        if any(action == "fail" for _, action in members):
            outcomes[key] = "fail"
        else:
            outcomes[key] = dict(members).get(key[1], "fail")
    return outcomes


def single_server_groups(path, package):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    if not rows or "fed_mock_server" not in rows[0]:
        raise BadInput(f"{path}: the columns are not the expected ones")
    return sorted({
        (row["package"], row["test_name"]) for row in rows
        if row["kind"] == "test" and row["package"] == package
        and (row["servers"] == "1" or (package == "tests/csapi" and row["servers"] == "blueprint"))
        and not row["fed_mock_server"]})


def count_groups(results, wanted):
    outcomes = group_outcomes(results)
    tally = collections.Counter()
    for key in wanted:
        outcome = outcomes.get(key, "absent")
        tally[outcome] += 1
        if outcome != "pass":
            failing = [test for (package, test), action in sorted(results.items())
                       if package == key[0] and test.split("/")[0] == key[1] and action == "fail"]
            print(f"{outcome}\t{key[1]}\t{len(failing)} failing" if failing
                  else f"{outcome}\t{key[1]}")
    print(f"{tally['pass']} of {len(wanted)} groups pass entirely; {tally['fail']} fail, "
          f"{tally['skip']} are skipped, {tally['absent']} did not run")
    return tally["pass"]


def show(results):
    for package in sorted({package for package, _ in results}):
        for kind, is_sub in (("tests", False), ("subtests", True)):
            tally = collections.Counter(
                action for (where, test), action in results.items()
                if where == package and ("/" in test) == is_sub)
            print(f"{package}: {kind}: {tally['pass']} pass, {tally['fail']} fail, "
                  f"{tally['skip']} skip")


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", default=RECORD, help="default: results.jsonl beside this file")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("make", "compare"):
        verbs.add_parser(verb).add_argument("run")
    groups = verbs.add_parser("groups")
    groups.add_argument("tests")
    groups.add_argument("--package", help="default: all of the run or record")
    groups.add_argument("--run", help="count a run instead of the record")
    groups.add_argument("--at-least", type=int, default=0, help="exit code 1 below this number")
    verbs.add_parser("show")
    return parser.parse_args()


def main():
    options = parse()
    if options.verb == "make":
        write_record(options.record, read_run(options.run))
    elif options.verb == "compare":
        differences = compare(read_record(options.record), read_run(options.run))
        print(f"{differences} changes")
        return 1 if differences else 0
    elif options.verb == "groups":
        results = read_run(options.run) if options.run else read_record(options.record)
        packages = [options.package] if options.package else sorted({where for where, _ in results})
        wanted = [group for package in packages
                  for group in single_server_groups(options.tests, package)]
        return 1 if count_groups(results, wanted) < options.at_least else 0
    if options.verb in ("make", "show"):
        show(read_record(options.record))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BadInput, OSError) as error:
        print(f"record.py: {error}", file=sys.stderr)
        sys.exit(2)
