// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Fields: what a page asks to be typed, and what was wrong with it the time before.
//
// Each field has its label, and its hint where there is one. The first has the focus; where
// something was wrong the message has it, and the field that it is about points to the message.
//
//   Fields fields(fault);
//   fields.add({.name = "username", .label = "Username"}, {{"value", typed}});
//   body.append(fields.html());

#include "api/pages/html.hpp"
#include "base/json.hpp"
#include "protocol/api_error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace chancery::oauth_api {

// Why what was asked for was not done.
struct Fault {
  unsigned status = 400;
  std::string text = {};        // "": nothing was wrong
  std::string_view field = {};  // the name of the one that it is about; "" for none

  [[nodiscard]] bool is_there() const { return !text.empty(); }
  [[nodiscard]] unsigned page_status() const { return is_there() ? status : 200U; }
};
// In whole sentences; of an error by which somebody must wait, how long.
[[nodiscard]] Fault to_fault(const protocol::ApiError& error);
// "20 seconds": how long an error that has these members says to wait; "" when it does not.
[[nodiscard]] std::string wait_of(const base::JsonObject& extra);

// <p class="message bad" role="alert">, with the focus; nothing for no text.
[[nodiscard]] pages::Html complaint(std::string_view text);
[[nodiscard]] pages::Html notice(std::string_view text);
// A paragraph that is a link.
[[nodiscard]] pages::Html link(std::string_view address, std::string_view text);
// A button that sends its form.
[[nodiscard]] pages::Html button(std::string_view text, std::string_view kind = {});

class Fields {
 public:
  explicit Fields(Fault fault) : fault_(std::move(fault)) {}

  struct Field {
    std::string_view name;
    std::string_view label;
    std::string_view type = "text";
    std::string_view hint = {};
  };
  // `attributes` are those of the input beside what is said above.
  Fields& add(const Field& field, pages::Html::Attributes attributes);
  Fields& add_hidden(std::string_view name, std::string_view value);
  Fields& add_check(std::string_view name, std::string_view label,
                    pages::Html::Attributes attributes);
  // The password that `user` has; beside it their id, by which password managers find it.
  Fields& add_password(std::string_view user, std::string_view label = "Password");
  // A new one under that name, and once more as "again".
  struct NewPassword {
    std::string_view name;
    std::string_view label;
    std::string_view again;
    std::size_t least;
  };
  Fields& add_new_password(const NewPassword& password);
  Fields& add(const pages::Html& other);

  [[nodiscard]] const pages::Html& html() const { return html_; }

 private:
  Fault fault_;
  pages::Html html_;
  enum class First : std::uint8_t { to_come, there } first_ = First::to_come;
};

}  // namespace chancery::oauth_api
