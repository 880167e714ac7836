// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/account_pages.hpp"

#include "api/oauth/forms.hpp"
#include "base/dates.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace chancery::oauth_api {

using pages::Html;

namespace {

struct Name {
  std::string_view name;
  AccountAction action;
};
// The first of an action is the one that we write.
constexpr std::array kNames{
    Name{"org.matrix.profile", AccountAction::profile},
    Name{"org.matrix.devices_list", AccountAction::devices},
    Name{"org.matrix.device_view", AccountAction::device},
    Name{"org.matrix.device_delete", AccountAction::end_device},
    Name{"org.matrix.account_deactivate", AccountAction::deactivate},
    Name{"org.matrix.cross_signing_reset", AccountAction::reset},
    Name{"password", AccountAction::password},
    // COMPAT: names of MSC4191 before it was stable; may go when no client uses them.
    Name{"profile", AccountAction::profile},
    Name{"sessions_list", AccountAction::devices},
    Name{"org.matrix.sessions_list", AccountAction::devices},
    Name{"session_view", AccountAction::device},
    Name{"org.matrix.session_view", AccountAction::device},
    Name{"session_end", AccountAction::end_device},
    Name{"org.matrix.session_end", AccountAction::end_device},
    Name{"account_deactivate", AccountAction::deactivate},
    Name{"cross_signing_reset", AccountAction::reset},
};

std::string_view title_of(AccountAction action) {
  switch (action) {
    case AccountAction::overview:
      return "Your account";
    case AccountAction::profile:
      return "Your profile";
    case AccountAction::password:
      return "Change your password";
    case AccountAction::devices:
      return "Your sessions";
    case AccountAction::device:
      return "A session";
    case AccountAction::end_device:
      return "Sign a session out";
    case AccountAction::deactivate:
      return "Deactivate your account";
    case AccountAction::reset:
      return "Reset your digital identity";
  }
  return "Your account";
}

std::string title_of(const storage::StoredDevice& device) {
  return device.display_name.empty() ? "Unnamed app" : device.display_name;
}

void add_link(Html& html, std::string_view address, std::string_view text) {
  html.open("li").element("a", {{"href", address}}, text).close("li");
}

void add_row(Html& html, std::string_view term, std::string_view text) {
  html.element("dt", term).open("dd").foreign(text).close("dd");
}

// A line of the list of sessions.
void add_device(Html& html, const storage::StoredDevice& device, const std::string& host) {
  html.open("li").open("a", {{"href", address_of(AccountAction::device, device.device.text())}});
  html.foreign(title_of(device));
  if (!host.empty()) html.text(", ").foreign(host);
  if (device.last_seen_at.milliseconds != 0) {
    html.text(", last seen " + base::day_text(device.last_seen_at));
  }
  html.close("a").close("li");
}

Html overview(const Visitor& visitor) {
  Html html;
  html.open("p").text("You are ").element("strong", visitor.user->text()).text(".").close("p");
  html.open("ul", {{"class", "links"}});
  for (const AccountAction action :
       {AccountAction::profile, AccountAction::password, AccountAction::devices,
        AccountAction::reset, AccountAction::deactivate}) {
    add_link(html, address_of(action), title_of(action));
  }
  html.close("ul");
  html.append(Visitors::begin_form(visitor, kSignOutPath));
  html.append(button("Sign out of these pages", "second")).close("form");
  return html;
}

// As it was before the fault, if there was one.
std::string_view checked(const AccountPages::View& view, std::string_view name) {
  return view.typed.has(name) ? "checked" : "";
}

Html password(const Visitor& visitor, const AccountPages::View& view, std::size_t least) {
  Html html = Visitors::begin_form(visitor, "/_chancery/account/password");
  Fields fields(view.fault);
  fields.add_password(visitor.user->text(), "Current password");
  fields.add_new_password({.name = "new_password",
                           .label = "New password",
                           .again = "Repeat the new password",
                           .least = least});
  fields.add_check("sign_out", "Sign out all my sessions", {{checked(view, "sign_out"), ""}});
  html.append(fields.html()).append(button("Change the password")).close("form");
  return html;
}

Html deactivate(const Visitor& visitor, const AccountPages::View& view) {
  Html html;
  html.open("p", {{"class", "message bad"}}).text("This ends ");
  html.element("strong", visitor.user->text());
  html.text(
      " for good. You leave every room, every session is signed out, and nobody will ever "
      "get this name again. It cannot be undone.");
  html.close("p");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/deactivate"));
  Fields fields(view.fault);
  fields.add_password(visitor.user->text());
  fields.add_check("erase", "Also erase my messages and profile where the server can",
                   {{checked(view, "erase"), ""}});
  fields.add_check("sure", "I want my account to end",
                   {{"required", ""}, {checked(view, "sure"), ""}});
  html.append(fields.html()).append(button("Deactivate my account", "bad")).close("form");
  return html;
}

Html reset(const Visitor& visitor, const AccountPages::View& view) {
  Html html;
  html.open("p").text(
      "This lets an app of yours replace, once within ten minutes, the keys by which others know "
      "that ");
  html.element("strong", visitor.user->text()).text(" is you.").close("p");
  html.open("p").text(
      "If an app sent you here and you did not ask for it, somebody else has access: do not go "
      "on, ");
  html.element("a", {{"href", address_of(AccountAction::password)}}, "change your password");
  html.text(".").close("p");
  html.element("p",
               "Those who verified you must verify you again, and messages of which no other "
               "session of yours has the keys stay unreadable.");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/reset"));
  Fields fields(view.fault);
  fields.add_password(visitor.user->text());
  html.append(fields.html()).append(button("Allow the reset", "bad")).close("form");
  return html;
}

Html end_device(const Visitor& visitor, const AccountPages::View& view,
                const storage::StoredDevice& device) {
  Html html;
  html.open("p").text("This signs ").open("strong").foreign(title_of(device)).close("strong");
  html.text(" (").foreign(device.device.text());
  html.text(") out. What only that session can read is lost.").close("p");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/end_session"));
  Fields fields(view.fault);
  fields.add_hidden("device_id", device.device.text());
  fields.add_password(visitor.user->text());
  html.append(fields.html()).append(button("Sign it out", "bad")).close("form");
  return html;
}

}  // namespace

