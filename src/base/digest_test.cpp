// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/digest.hpp"

#include "base/base64.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace chancery::base {
namespace {

TEST_CASE("SHA-256 agrees with the examples of FIPS 180") {
  CHECK(encode_hex(sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(encode_hex(sha256("")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const Sha256Digest digest = sha256_digest("abc");
  CHECK(std::string(digest.begin(), digest.end()) == sha256("abc"));
}

TEST_CASE("a digest of pieces is that of the whole") {
  Sha256 digest;
  digest.add("a");
  Sha256 moved = std::move(digest);
  moved.add("");
  moved.add("bc");

  CHECK(moved.finish() == sha256("abc"));
}

TEST_CASE("HMAC agrees with RFC 4231 and RFC 2202") {
  const std::string key(20, '\x0b');
  CHECK(encode_hex(hmac_sha256(key, "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(encode_hex(hmac_sha1(key, "Hi There")) == "b617318655057264e28bc0b6fb378c8ef146be00");
  CHECK(hmac_sha256(std::string_view(), "x") == hmac_sha256("", "x"));
}

TEST_CASE("HKDF agrees with RFC 5869") {
  const std::string key(22, '\x0b');
  const std::string salt = *decode_hex("000102030405060708090a0b0c");
  const std::string purpose = *decode_hex("f0f1f2f3f4f5f6f7f8f9");

  CHECK(encode_hex(hkdf_sha256(key, salt, purpose, 42)) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(encode_hex(hkdf_sha256(key, "", "", 42)) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  CHECK(hkdf_sha256(key, salt, purpose, 255 * 32).size() == 255 * 32);
  CHECK(hkdf_sha256(key, salt, purpose, 0).empty());
}

TEST_CASE("secrets are equal only when all bytes are") {
  CHECK(equal_secrets("", ""));
  CHECK(equal_secrets("secret", "secret"));
  CHECK_FALSE(equal_secrets("secret", "secreT"));
  CHECK_FALSE(equal_secrets("secret", "secret "));
}

}  // namespace
}  // namespace chancery::base
