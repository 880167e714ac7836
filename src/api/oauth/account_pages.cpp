// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/account_pages.hpp"

#include "api/oauth/forms.hpp"

#include <array>
#include <chrono>

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

std::string day_of(base::Timestamp at) {
  const std::chrono::sys_time<base::Milliseconds> time{base::Milliseconds(at.milliseconds)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::string title_of(const storage::StoredDevice& device) {
  return device.display_name.empty() ? device.device.text() : device.display_name;
}

void add_link(Html& html, std::string_view address, std::string_view text) {
  html.open("li").element("a", {{"href", address}}, text).close("li");
}

void add_row(Html& html, std::string_view term, std::string_view text) {
  html.element("dt", term).element("dd", text);
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
  html.element("button", {{"type", "submit"}, {"class", "second"}}, "Sign out of these pages");
  html.close("form");
  return html;
}

Html new_password_fields(std::size_t least) {
  Html html;
  html.append(field("new_password", "New password", "password",
                    {{"autocomplete", "new-password"},
                     {"required", ""},
                     {"maxlength", "512"},
                     {"aria-describedby", "password-hint"}}));
  html.element("p", {{"class", "hint"}, {"id", "password-hint"}},
               fmt::format("At least {} characters.", least));
  html.append(field("again", "Repeat the new password", "password",
                    {{"autocomplete", "new-password"}, {"required", ""}, {"maxlength", "512"}}));
  return html;
}

Html check_box(std::string_view name, std::string_view label) {
  Html html;
  html.open("label", {{"class", "check"}});
  html.empty("input", {{"type", "checkbox"}, {"name", name}, {"value", "yes"}});
  html.text(" ").text(label).close("label");
  return html;
}

Html password(const Visitor& visitor, std::size_t least) {
  Html html = Visitors::begin_form(visitor, "/_chancery/account/password");
  html.append(password_field("Password until now"));
  html.append(new_password_fields(least));
  html.append(check_box("sign_out", "Sign out all my sessions"));
  html.element("button", {{"type", "submit"}}, "Change it").close("form");
  return html;
}

Html deactivate(const Visitor& visitor) {
  Html html;
  html.open("p", {{"class", "message bad"}}).text("This ends ");
  html.element("strong", visitor.user->text());
  html.text(
      " for good. You leave every room, every session is signed out, and nobody will ever "
      "get this name again. It cannot be undone.");
  html.close("p");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/deactivate"));
  html.append(password_field());
  html.append(check_box("erase", "Forget what can be forgotten of me, too"));
  html.append(check_box("sure", "I want my account to end"));
  html.element("button", {{"type", "submit"}, {"class", "bad"}}, "Deactivate my account");
  html.close("form");
  return html;
}

Html reset(const Visitor& visitor) {
  Html html;
  html.open("p").text("An app wants to replace the keys by which others know that ");
  html.element("strong", visitor.user->text());
  html.text(
      " is you. If you did not ask for this yourself just now, somebody else has access to "
      "your account: do not go on, change your password instead.");
  html.close("p");
  html.element("p",
               "Those who verified you must verify you again, and messages of which no other "
               "session of yours has the keys stay unreadable. For ten minutes, an app of "
               "yours may replace the keys once.");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/reset"));
  html.append(password_field());
  html.element("button", {{"type", "submit"}, {"class", "bad"}}, "Allow the reset");
  html.close("form");
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

runtime::Task<Html> AccountPages::profile(Visitor visitor) const {
  const auto stored = co_await services_.profiles.find_field(*visitor.user, "displayname");
  std::string name;
  if (stored) {
    const auto json = base::parse_json(*stored);
    if (json && json->is_string()) name = std::string(json->get_string());
  }
  Html html;
  html.open("dl");
  add_row(html, "Your id", visitor.user->text());
  html.close("dl");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/profile"));
  html.append(field("displayname", "Name that others see", "text",
                    {{"autocomplete", "name"}, {"maxlength", "256"}, {"value", name}}));
  html.element("button", {{"type", "submit"}}, "Save").close("form");
  co_return html;
}

runtime::Task<Html> AccountPages::devices(Visitor visitor) const {
  const auto clients = co_await services_.clients.load_of(*visitor.user);
  const auto stored = co_await services_.devices.load(*visitor.user);
  Html html;
  if (stored.empty()) {
    html.element("p", "No app is signed in to your account.");
    co_return html;
  }
  html.open("ul", {{"class", "links"}});
  for (const storage::StoredDevice& each : stored) {
    std::string text = title_of(each);
    const auto client = clients.find(each.device.text());
    if (client != clients.end()) text += ", " + client->second.metadata.host();
    if (each.last_seen_at.milliseconds != 0) text += ", last seen " + day_of(each.last_seen_at);
    add_link(html, address_of(AccountAction::device, each.device.text()), text);
  }
  html.close("ul");
  co_return html;
}

runtime::Task<Html> AccountPages::device(Visitor visitor, std::string id) const {
  const auto found = co_await find_device(visitor, id);
  if (!found) co_return complaint("There is no such session. It may have been signed out.");
  const auto clients = co_await services_.clients.load_of(*visitor.user);
  Html html;
  html.open("dl");
  add_row(html, "Name", title_of(*found));
  add_row(html, "Id", found->device.text());
  const auto client = clients.find(found->device.text());
  if (client != clients.end()) {
    add_row(html, "App",
            client->second.metadata.title() + ", from " + client->second.metadata.host());
  }
  add_row(html, "Signed in since", day_of(found->created_at));
  if (found->last_seen_at.milliseconds != 0) {
    add_row(html, "Last seen", day_of(found->last_seen_at) + " from " + found->last_seen_address);
  }
  html.close("dl");
  html.open("ul", {{"class", "links"}});
  add_link(html, address_of(AccountAction::end_device, found->device.text()), "Sign it out");
  html.close("ul");
  co_return html;
}

runtime::Task<Html> AccountPages::end_device(Visitor visitor, std::string id) const {
  const auto found = co_await find_device(visitor, id);
  if (!found) co_return complaint("There is no such session. It may have been signed out.");
  Html html;
  html.open("p").text("This signs ").element("strong", title_of(*found));
  html.text(" (" + found->device.text() + ") out. What only that session can read is lost.");
  html.close("p");
  html.append(Visitors::begin_form(visitor, "/_chancery/account/end_session"));
  html.empty("input", {{"type", "hidden"}, {"name", "device_id"}, {"value", found->device.text()}});
  html.append(password_field());
  html.element("button", {{"type", "submit"}, {"class", "bad"}}, "Sign it out").close("form");
  co_return html;
}

runtime::Task<http::Response> AccountPages::show(Visitor visitor, View view) const {
  Html body = complaint(view.fault);
  body.append(notice(view.news));
  switch (view.action) {
    case AccountAction::overview:
      body.append(overview(visitor));
      break;
    case AccountAction::profile:
      body.append(co_await profile(visitor));
      break;
    case AccountAction::password:
      body.append(password(visitor, visitors_.site().password_min_length));
      break;
    case AccountAction::devices:
      body.append(co_await devices(visitor));
      break;
    case AccountAction::device:
      body.append(co_await device(visitor, view.device));
      break;
    case AccountAction::end_device:
      body.append(co_await end_device(visitor, view.device));
      break;
    case AccountAction::deactivate:
      body.append(deactivate(visitor));
      break;
    case AccountAction::reset:
      body.append(reset(visitor));
      break;
  }
  if (view.action != AccountAction::overview) {
    body.open("p").element("a", {{"href", kAccountPath}}, "All of your account").close("p");
  }
  co_return visitors_.show(visitor, {.status = view.fault.empty() ? 200U : 403U,
                                     .title = std::string(title_of(view.action)),
                                     .body = body});
}

}  // namespace chancery::oauth_api
