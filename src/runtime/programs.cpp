// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/programs.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace chancery::runtime {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t kReadBytes = 64 * 1024;
// How long a program may take to end after it has closed its output.
constexpr std::chrono::milliseconds kGrace{1000};

std::string reason_of(int number) { return std::generic_category().message(number); }

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  void reset(int number) {
    close();
    number_ = number;
  }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

// What posix_spawn is told: both ends of the child's talk are `end`, nothing else stays open.
class SpawnPlan {
 public:
  explicit SpawnPlan(int end) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    check(::posix_spawn_file_actions_adddup2(&actions_, end, 0));
    check(::posix_spawn_file_actions_adddup2(&actions_, end, 1));
    check(::posix_spawn_file_actions_addopen(&actions_, 2, "/dev/null", O_WRONLY, 0));
    check(::posix_spawn_file_actions_addclosefrom_np(&actions_, 3));
    sigset_t all;
    sigset_t none;
    ::sigfillset(&all);
    ::sigemptyset(&none);
    check(::posix_spawnattr_setsigdefault(&attributes_, &all));
    check(::posix_spawnattr_setsigmask(&attributes_, &none));
    check(::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  pid_t spawn(const ProgramRun& run) {
    std::vector<char*> arguments{const_cast<char*>(run.program.c_str())};
    for (const std::string& argument : run.arguments) {
      arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    std::string locale = "LC_ALL=C";
    std::array<char*, 2> environment{locale.data(), nullptr};
    pid_t child = 0;
    const int failed = ::posix_spawn(&child, run.program.c_str(), &actions_, &attributes_,
                                     arguments.data(), environment.data());
    if (failed != 0) {
      throw ProgramError(fmt::format("{} cannot be started: {}", run.program, reason_of(failed)));
    }
    return child;
  }

 private:
  static void check(int failed) {
    if (failed != 0) throw ProgramError("posix_spawn: " + reason_of(failed));
  }
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// A child from its start until it was waited for, which its destructor sees to. Until then nobody
// else can have its id.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() {
    if (id_ == 0) return;
    ::kill(id_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Lets it end by itself for a while, kills it then.
  siginfo_t end(std::chrono::milliseconds patience) {
    const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
    pollfd ended{.fd = handle.get(), .events = POLLIN, .revents = 0};
    const bool has_ended =
        handle.get() >= 0 && ::poll(&ended, 1, static_cast<int>(patience.count())) == 1;
    if (!has_ended) ::kill(id_, SIGKILL);
    return wait();
  }

 private:
  siginfo_t wait() {
    siginfo_t about{};
    while (::waitid(P_PID, static_cast<id_t>(id_), &about, WEXITED) != 0 && errno == EINTR) {
    }
    id_ = 0;
    return about;
  }
  pid_t id_;
};

// One run's talk with its child.
class Talk {
 public:
  Talk(const ProgramRun& run, int socket, int stop)
      : run_(run), socket_(socket), stop_(stop), deadline_(SteadyClock::now() + run.deadline) {}

  // Until the child closes its end, or why not so long.
  ProgramEnd::Kind talk() {
    end_input_if_sent();
    while (true) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline_ - SteadyClock::now());
      if (left.count() <= 0) return ProgramEnd::Kind::late;
      std::array<pollfd, 2> fds{{{.fd = socket_, .events = POLLIN, .revents = 0},
                                 {.fd = stop_, .events = POLLIN, .revents = 0}}};
      if (has_input()) fds[0].events |= POLLOUT;
      const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(left.count()));
      if (ready < 0 && errno != EINTR) throw ProgramError("poll: " + reason_of(errno));
      if (ready <= 0) continue;
      if (fds[1].revents != 0) return ProgramEnd::Kind::stopped;
      if ((fds[0].revents & POLLOUT) != 0) send_some();
      if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !receive_some()) {
        return ProgramEnd::Kind::exited;
      }
      if (output.size() > run_.most_output) return ProgramEnd::Kind::wrote_too_much;
    }
  }

  std::string output;

 private:
  [[nodiscard]] bool has_input() const { return part_ < run_.input.size(); }

  void end_input_if_sent() {
    while (has_input() && offset_ == run_.input[part_].size()) {
      ++part_;
      offset_ = 0;
    }
    if (!has_input()) ::shutdown(socket_, SHUT_WR);
  }

  void send_some() {
    const std::string_view rest = std::string_view(run_.input[part_]).substr(offset_);
    const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent < 0) {  // it reads no more; what it wrote still counts
      part_ = run_.input.size();
      return;
    }
    offset_ += static_cast<std::size_t>(sent);
    end_input_if_sent();
  }

  bool receive_some() {
    std::array<char, kReadBytes> bytes;
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) return false;
    output.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  const ProgramRun& run_;
  int socket_;
  int stop_;
  SteadyClock::time_point deadline_;
  std::size_t part_ = 0;
  std::size_t offset_ = 0;
};

class ChildPrograms final : public Programs {
 public:
  ChildPrograms() : stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (stop_.get() < 0) throw ProgramError("eventfd: " + reason_of(errno));
  }

  ProgramEnd run(ProgramRun run) override {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw ProgramError("socketpair: " + reason_of(errno));
    }
    const Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);
    Child child(SpawnPlan(theirs.get()).spawn(run));
    theirs.close();

    Talk talk(run, ours.get(), stop_.get());
    ProgramEnd end{.kind = talk.talk(), .code = 0, .output = {}};
    const bool ended_itself = end.kind == ProgramEnd::Kind::exited;
    const siginfo_t about = child.end(ended_itself ? kGrace : std::chrono::milliseconds(0));
    if (!ended_itself) return end;
    if (about.si_code != CLD_EXITED) end.kind = ProgramEnd::Kind::killed;
    end.code = about.si_status;
    end.output = std::move(talk.output);
    return end;
  }

  void stop() override {
    // Never read: from now on every poll sees it.
    ::eventfd_write(stop_.get(), 1);
  }

 private:
  Descriptor stop_;
};

}  // namespace

std::unique_ptr<Programs> make_programs() { return std::make_unique<ChildPrograms>(); }

}  // namespace chancery::runtime
