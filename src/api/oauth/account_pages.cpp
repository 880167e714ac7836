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
    Name{"addresses", AccountAction::addresses},
    // No link leads to a removal: an address is in no link.
    Name{"addresses", AccountAction::remove_address},
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
    case AccountAction::addresses:
      return "Your e\u2011mail addresses";
    case AccountAction::remove_address:
      return "Remove an address";
  }
  return "Your account";
}

// Where the person is, nobody said: by the clock that is the same everywhere.
std::string time_of(base::Timestamp at) {
  constexpr std::size_t kMinute = 5;  // "05:24", behind the day and the T
  const std::string day = base::day_text(at);
  return day + ", " + base::moment_text(at).substr(day.size() + 1, kMinute) + " UTC";
}

std::string title_of(const storage::StoredDevice& device) {
  return device.display_name.empty() ? "Unnamed app" : device.display_name;
}

// Who is called `device`, where it may be called by the client that signed it in.
std::string title_of(const storage::StoredDevice& device, const oauth::Client* client) {
  if (device.display_name.empty() && client != nullptr) return client->metadata.title();
  return title_of(device);
}

// When it was used, and whence; when it came, where it was not used yet.
std::string last_use_of(const storage::StoredDevice& device) {
  if (device.last_seen_at.milliseconds == 0) return "Signed in " + time_of(device.created_at);
  std::string text = "Last seen " + time_of(device.last_seen_at);
  if (!device.last_seen_address.empty()) text += ", from " + device.last_seen_address;
  return text;
}

void add_link(Html& html, std::string_view address, std::string_view text) {
  html.open("li").element("a", {{"href", address}}, text).close("li");
}

void add_row(Html& html, std::string_view term, std::string_view text) {
  html.element("dt", term).open("dd").foreign(text).close("dd");
}

// An entry of the list of sessions, by which it can be told from the others: the app by where it
// comes from, or by what it calls itself.
void add_device(Html& html, const storage::StoredDevice& device, const oauth::Client* client) {
  const std::string app = client != nullptr ? client->metadata.host() : device.last_seen_agent;
  html.open("li").open("a", {{"href", address_of(AccountAction::device, device.device.text())}});
  html.foreign(title_of(device, client)).close("a");
  html.open("p", {{"class", "about"}}).foreign(last_use_of(device)).close("p");
  if (!app.empty()) {
    html.open("p", {{"class", "about line"}, {"title", app}}).foreign(app).close("p");
  }
  html.open("p", {{"class", "about"}}).text("Id ").foreign(device.device.text()).close("p");
  html.close("li");
}

Html overview(const Visitor& visitor) {
  Html html;
  html.open("p").text("You are ").element("strong", visitor.user->text()).text(".").close("p");
  html.open("ul", {{"class", "links"}});
  for (const AccountAction action :
       {AccountAction::profile, AccountAction::addresses, AccountAction::password,
        AccountAction::devices, AccountAction::reset, AccountAction::deactivate}) {
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

Html remove_address(const Visitor& visitor, const AccountPages::View& view) {
  const std::string_view address = view.typed.get("email");
  Html html;
  html.open("p").text("This takes ").open("strong").foreign(address).close("strong");
  html.text(
      " from your account. You do not sign in by it any more, a forgotten password is not set anew "
      "by it, and no mail goes there.");
  html.close("p");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/remove_address"));
  Fields fields(view.fault);
  fields.add_hidden("email", address).add_password(visitor.user->text());
  html.append(fields.html()).append(button("Remove it", "bad")).close("form");
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

runtime::Task<Html> AccountPages::addresses(Visitor visitor) const {
  const auto owned = co_await services_.addresses.load(*visitor.user);
  const bool has_mail = services_.validations.is_offered();
  Html html;
  if (owned.empty()) html.element("p", "Your account has no address.");
  html.open("ul", {{"class", "links"}});
  for (const third_party_ids::ThirdPartyId& each : owned) {
    html.open("li").open("p", {{"class", "entry"}}).foreign(each.address.text()).close("p");
    html.element("p", {{"class", "about"}}, "Added " + base::day_text(each.added_at));
    html.append(Visitors::begin_form(visitor, "/_chancery/account/remove_address"));
    html.empty("input", {{"type", "hidden"}, {"name", "email"}, {"value", each.address.text()}});
    html.append(button("Remove", "second")).close("form").close("li");
  }
  if (has_mail) add_link(html, kAddAddressPath, "Add an address");
  html.close("ul");
  html.element("p", {{"class", "hint"}},
               has_mail ? "You can sign in with an address in place of your name, and set a new "
                          "password by mail when you have forgotten yours."
                        : "This server sends no mail. An address is added by whoever runs it.");
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
    add_device(html, each, client != clients.end() ? &client->second : nullptr);
  }
  html.close("ul");
  co_return html;
}

runtime::Task<Html> AccountPages::device(Visitor visitor, storage::StoredDevice device) const {
  const auto clients = co_await services_.clients.load_of(*visitor.user);
  Html html;
  html.open("dl");
  const auto client = clients.find(device.device.text());
  add_row(html, "Name", title_of(device, client != clients.end() ? &client->second : nullptr));
  add_row(html, "Id", device.device.text());
  if (client != clients.end()) {
    html.element("dt", "App").open("dd").foreign(client->second.metadata.title());
    html.text(", from ").foreign(client->second.metadata.host()).close("dd");
  }
  add_row(html, "Signed in since", time_of(device.created_at));
  if (device.last_seen_at.milliseconds != 0) {
    add_row(html, "Last seen", time_of(device.last_seen_at));
    add_row(html, "From the address", device.last_seen_address);
  }
  if (!device.last_seen_agent.empty()) add_row(html, "By", device.last_seen_agent);
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
    case AccountAction::addresses:
      body.append(co_await addresses(visitor));
      break;
    case AccountAction::remove_address:
      body.append(remove_address(visitor, view));
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
