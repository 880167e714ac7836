// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/chunk_decoder.hpp"

#include <doctest/doctest.h>

namespace chancery::http::detail {
namespace {

struct Decoded {
  ChunkDecoder::Result result;
  std::string body;
  std::string left;
};

// Feeds `text` in pieces of `step` bytes.
Decoded decode(std::string_view text, std::size_t step = 1000) {
  ChunkDecoder decoder;
  Decoded decoded{ChunkDecoder::Result::need_more, "", ""};
  std::string pending;
  while (decoded.result == ChunkDecoder::Result::need_more && !text.empty()) {
    pending += text.substr(0, step);
    text.remove_prefix(std::min(step, text.size()));
    std::string_view bytes = pending;
    decoded.result = decoder.feed(bytes, decoded.body, 1 << 20U);
    pending = std::string(bytes);
  }
  decoded.left = pending + std::string(text);
  return decoded;
}

bool is_broken(std::string_view text) {
  return decode(text).result == ChunkDecoder::Result::broken;
}

}  // namespace

TEST_CASE("chunks are joined wherever they are split, and what follows is left") {
  const std::string text = "5\r\nhello\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\nGET";
  for (const std::size_t step : {1U, 2U, 3U, 7U, 1000U}) {
    const Decoded decoded = decode(text, step);

    CHECK(decoded.result == ChunkDecoder::Result::complete);
    CHECK(decoded.body == "hello0123456789");
    CHECK(decoded.left == "GET");
  }
}

TEST_CASE("an empty chunked body ends at once") {
  CHECK(decode("0\r\n\r\n", 1).result == ChunkDecoder::Result::complete);
  CHECK(decode("000\r\n\r\n").result == ChunkDecoder::Result::complete);
}

TEST_CASE("sizes that overflow, are signed, or are none are broken") {
  CHECK(is_broken("ffffffffffffffffff\r\n"));
  CHECK(is_broken("10000000000000000\r\n"));
  CHECK(is_broken("-1\r\n"));
  CHECK(is_broken("+1\r\n"));
  CHECK(is_broken("0x1\r\n"));
  CHECK(is_broken(" 1\r\n"));
  CHECK(is_broken("1 \r\n"));
  CHECK(is_broken("\r\n"));
  CHECK(is_broken(";a\r\n"));
}

TEST_CASE("line ends other than CRLF are broken") {
  CHECK(is_broken("1\na\r\n"));
  CHECK(is_broken("1\r\na\n"));
  CHECK(is_broken("1\r\nab\r\n"));
  CHECK(is_broken("1\rX"));
  CHECK(is_broken("1;a\nb"));
  CHECK(is_broken("0\r\n\n"));
  CHECK(is_broken("0\r\nA: b\n\r\n"));
  CHECK(is_broken("0\r\n folded\r\n\r\n"));
}

TEST_CASE("endless extensions and trailers are broken") {
  CHECK(is_broken("1;" + std::string(9000, 'x')));
  CHECK(is_broken("0\r\n" + std::string(9000, 'x')));
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "1;0123456789\r\na\r\n";
  CHECK(is_broken(many));
}

TEST_CASE("the decoder stops when it has given enough") {
  ChunkDecoder decoder;
  std::string_view bytes = "5\r\nhello\r\n0\r\n\r\n";
  std::string out;

  CHECK(decoder.feed(bytes, out, 3) == ChunkDecoder::Result::need_more);
  CHECK(out == "hel");
  CHECK(decoder.feed(bytes, out, 100) == ChunkDecoder::Result::complete);
  CHECK(out == "hello");
}

}  // namespace chancery::http::detail
