// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "media_worker/sandbox.hpp"

#include <seccomp.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <linux/sched.h>
#include <memory>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>

namespace chancery::media_worker {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CHANCERY_SHADOW_MEMORY 1
#endif
#endif

[[maybe_unused]] constexpr rlim_t kMostMemory = rlim_t{1} << 30;  // not under sanitizers
constexpr rlim_t kMostCpuSeconds = 10;
constexpr unsigned kMostSeconds = 15;  // the server waits for less

[[noreturn]] void fail(const std::string& what, int number) {
  throw SandboxError(what + ": " + std::generic_category().message(number));
}

void limit(__rlimit_resource_t resource, rlim_t most) {
  const rlimit both{.rlim_cur = most, .rlim_max = most};
  if (::setrlimit(resource, &both) != 0) fail("setrlimit", errno);
}

void control(int option, unsigned long argument) {
  if (::prctl(option, argument, 0, 0, 0) != 0) fail("prctl", errno);
}

// What decoding, scaling and encoding in memory need.
constexpr std::array kAllowed{
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getattr),
};

class Filter {
 public:
  Filter() : context_(::seccomp_init(SCMP_ACT_KILL_PROCESS), &::seccomp_release) {
    if (!context_) fail("seccomp_init", ENOSYS);
    // Threads that the libraries started already are bound as well.
    check(::seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1));
  }
  void allow(int call) { check(::seccomp_rule_add_array(get(), SCMP_ACT_ALLOW, call, 0, nullptr)); }
  void allow_if(int call, scmp_arg_cmp condition) {
    check(::seccomp_rule_add_array(get(), SCMP_ACT_ALLOW, call, 1, &condition));
  }
  // Answered with `number`, for callers that then do without.
  void refuse(int call, int number) {
    check(::seccomp_rule_add_array(get(), SCMP_ACT_ERRNO(static_cast<unsigned>(number)), call, 0,
                                   nullptr));
  }
  void load() { check(::seccomp_load(get())); }

 private:
  scmp_filter_ctx get() { return context_.get(); }
  static void check(int result) {
    if (result != 0) fail("seccomp", -result);
  }
  std::unique_ptr<void, decltype(&::seccomp_release)> context_;
};

scmp_arg_cmp without_bits(unsigned argument, scmp_datum_t bits) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = bits, .datum_b = 0};
}

scmp_arg_cmp with_bits(unsigned argument, scmp_datum_t bits) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = bits, .datum_b = bits};
}

scmp_arg_cmp equal_to(unsigned argument, scmp_datum_t value) {
  return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}

}  // namespace

void limit_resources() {
  control(PR_SET_NO_NEW_PRIVS, 1);
  control(PR_SET_DUMPABLE, 0);
  control(PR_SET_PDEATHSIG, SIGKILL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CPU, kMostCpuSeconds);
#ifndef CHANCERY_SHADOW_MEMORY  // sanitizers map more than there is
  limit(RLIMIT_AS, kMostMemory);
#endif
  // No RLIMIT_NPROC: it counts all that the user runs, the server's threads too. The filter lets
  // threads be made, and no processes.
  ::alarm(kMostSeconds);
}

void filter_system_calls() {
  limit(RLIMIT_NOFILE, 0);
  Filter filter;
  for (const int call : kAllowed) filter.allow(call);
  filter.allow_if(SCMP_SYS(mmap), without_bits(2, PROT_EXEC));
  filter.allow_if(SCMP_SYS(mprotect), without_bits(2, PROT_EXEC));
  filter.allow_if(SCMP_SYS(prctl), equal_to(0, PR_SET_NAME));
  // Threads, not processes. clone3 hides its flags in memory: glibc falls back to clone.
  filter.allow_if(SCMP_SYS(clone), with_bits(0, CLONE_THREAD | CLONE_VM | CLONE_SIGHAND));
  filter.refuse(SCMP_SYS(clone3), ENOSYS);
  // GLib gives new threads the scheduling of the old.
  filter.refuse(SCMP_SYS(sched_setattr), EPERM);
  filter.load();
}

}  // namespace chancery::media_worker
