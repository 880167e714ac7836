// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/input_buffer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::http::detail {
namespace {

void put(InputBuffer& buffer, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = buffer.room();
    const std::size_t count = std::min(room.size(), bytes.size());
    bytes.copy(room.data(), count);
    buffer.add(count);
    bytes.remove_prefix(count);
  }
}

}  // namespace

TEST_CASE("what one input lays down the next one takes up") {
  BufferShelf shelf;
  InputBuffer one(shelf);
  InputBuffer other(shelf);

  put(one, "hello");
  const char* const memory = one.bytes().data();
  one.release();  // not while there is something in it
  CHECK(one.bytes() == "hello");
  one.consume(5);
  one.release();
  put(other, "you");

  CHECK(other.bytes() == "you");
  CHECK(other.bytes().data() == memory);
}

TEST_CASE("inputs in use at the same time share nothing") {
  BufferShelf shelf;
  InputBuffer one(shelf);
  InputBuffer other(shelf);

  put(one, "hello");
  put(other, "you");

  CHECK(one.bytes() == "hello");
  CHECK(other.bytes() == "you");
}

TEST_CASE("an input grows with what is in it, with a shelf and without") {
  BufferShelf shelf;
  InputBuffer lent(shelf);
  InputBuffer own;
  const std::string text(20'000, 'x');

  for (InputBuffer* const buffer : {&lent, &own}) {
    put(*buffer, "ab" + text);
    buffer->consume(2);
    CHECK(buffer->bytes() == text);
    buffer->consume(text.size());
    buffer->release();
    put(*buffer, "again");
    CHECK(buffer->bytes() == "again");
  }
}

TEST_CASE("the shelf keeps the text with the most room, up to a limit") {
  BufferShelf shelf;
  CHECK(shelf.take_text().empty());

  shelf.put_text(std::string(1000, 'x'));
  shelf.put_text(std::string(500, 'x'));
  const std::string kept = shelf.take_text();
  CHECK(kept.empty());
  CHECK(kept.capacity() >= 1000);

  shelf.put_text(std::string(100'000, 'x'));
  CHECK(shelf.take_text().capacity() < 100'000);
}

}  // namespace chancery::http::detail
