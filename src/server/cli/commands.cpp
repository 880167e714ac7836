// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/command.hpp"
#include "server/cli/config_commands.hpp"
#include "server/cli/operator_commands.hpp"
#include "server/cli/serve_command.hpp"

#include <fmt/core.h>

#include <array>

namespace chancery::cli {
namespace {

constexpr Option kNameOption{"--server-name", "NAME",
                             "the name that ends every user id (server.name)"};
constexpr Option kListenOption{"--listen", "ADDRESS:PORT",
                               "where to listen without TLS; may repeat"};
// `config check` understands whatever `serve` does, so that the same words can be tried.
constexpr std::array kConfigOptions{kConfigOption, kDataOption, kNameOption,
                                    kListenOption, kSetOption,  kJsonOption};
constexpr std::array kServeOptions{
    kConfigOption, kDataOption,
    kNameOption,   kListenOption,
    kSetOption,    Option{"--json", "", "tell the address and the set-up link in JSON"}};
constexpr Option kPasswordOption{"--password-file", "FILE",
                                 "its first line is the password; - is standard input"};
constexpr std::array kOperatorOptions{kConfigOption, kDataOption, kNameOption, kSetOption,
                                      kJsonOption};
constexpr std::array kCreateOptions{kPasswordOption,
                                    Option{"--owner", "", "may administer the server"},
                                    Option{"--display-name", "NAME", "the name that others see"},
                                    kConfigOption,
                                    kDataOption,
                                    kNameOption,
                                    kSetOption,
                                    kJsonOption};
constexpr std::array kPasswordOptions{kPasswordOption, kConfigOption, kDataOption,
                                      kNameOption,     kSetOption,    kJsonOption};
constexpr std::array kDeactivateOptions{
    Option{"--yes", "", "do not ask back; needed where there is no terminal"},
    Option{"--erase", "", "forget what can be forgotten of the person"},
    kConfigOption,
    kDataOption,
    kNameOption,
    kSetOption,
    kJsonOption};
constexpr std::array kAuditOptions{
    Option{"--since", "TIME", "not before 30m, 12h, 7d ago, or a day: 2026-11-29 (UTC)"},
    Option{"--who", "NAME", "acts of this account, or of 'server': the command line, nobody"},
    Option{"--act", "ACT", "acts of this name (account.login_failed) or module (account)"},
    Option{"--limit", "N", "at most so many; else 100"},
    Option{"--before", "POSITION", "only older ones: how a list goes on"},
    kConfigOption,
    kDataOption,
    kNameOption,
    kSetOption,
    kJsonOption};
constexpr std::array kTokenOptions{
    Option{"--uses", "N", "how many may register with it; else any number"},
    Option{"--days", "N", "how long it works; else for ever"},
    Option{"--token", "TOKEN", "its text; else a random one"},
    kConfigOption,
    kDataOption,
    kNameOption,
    kSetOption,
    kJsonOption};
constexpr std::array kJsonOnly{kJsonOption};

constexpr std::string_view kWhileRunning =
    "While the server runs, it is asked to do it; else it is done here.";

ExitCode run_version(const Arguments& arguments) {
  if (arguments.has("--json")) {
    fmt::print("{{\"name\":\"chancery\",\"version\":\"{}\"}}\n", CHANCERY_VERSION);
  } else {
    fmt::print("chancery {}\n", CHANCERY_VERSION);
  }
  return ExitCode::done;
}

constexpr std::array kCommands{
    Command{.name = "serve",
            .summary = "run the server until SIGTERM or SIGINT",
            .text = "On an empty folder it makes its keys and its database, and prints an address\n"
                    "and a link by which the first owner makes their account. SIGHUP reads\n"
                    "certificates again. The log goes to standard error.",
            .options = kServeOptions,
            .run = run_serve},
    Command{.name = "config check",
            .summary = "read the configuration and tell every mistake in it",
            .options = kConfigOptions,
            .run = run_config_check},
    Command{.name = "config show",
            .summary = "print what is in force, and where each value came from",
            .text = "Secrets are masked.",
            .options = kConfigOptions,
            .run = run_config_show},
    Command{.name = "config explain",
            .summary = "tell what a key means, what it may be, and its default",
            .positionals = "KEY|SECTION",
            .most_positionals = 1,
            .text = "Of a section (registration, listener) it lists the keys.",
            .run = run_config_explain},
    Command{.name = "config example",
            .summary = "print a chancery.toml with every key, its text and default",
            .run = run_config_example},
    Command{.name = "user create",
            .summary = "make an account",
            .positionals = "NAME",
            .most_positionals = 1,
            .text = kWhileRunning,
            .options = kCreateOptions,
            .run = run_user_create},
    Command{.name = "user list",
            .summary = "list the accounts: name, role, state, when it was made",
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_user_list},
    Command{.name = "user deactivate",
            .summary = "end an account for good",
            .positionals = "NAME",
            .most_positionals = 1,
            .text =
                "The person is signed out everywhere and leaves every room, and nobody gets the\n"
                "name again. There is no way back, so it asks first. While the server runs, it is\n"
                "asked to do it; else it is done here.",
            .options = kDeactivateOptions,
            .run = run_user_deactivate},
    Command{.name = "user set-password",
            .summary = "give an account a new password and sign it out everywhere",
            .positionals = "NAME",
            .most_positionals = 1,
            .text = kWhileRunning,
            .options = kPasswordOptions,
            .run = run_user_set_password},
    Command{.name = "user set-role",
            .summary = "make an account an owner, or a user again",
            .positionals = "NAME user|owner",
            .most_positionals = 2,
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_user_set_role},
    Command{.name = "user lock",
            .summary = "refuse an account's sessions until it is unlocked",
            .positionals = "NAME",
            .most_positionals = 1,
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_user_lock},
    Command{.name = "user unlock",
            .summary = "let a locked account in again",
            .positionals = "NAME",
            .most_positionals = 1,
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_user_unlock},
    Command{.name = "user suspend",
            .summary = "let an account read, and neither speak nor come in anywhere",
            .positionals = "NAME",
            .most_positionals = 1,
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_user_suspend},
    Command{.name = "user unsuspend",
            .summary = "let a suspended account speak again",
            .positionals = "NAME",
            .most_positionals = 1,
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_user_unsuspend},
    Command{.name = "user setup-link",
            .summary = "make a link by which somebody becomes an owner, once",
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_user_setup_link},
    Command{.name = "user token create",
            .summary = "make a registration token (registration.mode = \"token\")",
            .text = kWhileRunning,
            .options = kTokenOptions,
            .run = run_token_create},
    Command{.name = "user token list",
            .summary = "list the registration tokens",
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_token_list},
    Command{.name = "user token revoke",
            .summary = "revoke a registration token",
            .positionals = "TOKEN",
            .most_positionals = 1,
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_token_revoke},
    Command{.name = "audit list",
            .summary = "list what was done: when, by whom, which act, on what; the newest first",
            .text =
                "Each record is opened and held against what it was committed to; one that was\n"
                "altered is told, and the exit code is 1 then. No content of messages is in\n"
                "them. That they were looked at is on record too. While the server runs, it is\n"
                "asked; else they are read here.",
            .options = kAuditOptions,
            .run = run_audit_list},
    Command{.name = "key show",
            .summary = "show the key file, its fingerprint and the signing key; no secret",
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_key_show},
    Command{.name = "db info",
            .summary = "tell engine, schema, position and counts",
            .text = kWhileRunning,
            .options = kOperatorOptions,
            .run = run_db_info},
    Command{.name = "db migrate",
            .summary = "bring the database to this program's schema, as serve does at its start",
            .text = "The server must not be running.",
            .options = kOperatorOptions,
            .run = run_db_migrate},
    Command{.name = "db check",
            .summary = "read the database's pages and open every event",
            .text = "The server must not be running. Exit code 1 when something is damaged.",
            .options = kOperatorOptions,
            .run = run_db_check},
    Command{.name = "db forget-index",
            .summary = "drop the search index; the server makes it again when it runs",
            .text =
                "The server must not be running. For an index that was damaged, or that another\n"
                "version of the Unicode tables made.",
            .options = kOperatorOptions,
            .run = run_db_forget_index},
    Command{.name = "version",
            .summary = "print the version of the program",
            .options = kJsonOnly,
            .run = run_version},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace chancery::cli
