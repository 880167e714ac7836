// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/fields.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace chancery::oauth_api {

using pages::Html;

Fault to_fault(const protocol::ApiError& error) {
  std::string text = error.public_text();
  const std::string wait = wait_of(error.extra());
  if (error.code() == protocol::ErrorCode::limit_exceeded && !wait.empty()) {
    return {.status = 429, .text = fmt::format("{}. Wait {}, then try again.", text, wait)};
  }
  if (!text.ends_with('.')) text += '.';
  return {.status = error.status(), .text = std::move(text)};
}

std::string wait_of(const base::JsonObject& extra) {
  const base::Json* wait = extra.if_contains("retry_after_ms");
  if (wait == nullptr || !wait->is_int64()) return {};
  const std::int64_t seconds = std::max<std::int64_t>(1, (wait->get_int64() + 999) / 1000);
  if (seconds == 1) return "a second";
  if (seconds < 120) return fmt::format("{} seconds", seconds);
  return fmt::format("{} minutes", (seconds + 59) / 60);
}

Html complaint(std::string_view text) {
  Html html;
  if (text.empty()) return html;
  html.element("p",
               {{"class", "message bad"},
                {"id", "fault"},
                {"role", "alert"},
                {"tabindex", "-1"},
                {"autofocus", ""}},
               text);
  return html;
}

Html notice(std::string_view text) {
  Html html;
  if (!text.empty()) html.element("p", {{"class", "message good"}, {"role", "status"}}, text);
  return html;
}

Html link(std::string_view address, std::string_view text) {
  Html html;
  html.open("p").element("a", {{"href", address}}, text).close("p");
  return html;
}

Html button(std::string_view text, std::string_view kind) {
  Html html;
  html.element("button", {{"type", "submit"}, {kind.empty() ? "" : "class", kind}}, text);
  return html;
}

Fields& Fields::add(const Field& field, Html::Attributes attributes) {
  const bool is_wrong = fault_.is_there() && fault_.field == field.name;
  const bool has_focus = !fault_.is_there() && first_ == First::to_come;
  first_ = First::there;
  const std::string hint = field.hint.empty() ? "" : std::string(field.name) + "-hint";
  std::string about = hint;
  if (is_wrong) about = about.empty() ? "fault" : "fault " + about;

  html_.element("label", {{"for", field.name}}, field.label);
  html_.empty("input",
              {{"id", field.name},
               {"name", field.name},
               {"type", field.type},
               {has_focus ? "autofocus" : "", ""},
               {is_wrong ? "aria-invalid" : "", "true"},
               {about.empty() ? "" : "aria-describedby", about}},
              attributes);
  if (!hint.empty()) html_.element("p", {{"class", "hint"}, {"id", hint}}, field.hint);
  return *this;
}

Fields& Fields::add_hidden(std::string_view name, std::string_view value) {
  html_.empty("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  return *this;
}

Fields& Fields::add_check(std::string_view name, std::string_view label,
                          Html::Attributes attributes) {
  const bool is_wrong = fault_.is_there() && fault_.field == name;
  html_.open("label", {{"class", "check"}});
  html_.empty("input",
              {{"type", "checkbox"},
               {"name", name},
               {"value", "yes"},
               {is_wrong ? "aria-invalid" : "", "true"},
               {is_wrong ? "aria-describedby" : "", "fault"}},
              attributes);
  html_.text(" ").text(label).close("label");
  return *this;
}

Fields& Fields::add_password(std::string_view user, std::string_view label) {
  html_.empty("input", {{"type", "text"},
                        {"name", "username"},
                        {"autocomplete", "username"},
                        {"value", user},
                        {"readonly", ""},
                        {"hidden", ""}});
  return add({.name = "password", .label = label, .type = "password"},
             {{"autocomplete", "current-password"}, {"required", ""}, {"maxlength", "512"}});
}

Fields& Fields::add_new_password(const NewPassword& password) {
  const std::string hint = fmt::format(
      "At least {} characters. A few words that you can remember are better than one that you "
      "cannot.",
      password.least);
  add({.name = password.name, .label = password.label, .type = "password", .hint = hint},
      {{"autocomplete", "new-password"}, {"required", ""}, {"maxlength", "512"}});
  return add({.name = "again", .label = password.again, .type = "password"},
             {{"autocomplete", "new-password"}, {"required", ""}, {"maxlength", "512"}});
}

Fields& Fields::add(const Html& other) {
  html_.append(other);
  return *this;
}

}  // namespace chancery::oauth_api
