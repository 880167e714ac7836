// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "media_worker/sandbox.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace chancery::media_worker {
namespace {

constexpr int kUnharmed = 42;

// How a child ends that closes the sandbox and then does `act`: the wait status.
template <typename Act>
int end_of_child(Act act) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      limit_resources();
      filter_system_calls();
    } catch (const SandboxError&) {
      ::_exit(1);
    }
    act();
    ::_exit(kUnharmed);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

// Plain threads: those of the library are looked at by sanitizers with calls that are forbidden.
pthread_t start_thread(void* (*work)(void*), void* argument) {
  pthread_t thread{};
  if (::pthread_create(&thread, nullptr, work, argument) != 0) ::_exit(1);
  return thread;
}

void join(pthread_t thread) { ::pthread_join(thread, nullptr); }

void* change_first(void* memory) {
  *static_cast<char*>(memory) = 'y';
  return nullptr;
}

void* open_when_told(void* step) {
  while (*static_cast<std::atomic<int>*>(step) == 0) ::sched_yield();
  ::open("/etc/passwd", O_RDONLY);
  return nullptr;
}

bool was_killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS; }
bool was_unharmed(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == kUnharmed; }

}  // namespace

TEST_CASE("in the sandbox memory can be had and threads can run") {
  const int status = end_of_child([] {
    std::string memory;
    memory.assign(10'000'000, 'x');
    join(start_thread(&change_first, memory.data()));
    if (memory[0] != 'y') ::_exit(1);
  });

  CHECK(was_unharmed(status));
}

TEST_CASE("a worker has so much memory and time, and writes no file") {
  const pid_t child = ::fork();
  if (child == 0) {
    limit_resources();
    const auto limit_of = [](auto resource) {
      rlimit both{};
      ::getrlimit(resource, &both);
      return both.rlim_max;
    };
    const bool has_bounds = limit_of(RLIMIT_CPU) <= 10 && limit_of(RLIMIT_FSIZE) == 0 &&
                            limit_of(RLIMIT_CORE) == 0 && ::alarm(0) > 0;
    ::_exit(has_bounds ? kUnharmed : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(was_unharmed(status));
}

#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
TEST_CASE("who asks for more memory than a picture needs does not get it") {
  const int status = end_of_child([] {
    void* const large = ::mmap(nullptr, std::size_t{2} << 30U, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (large != MAP_FAILED) ::_exit(1);
  });

  CHECK(was_unharmed(status));
}
#endif

TEST_CASE("who opens a file in the sandbox is killed") {
  CHECK(was_killed(end_of_child([] { ::open("/etc/passwd", O_RDONLY); })));
  CHECK(was_killed(end_of_child([] { ::open("/tmp/chancery-escape", O_CREAT | O_WRONLY, 0600); })));
}

TEST_CASE("who makes a socket in the sandbox is killed") {
  CHECK(was_killed(end_of_child([] { ::socket(AF_INET, SOCK_STREAM, 0); })));
  CHECK(was_killed(end_of_child([] { ::socket(AF_UNIX, SOCK_STREAM, 0); })));
}

TEST_CASE("who starts a program or a process in the sandbox is killed") {
  CHECK(was_killed(end_of_child([] { ::execl("/bin/true", "true", nullptr); })));
  CHECK(was_killed(end_of_child([] { ::fork(); })));
  CHECK(was_killed(end_of_child([] { ::kill(::getppid(), 0); })));
}

TEST_CASE("who asks for executable memory in the sandbox is killed") {
  CHECK(was_killed(end_of_child([] {
    constexpr int kExecutable = PROT_READ | PROT_WRITE | PROT_EXEC;
    void* const got = ::mmap(nullptr, 4096, kExecutable, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) ::_exit(1);
  })));
}

TEST_CASE("a thread that ran before the sandbox closed is in it as well") {
  const pid_t child = ::fork();
  if (child == 0) {
    limit_resources();
    std::atomic<int> step = 0;
    const pthread_t thread = start_thread(&open_when_told, &step);
    filter_system_calls();
    step = 1;
    join(thread);
    ::_exit(kUnharmed);
  }
  int status = 0;
  ::waitpid(child, &status, 0);

  CHECK(was_killed(status));
}

}  // namespace chancery::media_worker
