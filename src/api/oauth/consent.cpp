// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/consent.hpp"

#include "domain/oauth/uri.hpp"

#include <algorithm>

namespace chancery::oauth_api {

using pages::Html;

namespace {

void add_row(Html& html, std::string_view term, std::string_view text) {
  html.element("dt", term).open("dd").foreign(text).close("dd");
}

void add_link(Html& html, std::string_view address, std::string_view text) {
  if (address.empty()) return;
  html.open("li").element("a", {{"href", address}, {"rel", "noreferrer noopener"}}, text);
  html.close("li");
}

}  // namespace

Html what_it_can() {
  Html html;
  html.element("h2", "It will be able to");
  html.open("ul", {{"class", "plain"}});
  html.element("li", "read and send your messages, and see and join your rooms");
  html.element("li", "change your profile and settings");
  html.element("li", "see your contacts and your other sessions");
  html.close("ul");
  return html;
}

Html answer_buttons() {
  Html html;
  html.element("button", {{"type", "submit"}, {"name", "answer"}, {"value", "allow"}}, "Let it in");
  html.element("button",
               {{"type", "submit"}, {"name", "answer"}, {"value", "deny"}, {"class", "second"}},
               "Do not");
  return html;
}

Html use_another_account(const Visitor& visitor, std::string_view next) {
  Html html = Visitors::begin_form(visitor, kSignOutPath);
  html.empty("input", {{"type", "hidden"}, {"name", "next"}, {"value", next}});
  html.append(button("Use another account", "second")).close("form");
  return html;
}

runtime::Task<Html> describe_request(oauth::Client client, oauth::Scope scope,
                                     protocol::UserId user, std::string target,
                                     accounts::Devices& devices) {
  const oauth::ClientMetadata& metadata = client.metadata;
  Html html;
  html.open("p").open("strong").foreign(metadata.title()).close("strong");
  html.text(" wants to use your account ").element("strong", user.text()).text(".").close("p");
  html.open("dl");
  add_row(html, "It says that it comes from", metadata.host());
  if (!target.empty()) add_row(html, "It gets its answer at", target);
  html.close("dl");
  // An https address belongs to that host, which this server has held against what it says. Any app
  // can claim a scheme or listen on this machine, and one that waits elsewhere can claim anything.
  html.element(
      "p", {{"class", "hint"}},
      target.starts_with("https://")
          ? "The name is what it says of itself. Its answer goes to that host alone."
          : "All of this is what it says of itself. Go on only if you started it yourself.");
  html.append(what_it_can());
  const auto known = co_await devices.load(user);
  const auto same = std::ranges::find(known, scope.device, &storage::StoredDevice::device);
  if (same != known.end()) {
    html.open("p", {{"class", "message bad"}}).text("It takes the place of your session ");
    if (same->display_name.empty()) {
      html.foreign(scope.device.text());
    } else {
      html.foreign(same->display_name).text(" (").foreign(scope.device.text()).text(")");
    }
    html.text(", which will be signed out.").close("p");
  }
  if (!metadata.policy_uri.empty() || !metadata.tos_uri.empty()) {
    html.open("ul", {{"class", "links"}});
    add_link(html, metadata.policy_uri, "Its privacy policy");
    add_link(html, metadata.tos_uri, "Its terms of service");
    html.close("ul");
  }
  co_return html;
}

}  // namespace chancery::oauth_api
