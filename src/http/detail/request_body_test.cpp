// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/request_body.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "tests/support/memory_network.hpp"

#include <doctest/doctest.h>

namespace chancery::http::detail {
namespace {

class NoWaits final : public RequestBody::Waits {
 public:
  void begin_body_wait() override {}
  void end_body_wait() override {}
};

void receive(InputBuffer& input, std::string_view bytes) {
  bytes.copy(input.room().data(), bytes.size());
  input.add(bytes.size());
}

}  // namespace

TEST_CASE("memory that a body was received in is laid down once the body is read") {
  runtime::SimulatedScheduler scheduler;
  BufferShelf shelf;
  InputBuffer input(shelf);
  NoWaits waits;
  const auto [ours, theirs] = support::make_stream_pair();
  RequestBody body(*ours, input, waits);
  Framing framing;
  framing.content_length = 5;

  receive(input, "hello");
  const char* const memory = input.bytes().data();
  body.begin(framing, 100);
  CHECK(scheduler.run(body.read_some()) == "hello");
  CHECK(body.is_complete());
  CHECK(shelf.take_block().get() == memory);

  // Not where the next request is in it already.
  receive(input, "helloGET");
  body.begin(framing, 100);
  CHECK(scheduler.run(body.read_some()) == "hello");
  CHECK(input.bytes() == "GET");
}

}  // namespace chancery::http::detail
