// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// HTTP requests and responses as handlers see them. No Matrix word in here.
//
// Spec: RFC 9110, RFC 9112.

#include "http/named_values.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/network.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace chancery::http {

enum class Method : std::uint8_t { get, head, post, put, del, options, patch, other };
[[nodiscard]] std::string_view method_name(Method method);

// Fields in the order received; names compare without case. What is found is good until a field is
// added or set.
class Headers {
 public:
  using Field = NamedValues::Entry;
  // Makes room for so many fields, of so many characters together.
  void reserve(std::size_t fields, std::size_t characters) { fields_.reserve(fields, characters); }
  void add(std::string_view name, std::string_view value);
  // Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  // The first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] auto fields() const { return fields_.entries(); }

 private:
  NamedValues fields_;
};

// Fields that many responses have alike, written once for all of them.
class FixedFields {
 public:
  explicit FixedFields(Headers fields);
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const Headers& headers() const { return headers_; }
  // As they are sent, each with the end of its line.
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  Headers headers_;
  std::string text_;
};

// The query of a target, decoded ('+' is a space), in order.
class Query {
 public:
  // Absent when an escape is malformed, or a name or a value is no UTF-8.
  [[nodiscard]] static std::optional<Query> parse(std::string_view text);
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] auto parameters() const { return parameters_.entries(); }

 private:
  NamedValues parameters_;
};

// The body of a request as it arrives.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // The next bytes, at most 64 KiB; empty at the end. Throws BodyError or PeerGone.
  virtual runtime::Task<std::string> read_some() = 0;
};

// The body cannot be had: too long, or not framed as its headers say. `status` is 413 or 400.
struct BodyError : std::runtime_error {
  BodyError(unsigned code, const std::string& text) : std::runtime_error(text), status(code) {}
  unsigned status;
};

struct Request {
  Method method = Method::other;
  std::string target;  // as received
  std::string path;    // the target's path, still percent-encoded
  Query query;
  Headers headers;
  std::optional<std::uint64_t> content_length;  // absent: chunked, or no body
  bool has_body = false;
  BodyReader* body = nullptr;  // never null while a handler runs
  runtime::Endpoint peer;
  bool secure = false;
  // Cancelled when the client hangs up while the handler runs, and when the server's patience at
  // stopping ends.
  runtime::CancelToken gone;
};

// The whole body, at most `limit` bytes. Throws BodyError(413) beyond.
runtime::Task<std::string> read_body(Request& request, std::size_t limit);

// A body that is made piece by piece.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Sent as Content-Length; absent: chunked.
  [[nodiscard]] virtual std::optional<std::uint64_t> length() const = 0;
  // The next piece; empty at the end.
  virtual runtime::Task<std::string> next() = 0;
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::variant<std::string, std::shared_ptr<const std::string>, std::unique_ptr<BodySource>> body;
  // Sent too, in the place of those of `headers` that have the same names. Lives longer than any
  // response.
  const FixedFields* fixed = nullptr;
};

}  // namespace chancery::http
