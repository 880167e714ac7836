// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The programs port: runs another program with bytes in, bytes out and a deadline.
//
// The program gets one socket as its input and output, nothing else that is open here, no
// environment but LC_ALL=C, and its errors go nowhere. When the run returns it has ended, by
// itself or killed, and was waited for: no child is left and SIGCHLD is not used.
//
// Concurrency: any thread; `run` blocks, so it belongs on a worker pool.
// Failure:     ProgramError when it cannot be started. All that it does then is in ProgramEnd.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace chancery::runtime {

struct ProgramError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ProgramRun {
  std::string program;                 // a path
  std::vector<std::string> arguments;  // without the program's own name
  std::vector<std::string> input;      // one after the other
  std::size_t most_output = 1024 * 1024;
  std::chrono::milliseconds deadline{10'000};
};

struct ProgramEnd {
  enum class Kind : std::uint8_t {
    exited,  // `code` is its exit code
    killed,  // `code` is the signal, none of ours
    late,    // by the deadline
    wrote_too_much,
    stopped,  // by `stop`
  };
  Kind kind = Kind::exited;
  int code = 0;
  std::string output;
};

class Programs {
 public:
  virtual ~Programs() = default;
  virtual ProgramEnd run(ProgramRun run) = 0;
  // Ends all that run, and all that are run from now on.
  virtual void stop() = 0;
};

// Children of this program.
[[nodiscard]] std::unique_ptr<Programs> make_programs();

}  // namespace chancery::runtime
