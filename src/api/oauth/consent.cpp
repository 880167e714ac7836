// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/consent.hpp"

#include "domain/oauth/uri.hpp"

#include <algorithm>

namespace chancery::oauth_api {

using pages::Html;

namespace {

void add_row(Html& html, std::string_view term, std::string_view text) {
  html.element("dt", term).element("dd", text);
}

void add_link(Html& html, std::string_view address, std::string_view text) {
  if (address.empty()) return;
  html.open("li").element("a", {{"href", address}, {"rel", "noreferrer noopener"}}, text);
  html.close("li");
}

}  // namespace

runtime::Task<Html> describe_request(oauth::Client client, oauth::Scope scope,
                                     protocol::UserId user, std::string target,
                                     accounts::Devices& devices) {
  const oauth::ClientMetadata& metadata = client.metadata;
  Html html;
  html.open("p").element("strong", metadata.title());
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
  html.element("h2", "It will be able to");
  html.open("ul", {{"class", "plain"}});
  html.element("li", "read and send your messages, and see and join your rooms");
  html.element("li", "change your profile and settings");
  html.element("li", "see your contacts and your other sessions");
  html.close("ul");
  const auto known = co_await devices.load(user);
  const auto same = std::ranges::find(known, scope.device, &storage::StoredDevice::device);
  if (same != known.end()) {
    html.element(
        "p", {{"class", "message bad"}},
        "It takes the place of your session " +
            (same->display_name.empty() ? scope.device.text()
                                        : same->display_name + " (" + scope.device.text() + ")") +
            ", which is signed out.");
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
