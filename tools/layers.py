#!/usr/bin/env python3
# Copyright 2026 The Chancery Authors
# SPDX-License-Identifier: Apache-2.0
"""Checks who includes whom under src/ against tools/layers.toml.

  layers.py            fails on an edge that is not listed, a cycle, a look into another module's
                       detail/ folder, and a graph in docs/architecture.md that is out of date
  layers.py --draw     prints the graph (Mermaid)
  layers.py --write    puts it into docs/architecture.md
  layers.py --headers  compiles every header alone (needs build/dev/compile_commands.json)

Tests (*_test.cpp) may include anything but a foreign detail/ folder.
"""

import concurrent.futures
import json
import re
import shlex
import subprocess
import sys
import tomllib

from source_files import ROOT, own_files, relative

SRC = ROOT / "src"
DRAWING = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- layers: begin -->", "<!-- layers: end -->"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def module_of(path, modules):
    """The module that a path relative to src/ belongs to: the longest listed folder above it."""
    folder = path.rpartition("/")[0]
    while folder:
        if folder in modules:
            return folder
        folder = folder.rpartition("/")[0]
    return None


def is_test(file):
    return file.stem.endswith("_test")


def find_cycle(edges):
    """One cycle as a list of modules, or None."""
    state, stack = {}, []

    def visit(node):
        state[node] = "open"
        stack.append(node)
        for target in sorted(edges.get(node, ())):
            if state.get(target) == "open":
                return stack[stack.index(target):] + [target]
            if target not in state and (cycle := visit(target)):
                return cycle
        stack.pop()
        state[node] = "done"
        return None

    for node in sorted(edges):
        if node not in state and (cycle := visit(node)):
            return cycle
    return None


def check_include(file, target, modules, edges):
    """Records the edge; returns what is wrong with this include, or None."""
    name = relative(file)
    if target.startswith("tests/"):
        return None if is_test(file) else f"{name}: includes {target}, a test file"
    if not (SRC / target).exists():
        return f'{name}: "{target}" is not a path below src/'
    owner, detail, _ = target.partition("/detail/")
    if detail and not name.startswith(f"src/{owner}/"):
        return f"{name}: includes {target}, which is the inside of {owner}"
    if is_test(file) or "/" not in target:
        return None
    source, sink = module_of(name[4:], modules), module_of(target, modules)
    if source is None or sink is None or source == sink:
        return None
    edges.setdefault(source, set()).add(sink)
    if sink not in modules[source] and modules[source] != ["*"]:
        return f"{name}: includes {target}, but {source} may not include {sink} (tools/layers.toml)"
    return None


def check(modules):
    """All includes under src/; returns (edges between modules, problems)."""
    edges, problems = {}, []
    for file in own_files("cpp", "hpp", under=SRC):
        name = relative(file)[4:]
        if "/" in name and module_of(name, modules) is None:
            problems.append(f"src/{name}: its folder is no module of tools/layers.toml")
        for target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if problem := check_include(file, target, modules, edges):
                problems.append(problem)
    listed = {name: [m for m in below if m != "*"] for name, below in modules.items()}
    for name, below in listed.items():
        problems += [f"tools/layers.toml: {name} names {m}, which is no module"
                     for m in below if m not in modules]
    for graph, title in ((listed, "tools/layers.toml allows"), (edges, "src/ has")):
        if cycle := find_cycle(graph):
            problems.append(f"{title} a cycle: " + " -> ".join(cycle))
    return edges, problems


def draw(edges):
    """The graph without edges that a longer way implies."""

    def reaches(start, goal, seen):
        for step in edges.get(start, ()):
            if step not in seen:
                seen.add(step)
                if step == goal or reaches(step, goal, seen):
                    return True
        return False

    lines = ["```mermaid", "graph TD"]
    for source in sorted(edges):
        for sink in sorted(edges[source]):
            others = edges[source] - {sink}
            if not any(reaches(other, sink, {other}) for other in others):
                lines.append(f"  {source.replace('/', '_')}[{source}]"
                             f" --> {sink.replace('/', '_')}[{sink}]")
    return "\n".join(lines + ["```"])


def replace_drawing(drawing):
    """docs/architecture.md with the drawing of today; None when it has no place for it."""
    if not DRAWING.exists():
        return None
    text = DRAWING.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        return None
    head, rest = text.split(BEGIN, 1)
    return f"{head}{BEGIN}\n{drawing}\n{END}{rest.split(END, 1)[1]}"


def compile_alone(header, commands):
    """What the compiler says of this header on its own; empty when all is well."""
    folder = header.parent
    while folder != SRC.parent and str(folder) not in commands:
        folder = folder.parent
    command = commands.get(str(folder)) or next(iter(commands.values()))
    run = subprocess.run([*command, "-fsyntax-only", "-Wno-pragma-once-outside-header",
                          "-x", "c++", str(header)], capture_output=True, text=True, check=False)
    return run.stderr.strip() if run.returncode else ""


def check_headers():
    """Compiles every header alone with the flags of its module, without precompiled headers."""
    commands = {}
    build = ROOT / "build" / "dev"
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        if not entry["file"].endswith(".cpp"):
            continue  # assembler that embeds a file
        words, kept = shlex.split(entry["command"]), []
        start = next(i for i, word in enumerate(words) if "clang++" in word)
        for word in words[start:]:
            if word.startswith(("-I", "-D", "-std", "-W", "-isystem")) or "clang++" in word:
                kept.append(word)
            elif kept[-1] == "-isystem":
                kept.append(word)
        commands.setdefault(str((ROOT / entry["file"]).parent), kept)
    headers = own_files("hpp", under=SRC)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda header: compile_alone(header, commands), headers)
        problems = [f"{relative(h)} does not compile alone:\n{r}"
                    for h, r in zip(headers, results) if r]
    print("\n".join(problems + [f"{len(headers)} headers, {len(problems)} do not compile alone"]))
    return 1 if problems else 0


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else "--check"
    if mode not in ("--check", "--draw", "--write", "--headers"):
        print(f"layers: --check, --draw, --write or --headers, not '{mode}'", file=sys.stderr)
        return 2
    if mode == "--headers":
        return check_headers()
    modules = tomllib.loads((ROOT / "tools" / "layers.toml").read_text(encoding="utf-8"))["modules"]
    edges, problems = check(modules)
    drawing = draw(edges)
    updated = replace_drawing(drawing)
    if mode == "--draw":
        print(drawing)
    elif mode == "--write" and updated is not None:
        DRAWING.write_text(updated, encoding="utf-8")
    elif updated is not None and updated != DRAWING.read_text(encoding="utf-8"):
        problems.append("docs/architecture.md: the graph is out of date; run ./dev layers --write")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
