// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/programs.hpp"

#include <doctest/doctest.h>

#include <csignal>

namespace chancery::runtime {
namespace {

ProgramRun shell(std::string script) {
  return {.program = "/bin/sh", .arguments = {"-c", std::move(script)}, .input = {}};
}

}  // namespace

TEST_CASE("a program gets its input in order and its output comes back") {
  const auto programs = make_programs();
  const std::string large(3'000'000, 'x');

  const ProgramEnd end = programs->run({.program = "/bin/cat",
                                        .arguments = {},
                                        .input = {"first ", "", large},
                                        .most_output = 4'000'000});

  CHECK(end.kind == ProgramEnd::Kind::exited);
  CHECK(end.code == 0);
  CHECK(end.output == "first " + large);
}

TEST_CASE("a program has no environment and nothing open but its talk") {
  const auto programs = make_programs();

  const ProgramEnd end = programs->run(shell("echo ${HOME-none}; ls /proc/self/fd | wc -l"));

  CHECK(end.output == "none\n4\n");  // 0, 1, 2 and the listing's own
}

TEST_CASE("how a program ended is told") {
  const auto programs = make_programs();

  const ProgramEnd failed = programs->run(shell("exit 7"));
  CHECK(failed.kind == ProgramEnd::Kind::exited);
  CHECK(failed.code == 7);

  const ProgramEnd crashed = programs->run(shell("kill -SEGV $$"));
  CHECK(crashed.kind == ProgramEnd::Kind::killed);
  CHECK(crashed.code == SIGSEGV);
}

TEST_CASE("a program that is late is killed") {
  const auto programs = make_programs();
  ProgramRun run{.program = "/bin/sleep", .arguments = {"1000"}, .input = {"unread"}};
  run.deadline = std::chrono::milliseconds(20);

  CHECK(programs->run(run).kind == ProgramEnd::Kind::late);
}

TEST_CASE("a program that closes its output and stays is killed") {
  const auto programs = make_programs();

  const ProgramEnd end = programs->run(shell("exec 0<&- 1>&-; exec /bin/sleep 1000"));

  CHECK(end.kind == ProgramEnd::Kind::killed);
  CHECK(end.code == SIGKILL);
}

TEST_CASE("a program that writes without end is stopped") {
  const auto programs = make_programs();

  CHECK(programs->run(shell("exec cat /dev/zero")).kind == ProgramEnd::Kind::wrote_too_much);
}

TEST_CASE("a program that is not there cannot be started") {
  const auto programs = make_programs();

  CHECK_THROWS_AS(programs->run({.program = "/nowhere/at-all"}), ProgramError);
}

TEST_CASE("after stop nothing runs") {
  const auto programs = make_programs();
  programs->stop();

  CHECK(programs->run({.program = "/bin/sleep", .arguments = {"1000"}}).kind ==
        ProgramEnd::Kind::stopped);
}

}  // namespace chancery::runtime
