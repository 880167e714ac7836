// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/config_commands.hpp"

#include "base/json.hpp"
#include "server/appservice_files.hpp"
#include "server/cli/command.hpp"
#include "server/config_document.hpp"
#include "server/named_files.hpp"
#include "server/risks.hpp"
#include "server/terms_files.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace chancery::cli {

ExitCode run_config_check(const Arguments& arguments) {
  const server::LoadedConfig loaded = load_for(arguments);
  static_cast<void>(server::load_registrations(loaded.values));
  server::check_terms(loaded);
  std::vector<server::Risk> risks = server::find_risks(loaded.values);
  std::ranges::move(server::check_named_files(loaded), std::back_inserter(risks));
  if (arguments.has("--json")) {
    base::JsonArray told;
    for (const server::Risk& risk : risks) {
      told.push_back(
          base::JsonObject{{"event", risk.event}, {"where", risk.where}, {"advice", risk.advice}});
    }
    fmt::print("{}\n", base::to_text(base::JsonObject{{"ok", true},
                                                      {"keys_set", loaded.origins.size()},
                                                      {"warnings", std::move(told)}}));
  } else {
    for (const server::Risk& risk : risks) {
      fmt::print("Warning: {} ({}): {}.\n", risk.event, risk.where, risk.advice);
    }
    fmt::print("The configuration is fine; {} of its keys are not at their default.\n",
               loaded.origins.size());
  }
  return ExitCode::done;
}

ExitCode run_config_show(const Arguments& arguments) {
  const server::LoadedConfig loaded = load_for(arguments);
  if (arguments.has("--json")) {
    fmt::print("{}\n", base::to_text(server::describe_config_json(loaded)));
  } else {
    fmt::print("{}", server::describe_config(loaded));
  }
  return ExitCode::done;
}

ExitCode run_config_explain(const Arguments& arguments) {
  if (arguments.positionals().empty())
    throw UsageError("name the key, or a section: config explain http.threads");
  const std::string& name = arguments.positionals().front();
  const server::Key* key = server::find_key(name);
  if (key == nullptr) {
    if (const std::string section = server::explain_section(name); !section.empty()) {
      fmt::print("{}", section);
      return ExitCode::done;
    }
    std::vector<std::string_view> known = server::names_of_keys();
    for (const server::Section& each : server::config_sections()) known.push_back(each.name);
    const std::optional similar = server::find_similar(name, known);
    throw UsageError(fmt::format("there is no key and no section {}{}", name,
                                 similar ? fmt::format(" (did you mean {}?)", *similar) : ""));
  }
  fmt::print("{}", server::explain_key(*key));
  return ExitCode::done;
}

ExitCode run_config_example(const Arguments& /*arguments*/) {
  fmt::print("{}", server::example_config());
  return ExitCode::done;
}

}  // namespace chancery::cli
