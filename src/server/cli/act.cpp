// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/act.hpp"

#include "http/client.hpp"
#include "protocol/api_error.hpp"
#include "runtime/asio_network.hpp"
#include "server/cli/command.hpp"
#include "server/composition.hpp"
#include "server/control.hpp"
#include "server/outside.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <system_error>
#include <termios.h>
#include <unistd.h>

namespace chancery::cli {
namespace {

using server::Composition;
using server::Stores;

runtime::Task<base::JsonObject> start_and_perform(Composition& composition, std::string act,
                                                  base::JsonObject arguments) {
  co_await composition.start();
  base::JsonObject answer =
      co_await composition.acts().perform(std::move(act), std::move(arguments));
  co_await composition.stop();
  co_return answer;
}

base::JsonObject perform_here(const server::Config& config, const std::string& act,
                              base::JsonObject arguments) {
  runtime::SystemClock clock;
  runtime::SystemRandom random;
  runtime::IoThreads threads(1);
  runtime::WorkerPool workers(1);
  Stores stores(config, {.threads = threads, .clock = clock, .random = random});
  server::Outside outside(config, threads);
  Composition composition(config, stores,
                          {.clock = clock,
                           .random = random,
                           .workers = workers,
                           .outbound = outside.outbound(),
                           .resolver = outside.resolver(),
                           .mail = outside.mail()});
  base::JsonObject answer =
      threads.run_until(start_and_perform(composition, act, std::move(arguments)));
  threads.run_until(outside.stop());
  stores.stop();
  return answer;
}

runtime::Task<http::ClientResponse> ask(runtime::Network& network, server::ControlAddress at,
                                        std::string act, std::string body) {
  http::Client client(network, {at.address, at.port});
  http::ClientRequest request;
  request.method = http::Method::post;
  request.target = "/_chancery/control/" + act;
  request.headers.set("X-Chancery-Control", at.token);
  request.headers.set("Content-Type", "application/json");
  request.body = std::move(body);
  http::ClientResponse response = co_await client.request(std::move(request));
  client.close();
  co_return response;
}

base::JsonObject perform_there(const server::Config& config, const std::string& act,
                               const base::JsonObject& arguments) {
  const std::optional at = server::Control::find(config.data.path);
  if (!at) {
    throw CommandFailed(ExitCode::storage,
                        fmt::format("another program has the data folder {} and is not reachable; "
                                    "try again when it has started or ended",
                                    config.data.path));
  }
  runtime::IoThreads threads(1);
  runtime::AsioNetwork network(threads);
  const http::ClientResponse response =
      threads.run_until(ask(network, *at, act, base::to_text(arguments)));
  const auto body = base::parse_json(response.body);
  if (!body || !body->is_object()) {
    throw CommandFailed(ExitCode::failed, "the server's answer cannot be read");
  }
  if (response.status != 200) {
    const auto why = base::find_string(body->get_object(), "error");
    throw CommandFailed(ExitCode::failed, std::string(why.value_or("the server refused")));
  }
  return body->get_object();
}

// Shows nothing of what is typed while it lives.
class QuietTerminal {
 public:
  QuietTerminal() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~QuietTerminal() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string read_line(std::istream& from) {
  std::string line;
  std::getline(from, line);
  while (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask_quietly(std::string_view question) {
  const QuietTerminal quiet;
  fmt::print(stderr, "{}", question);
  std::string answer = read_line(std::cin);
  fmt::print(stderr, "\n");
  return answer;
}

}  // namespace

base::JsonObject perform(const server::Config& config, const std::string& act,
                         base::JsonObject arguments) {
  require_existing_data(config);
  try {
    return perform_here(config, act, arguments);
  } catch (const server::FolderInUse&) {
    // A running server has the folder: it shall do it.
  }
  return perform_there(config, act, arguments);
}

std::string ask_visibly(std::string_view question, std::string_view instead) {
  if (::isatty(STDIN_FILENO) == 0) {
    throw UsageError(fmt::format("there is no terminal to ask back at: {}", instead));
  }
  fmt::print(stderr, "{}", question);
  return read_line(std::cin);
}

std::string read_password(const std::string& file) {
  if (file == "-") return read_line(std::cin);
  if (!file.empty()) {
    std::ifstream from(file, std::ios::binary);
    if (!from) {
      throw CommandFailed(ExitCode::failed, fmt::format("cannot read {}: {}", file,
                                                        std::generic_category().message(errno)));
    }
    return read_line(from);
  }
  if (::isatty(STDIN_FILENO) == 0) {
    throw UsageError(
        "there is no terminal to ask for the password: give --password-file FILE (- is standard "
        "input)");
  }
  std::string password = ask_quietly("Password: ");
  if (password != ask_quietly("Once more: ")) {
    throw CommandFailed(ExitCode::failed, "the two are not the same");
  }
  return password;
}

}  // namespace chancery::cli
