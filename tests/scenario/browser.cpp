// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/browser.hpp"

#include <stdexcept>

namespace chancery::scenario {
namespace {

constexpr int kMostRedirects = 8;

std::string unescaped(std::string text) {
  for (const auto& [from, to] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; ++at) {
      text.replace(at, std::string_view(from).size(), to);
    }
  }
  return text;
}

// The value of `name="…"` in the tag that begins at `at`; "" when it has none.
std::string attribute(const std::string& html, std::size_t at, std::string_view name) {
  const std::string tag = html.substr(at, html.find('>', at) - at);
  const std::string begin = " " + std::string(name) + "=\"";
  const std::size_t found = tag.find(begin);
  if (found == std::string::npos) return {};
  const std::size_t from = found + begin.size();
  return unescaped(tag.substr(from, tag.find('"', from) - from));
}

Browser::Fields hidden_fields(const std::string& form) {
  Browser::Fields fields;
  for (std::size_t at = 0; (at = form.find("<input", at)) != std::string::npos; ++at) {
    const std::string value = attribute(form, at, "value");
    if (attribute(form, at, "type") == "hidden") fields[attribute(form, at, "name")] = value;
  }
  return fields;
}

}  // namespace

std::string form_of(const Browser::Fields& fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    if (!form.empty()) form += '&';
    form += percent_encode(name) + '=' + percent_encode(value);
  }
  return form;
}

std::string parameter_of(const std::string& address, std::string_view name) {
  const std::size_t hash = address.find('#');
  const std::size_t mark = hash == std::string::npos ? address.find('?') : hash;
  if (mark == std::string::npos) return {};
  const auto query = http::Query::parse(std::string_view(address).substr(mark + 1));
  return query ? std::string(query->find(name).value_or("")) : std::string();
}

ApiAnswer Browser::send(http::Method method, const std::string& target, const std::string& body) {
  Ask ask{.method = method,
          .target = target,
          .body = body,
          .token = {},
          .content_type = "application/x-www-form-urlencoded"};
  if (!cookie_.empty()) ask.headers.emplace_back("Cookie", "other=1; " + cookie_);
  ApiAnswer answer = server_->begin(std::move(ask)).await();
  if (const auto set = answer.headers.find("Set-Cookie")) {
    cookie_ = std::string(set->substr(0, set->find(';')));
  }
  return answer;
}

const ApiAnswer& Browser::end_up(ApiAnswer answer) {
  for (int i = 0; i < kMostRedirects; ++i) {
    const std::string to(answer.headers.find("Location").value_or(""));
    if (answer.status < 300 || answer.status >= 400 || !to.starts_with('/')) {
      return page_ = std::move(answer);
    }
    answer = send(http::Method::get, to, "");
  }
  throw std::logic_error("too many redirects");
}

const ApiAnswer& Browser::open(const std::string& target) {
  return end_up(send(http::Method::get, target, ""));
}

const ApiAnswer& Browser::post(const std::string& target, const Fields& fields) {
  return end_up(send(http::Method::post, target, form_of(fields)));
}

const ApiAnswer& Browser::submit(std::string_view action, Fields fields) {
  for (std::size_t at = 0; (at = page_.body.find("<form", at)) != std::string::npos; ++at) {
    if (attribute(page_.body, at, "action") != action) continue;
    fields.merge(hidden_fields(page_.body.substr(at, page_.body.find("</form>", at) - at)));
    return post(std::string(action), fields);
  }
  throw std::logic_error("no such form on the page: " + page_.body);
}

std::string Browser::sent_to() const {
  return std::string(page_.headers.find("Location").value_or(""));
}

}  // namespace chancery::scenario
