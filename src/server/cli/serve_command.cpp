// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/serve_command.hpp"

#include "base/json.hpp"
#include "server/cli/command.hpp"
#include "server/serve.hpp"
#include "server/terms_files.hpp"

#include <fmt/core.h>

#include <cstdio>

namespace chancery::cli {
namespace {

void greet_people(const server::Greeting& greeting) {
  fmt::print("Chancery serves {}\n", greeting.server_name);
  for (const std::string& address : greeting.addresses) fmt::print("  address      {}\n", address);
  if (!greeting.setup_link.empty()) {
    fmt::print("  first owner  {}\n               (works once, for a day)\n", greeting.setup_link);
  }
  std::fflush(stdout);
}

void greet_machines(const server::Greeting& greeting) {
  base::JsonArray addresses(greeting.addresses.begin(), greeting.addresses.end());
  base::JsonObject object{{"server_name", greeting.server_name}, {"addresses", addresses}};
  if (!greeting.setup_link.empty()) object["setup_link"] = greeting.setup_link;
  fmt::print("{}\n", base::to_text(object));
  std::fflush(stdout);
}

}  // namespace

ExitCode run_serve(const Arguments& arguments) {
  const server::LoadedConfig loaded = load_for(arguments);
  server::check_terms(loaded);  // before anything is made
  server::serve(loaded.values, arguments.has("--json") ? greet_machines : greet_people);
  return ExitCode::done;
}

}  // namespace chancery::cli
