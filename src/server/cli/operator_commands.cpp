// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/operator_commands.hpp"

#include "base/dates.hpp"
#include "base/parse_number.hpp"
#include "runtime/clock.hpp"
#include "server/cli/act.hpp"
#include "server/cli/command.hpp"

#include <fmt/core.h>

namespace chancery::cli {
namespace {

using base::JsonArray;
using base::JsonObject;

// The one thing that the command needs.
std::string subject(const Arguments& arguments, std::string_view what) {
  if (arguments.positionals().empty()) throw UsageError(fmt::format("name the {}", what));
  return arguments.positionals().front();
}

std::string text_of(const JsonObject& object, std::string_view key) {
  return std::string(base::find_string(object, key).value_or(""));
}

// Prints the answer in JSON, or as `people` has it.
template <typename ForPeople>
ExitCode answer(const Arguments& arguments, const JsonObject& result, ForPeople for_people) {
  if (arguments.has("--json")) {
    fmt::print("{}\n", base::to_text(result));
  } else {
    for_people(result);
  }
  return ExitCode::done;
}

ExitCode act_on_user(const Arguments& arguments, const std::string& act, JsonObject with,
                     std::string_view done) {
  with["user"] = subject(arguments, "user");
  const JsonObject result = perform(load_for(arguments).values, act, std::move(with));
  return answer(arguments, result, [done](const JsonObject& object) {
    fmt::print("{} {}.\n", text_of(object, "user_id"), done);
    if (base::find_integer(object, "owners_left") == 0) {
      fmt::print("No owner is left; 'chancery user setup-link' makes one.\n");
    }
  });
}

// What cannot be undone is asked for twice: by --yes, or by the name once more.
void confirm(const Arguments& arguments, const std::string& what, const std::string& name) {
  if (arguments.has("--yes")) return;
  const std::string question =
      fmt::format("{} ends {} for good. Type the name once more: ", what, name);
  if (ask_visibly(question, "give --yes") == name) return;
  throw CommandFailed(ExitCode::failed, "that is not the name; nothing was done");
}

// Why a registration token lets nobody in as things are; "" when it does.
std::string_view find_obstacle(const server::Config::Registration& registration) {
  using server::RegistrationMode;
  if (registration.mode == RegistrationMode::closed) {
    return "registration.mode is \"closed\": nobody registers by it until that is \"token\".";
  }
  const bool asks_otherwise = registration.allow_dummy || registration.require_email;
  if (registration.mode == RegistrationMode::open && asks_otherwise) {
    return "registration.mode is \"open\": nobody is asked for it.";
  }
  return "";
}

std::int64_t get_number(const Arguments& arguments, std::string_view option) {
  const auto number = base::parse_number<std::int64_t>(arguments.find(option).value_or(""));
  if (!number || *number < 1 || *number > 1'000'000) {
    throw UsageError(fmt::format("{} must be a whole number from 1 to 1000000", option));
  }
  return *number;
}

void print_token(const JsonObject& token) {
  const auto uses = base::find_integer(token, "uses_allowed");
  const auto expires = base::find_integer(token, "expires_at");
  fmt::print("{:24} used {} of {}{}\n", text_of(token, "token"),
             base::find_integer(token, "completed").value_or(0),
             uses ? std::to_string(*uses) : "any number",
             expires ? ", until " + base::day_text({*expires}) : "");
}

}  // namespace

ExitCode run_user_create(const Arguments& arguments) {
  JsonObject with{{"user", subject(arguments, "user")},
                  {"role", arguments.has("--owner") ? "owner" : "user"}};
  if (const auto name = arguments.find("--display-name")) with["display_name"] = *name;
  const server::LoadedConfig loaded = load_for(arguments);
  with["password"] = read_password(arguments.find("--password-file").value_or(""));
  const JsonObject result = perform(loaded.values, "user.create", std::move(with));
  return answer(arguments, result, [](const JsonObject& object) {
    fmt::print("{} is made.\n", text_of(object, "user_id"));
  });
}

ExitCode run_user_list(const Arguments& arguments) {
  const JsonObject result = perform(load_for(arguments).values, "user.list", {});
  return answer(arguments, result, [](const JsonObject& object) {
    const JsonArray* users = base::find_array(object, "users");
    for (const base::Json& each : users == nullptr ? JsonArray{} : *users) {
      const JsonObject& user = each.as_object();
      fmt::print("{:40} {:6} {:12} {}\n", text_of(user, "user_id"), text_of(user, "role"),
                 text_of(user, "state"),
                 base::day_text({base::find_integer(user, "created_at").value_or(0)}));
    }
  });
}

ExitCode run_user_deactivate(const Arguments& arguments) {
  confirm(arguments, arguments.has("--erase") ? "This forgets and" : "This",
          subject(arguments, "user"));
  return act_on_user(arguments, "user.deactivate", {{"erase", arguments.has("--erase")}},
                     "is deactivated for good");
}

ExitCode run_user_set_password(const Arguments& arguments) {
  static_cast<void>(subject(arguments, "user"));
  std::string password = read_password(arguments.find("--password-file").value_or(""));
  return act_on_user(arguments, "user.set_password", {{"password", std::move(password)}},
                     "has a new password and is signed out everywhere");
}

ExitCode run_user_set_role(const Arguments& arguments) {
  if (arguments.positionals().size() != 2) throw UsageError("name the user and the role");
  const std::string& role = arguments.positionals()[1];
  if (role != "user" && role != "owner") throw UsageError("the role is 'user' or 'owner'");
  return act_on_user(arguments, "user.set_role", {{"role", role}}, "has the role " + role);
}

ExitCode run_user_lock(const Arguments& arguments) {
  return act_on_user(arguments, "user.lock", {{"locked", true}}, "is locked");
}

ExitCode run_user_unlock(const Arguments& arguments) {
  return act_on_user(arguments, "user.lock", {{"locked", false}}, "is not locked any more");
}

ExitCode run_user_suspend(const Arguments& arguments) {
  return act_on_user(arguments, "user.suspend", {{"suspended", true}}, "is suspended");
}

ExitCode run_user_unsuspend(const Arguments& arguments) {
  return act_on_user(arguments, "user.suspend", {{"suspended", false}},
                     "is not suspended any more");
}

ExitCode run_user_setup_link(const Arguments& arguments) {
  const JsonObject result = perform(load_for(arguments).values, "setup_link.create", {});
  return answer(arguments, result, [](const JsonObject& object) {
    fmt::print("{}\nIt works once, for a day, and makes an owner.\n",
               text_of(object, "setup_link"));
  });
}

ExitCode run_token_create(const Arguments& arguments) {
  JsonObject with;
  if (const auto token = arguments.find("--token")) with["token"] = *token;
  if (arguments.has("--uses")) with["uses"] = get_number(arguments, "--uses");
  if (arguments.has("--days")) {
    const runtime::SystemClock clock;
    with["expires_at"] =
        (clock.now() + std::chrono::hours(24 * get_number(arguments, "--days"))).milliseconds;
  }
  const server::Config config = load_for(arguments).values;
  const JsonObject result = perform(config, "token.create", std::move(with));
  return answer(arguments, result, [&config](const JsonObject& token) {
    print_token(token);
    const std::string_view obstacle = find_obstacle(config.registration);
    if (!obstacle.empty()) fmt::print("{}\n", obstacle);
  });
}

ExitCode run_token_list(const Arguments& arguments) {
  const JsonObject result = perform(load_for(arguments).values, "token.list", {});
  return answer(arguments, result, [](const JsonObject& object) {
    const JsonArray* tokens = base::find_array(object, "tokens");
    for (const base::Json& each : tokens == nullptr ? JsonArray{} : *tokens) {
      print_token(each.as_object());
    }
  });
}

ExitCode run_token_revoke(const Arguments& arguments) {
  const JsonObject result =
      perform(load_for(arguments).values, "token.revoke", {{"token", subject(arguments, "token")}});
  return answer(arguments, result, [](const JsonObject& object) {
    fmt::print("{} is revoked.\n", text_of(object, "token"));
  });
}

ExitCode run_key_show(const Arguments& arguments) {
  const JsonObject result = perform(load_for(arguments).values, "key.show", {});
  return answer(arguments, result, [](const JsonObject& object) {
    fmt::print("key file      {}\nfingerprint   {}\nsigning key   {}\nverify key    {}\n",
               text_of(object, "key_file"), text_of(object, "fingerprint"),
               text_of(object, "signing_key"), text_of(object, "verify_key"));
  });
}

ExitCode run_db_info(const Arguments& arguments) {
  const JsonObject result = perform(load_for(arguments).values, "db.info", {});
  return answer(arguments, result, [](const JsonObject& object) {
    for (const auto& [name, value] : object) {
      fmt::print("{:14} {}\n", std::string_view(name),
                 value.is_string() ? std::string(value.as_string()) : base::to_text(value));
    }
  });
}

}  // namespace chancery::cli
