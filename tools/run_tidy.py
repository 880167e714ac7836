#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy (.clang-tidy) on the .cpp files changed since main, or on all.

  run_tidy.py --build build/dev [changed|all|FILE…]
"""

import concurrent.futures
import json
import pathlib
import subprocess
import sys

from source_files import ROOT


def git(*words):
    try:
        run = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return run.stdout.split() if run.returncode == 0 else []


def changed_files():
    """What differs from main, from the last commit, or is new."""
    base = git("merge-base", "HEAD", "origin/main") or git("merge-base", "HEAD", "main")
    names = set(git("diff", "--name-only", base[0])) if base else set()
    if base == git("rev-parse", "HEAD"):
        names |= set(git("diff", "--name-only", "HEAD~1"))
    return names | set(git("ls-files", "--others", "--exclude-standard"))


def main():
    build = pathlib.Path(sys.argv[sys.argv.index("--build") + 1])
    wanted = sys.argv[sys.argv.index("--build") + 2:] or ["changed"]
    entries = json.loads((ROOT / build / "compile_commands.json").read_text(encoding="utf-8"))
    known = {pathlib.Path(e["file"]).relative_to(ROOT).as_posix() for e in entries
             if pathlib.Path(e["file"]).is_relative_to(ROOT / "src")}
    if wanted == ["all"]:
        names = sorted(known)
    else:
        names = sorted(known & (changed_files() if wanted == ["changed"] else set(wanted)))

    def tidy(name):
        return subprocess.run(["clang-tidy-19", "--quiet", "-p", str(build), name], cwd=ROOT,
                              capture_output=True, text=True, check=False)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, run in zip(names, pool.map(tidy, names)):
            if run.returncode or "warning:" in run.stdout:
                failed += 1
                print(f"{name}:\n{run.stdout.rstrip()}")
                if run.returncode and not run.stdout:
                    print(run.stderr.rstrip())
    print(f"clang-tidy: {len(names)} files, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
