// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/request_signature.hpp"

#include "base/base64.hpp"

#include <doctest/doctest.h>
#include <sodium.h>

namespace chancery::protocol {
namespace {

const ServerName kOrigin = *ServerName::parse("origin.example");
const ServerName kDestination = *ServerName::parse("[2001:db8::1]:8448");
const std::string kSeed(32, 's');

std::string authorization(std::string_view method, std::string_view target,
                          const base::JsonObject* content) {
  return authorization_of({.method = method,
                           .target = target,
                           .origin = kOrigin,
                           .destination = kDestination,
                           .content = content},
                          SigningKey(*KeyId::parse("ed25519:a_1"), kSeed));
}

// Whether the field is exactly that of a signature over `text`, written and checked here without
// what is tested.
bool is_over(const std::string& field, const std::string& text) {
  const std::string begin = R"(X-Matrix origin="origin.example",destination="[2001:db8::1]:8448",)"
                            R"(key="ed25519:a_1",sig=")";
  if (!field.starts_with(begin) || !field.ends_with('"')) return false;
  const std::string encoded = field.substr(begin.size(), field.size() - begin.size() - 1);
  std::array<unsigned char, 64> signature{};
  std::size_t length = 0;
  if (sodium_base642bin(signature.data(), signature.size(), encoded.data(), encoded.size(), nullptr,
                        &length, nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0) {
    return false;
  }
  std::array<unsigned char, 32> key{};
  std::array<unsigned char, 64> secret{};
  crypto_sign_seed_keypair(key.data(), secret.data(),
                           reinterpret_cast<const unsigned char*>(kSeed.data()));
  return length == 64 && crypto_sign_verify_detached(
                             signature.data(), reinterpret_cast<const unsigned char*>(text.data()),
                             text.size(), key.data()) == 0;
}

TEST_CASE("a request with a body is signed over its canonical text") {
  const base::JsonObject content{{"z", 1}, {"a", base::JsonObject{{"c", "\xc3\xa4"}, {"b", true}}}};

  const std::string field = authorization("POST", "/_matrix/policy/v1/sign?a=b%20c", &content);

  CHECK(is_over(field, R"({"content":{"a":{"b":true,"c":"ä"},"z":1},)"
                       R"("destination":"[2001:db8::1]:8448","method":"POST",)"
                       R"("origin":"origin.example","uri":"/_matrix/policy/v1/sign?a=b%20c"})"));
}

TEST_CASE("a request without a body is signed without content") {
  const std::string field = authorization("GET", "/_matrix/federation/v1/version", nullptr);

  CHECK(is_over(field, R"({"destination":"[2001:db8::1]:8448","method":"GET",)"
                       R"("origin":"origin.example","uri":"/_matrix/federation/v1/version"})"));
}

TEST_CASE("an empty body is signed as one") {
  const base::JsonObject content;
  CHECK(is_over(authorization("PUT", "/x", &content),
                R"({"content":{},"destination":"[2001:db8::1]:8448","method":"PUT",)"
                R"("origin":"origin.example","uri":"/x"})"));
}

}  // namespace
}  // namespace chancery::protocol