AccountAction parse_action(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.action;
  }
  return AccountAction::overview;
}

std::string address_of(AccountAction action, std::string_view device) {
  for (const Name& known : kNames) {
    if (known.action != action) continue;
    std::string address = fmt::format("{}?action={}", kAccountPath, known.name);
    if (!device.empty()) address += "&device_id=" + oauth::encode_component(device);
    return address;
  }
  return std::string(kAccountPath);
}

runtime::Task<std::optional<storage::StoredDevice>> AccountPages::find_device(
    Visitor visitor, std::string id) const {
  for (storage::StoredDevice& each : co_await services_.devices.load(*visitor.user)) {
    if (each.device.text() == id) co_return std::move(each);
  }
  co_return std::nullopt;
}

runtime::Task<Html> AccountPages::profile(Visitor visitor, View view) const {
  const auto stored = co_await services_.profiles.find_field(*visitor.user, "displayname");
  std::string name;
  if (stored) {
    const auto json = base::parse_json(*stored);
    if (json && json->is_string()) name = std::string(json->get_string());
  }
  if (view.fault.is_there()) name = view.typed.get("displayname");
  Html html;
  html.open("dl");
  add_row(html, "Username", visitor.user->text());
  html.close("dl");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/profile"));
  Fields fields(view.fault);
  fields.add({.name = "displayname", .label = "Name that others see"},
             {{"autocomplete", "name"}, {"maxlength", "256"}, {"value", name}});
  html.append(fields.html()).append(button("Save")).close("form");
  co_return html;
}

runtime::Task<Html> AccountPages::devices(Visitor visitor) const {
  const auto clients = co_await services_.clients.load_of(*visitor.user);
  auto stored = co_await services_.devices.load(*visitor.user);
  std::ranges::sort(stored, std::ranges::greater(), [](const storage::StoredDevice& each) {
    return std::pair(each.last_seen_at.milliseconds, each.created_at.milliseconds);
  });
  Html html;
  if (stored.empty()) {
    html.element("p", "No app is signed in to your account.");
    co_return html;
  }
  html.open("ul", {{"class", "links"}});
  for (const storage::StoredDevice& each : stored) {
    const auto client = clients.find(each.device.text());
    add_device(html, each, client != clients.end() ? client->second.metadata.host() : "");
  }
  html.close("ul");
  co_return html;
}

runtime::Task<Html> AccountPages::device(Visitor visitor, storage::StoredDevice device) const {
  const auto clients = co_await services_.clients.load_of(*visitor.user);
  Html html;
  html.open("dl");
  add_row(html, "Name", title_of(device));
  add_row(html, "Id", device.device.text());
  const auto client = clients.find(device.device.text());
  if (client != clients.end()) {
    html.element("dt", "App").open("dd").foreign(client->second.metadata.title());
    html.text(", from ").foreign(client->second.metadata.host()).close("dd");
  }
  add_row(html, "Signed in since", base::day_text(device.created_at));
  if (device.last_seen_at.milliseconds != 0) {
    add_row(html, "Last seen",
            base::day_text(device.last_seen_at) + " from " + device.last_seen_address);
  }
  html.close("dl");
  html.open("ul", {{"class", "links"}});
  add_link(html, address_of(AccountAction::end_device, device.device.text()), "Sign it out");
  html.close("ul");
  co_return html;
}

runtime::Task<http::Response> AccountPages::show(Visitor visitor, View view) const {
  std::optional<storage::StoredDevice> of;
  if (view.action == AccountAction::device || view.action == AccountAction::end_device) {
    of = co_await find_device(visitor, view.device);
    if (!of && !view.fault.is_there()) {
      view.fault = {.status = 404,
                    .text = "There is no such session. It may have been signed out."};
    }
  }
  Html body = complaint(view.fault.text);
  body.append(notice(view.news));
  switch (view.action) {
    case AccountAction::overview:
      body.append(overview(visitor));
      break;
    case AccountAction::profile:
      body.append(co_await profile(visitor, view));
      break;
    case AccountAction::password:
      body.append(password(visitor, view, visitors_.site().password_min_length));
      break;
    case AccountAction::devices:
      body.append(co_await devices(visitor));
      break;
    case AccountAction::device:
      if (of) body.append(co_await device(visitor, *of));
      break;
    case AccountAction::end_device:
      if (of) body.append(end_device(visitor, view, *of));
      break;
    case AccountAction::deactivate:
      body.append(deactivate(visitor, view));
      break;
    case AccountAction::reset:
      body.append(reset(visitor, view));
      break;
  }
  if (view.action != AccountAction::overview) {
    body.append(link(kAccountPath, "Back to your account"));
  }
  co_return visitors_.show(visitor, {.status = view.fault.page_status(),
                                     .title = std::string(title_of(view.action)),
                                     .body = body});
}

}  // namespace chancery::oauth_api
