#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs each fuzz target of BUILD/fuzz for some seconds, starting from tests/fuzz/seeds/TARGET.

  run_fuzz.py --build build/fuzz [--seconds 60] [TARGET…]

A finding is written to BUILD/findings/ and fails the run.
"""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

from source_files import ROOT


def fuzz(program, seconds, build):
    corpus = build / "corpus" / program.name
    corpus.mkdir(parents=True, exist_ok=True)
    findings = build / "findings"
    findings.mkdir(exist_ok=True)
    seeds = ROOT / "tests" / "fuzz" / "seeds" / program.name.removeprefix("fuzz_")
    dictionary = ROOT / "tests" / "fuzz" / "dictionaries" / f"{program.name}.dict"
    command = [program, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
               "-print_final_stats=1", "-verbosity=1",
               f"-artifact_prefix={findings}/{program.name}-", corpus]
    if seeds.is_dir():
        command.append(seeds)
    if dictionary.is_file():
        command.insert(1, f"-dict={dictionary}")
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                          stdin=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("targets", nargs="*")
    options = parser.parse_args()
    build = ROOT / options.build
    programs = sorted(p for p in (build / "fuzz").glob("fuzz_*") if os.access(p, os.X_OK))
    if options.targets:
        programs = [p for p in programs if p.name.removeprefix("fuzz_") in options.targets]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda p: fuzz(p, options.seconds, build), programs)
        for program, run in zip(programs, runs):
            done = [line.split()[-1] for line in run.stderr.splitlines()
                    if "number_of_executed_units" in line]
            word = "ok" if run.returncode == 0 else "FINDING"
            print(f"{word:8} {program.name:32} {done[0] if done else '?'} inputs", flush=True)
            if run.returncode:
                failed += 1
                print("\n".join(run.stderr.splitlines()[-60:]))
    if not programs:
        print("no fuzz target was built")
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
