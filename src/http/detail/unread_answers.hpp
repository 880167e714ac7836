// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Unread answers: the long ones of a scheduler that their readers have not taken yet.
//
// An answer is one text in memory until its reader has taken all of it, so whoever asks for much on
// many connections and reads nothing would fill the memory. When the answers of the whole server
// hold more than they may, connections are broken off until they do not: first the one whose answer
// is large and was not taken from for long.
//
// Concurrency: its scheduler alone; what is held is counted for all schedulers together.

#include "http/detail/swept.hpp"
#include "runtime/clock.hpp"

#include <atomic>
#include <cstddef>
#include <list>

namespace chancery::http::detail {

// Of one server. In bytes.
struct UnreadMemory {
  const std::size_t most;
  std::atomic<std::size_t> held = 0;
};

class UnreadAnswers {
 public:
  // While it lives, an answer of so many bytes waits for the peer of `connection`, which outlives
  // it. Making it may break off others of this scheduler, never this one.
  class [[nodiscard]] Hold {
   public:
    Hold(UnreadAnswers& among, UnreadMemory& memory, Swept& connection, std::size_t bytes,
         runtime::SteadyTime now);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    void note_progress(runtime::SteadyTime now) { since_ = now; }

   private:
    friend class UnreadAnswers;
    void let_go();

    UnreadAnswers& among_;
    UnreadMemory& memory_;
    Swept& connection_;
    std::size_t bytes_;  // 0: let go
    runtime::SteadyTime since_;
    std::list<Hold*>::iterator place_;
  };

 private:
  void make_room(const Hold& newest, runtime::SteadyTime now);

  std::list<Hold*> holds_;
  runtime::SteadyTime told_at_;  // in the log
};

}  // namespace chancery::http::detail
