// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/serve.hpp"

#include "base/log.hpp"
#include "http/server.hpp"
#include "runtime/asio_network.hpp"
#include "runtime/clock.hpp"
#include "runtime/signals.hpp"
#include "runtime/task_group.hpp"
#include "server/client_address.hpp"
#include "server/composition.hpp"
#include "server/listeners.hpp"

#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

namespace chancery::server {
namespace {

using runtime::Task;

void configure_log(const Config& config) {
  base::set_log_clock([] { return runtime::SystemClock{}.now().milliseconds; });
  static_assert(static_cast<int>(LogLevelChoice::error) == static_cast<int>(base::LogLevel::error));
  static_assert(static_cast<int>(LogFormatChoice::json) == static_cast<int>(base::LogFormat::json));
  base::configure_log(static_cast<base::LogLevel>(config.log.level),
                      static_cast<base::LogFormat>(config.log.format));
}

// As many open files as the system lets us have: each connection is one.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t processors() {
  const long count = ::sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : static_cast<std::size_t>(count);
}

std::size_t thread_count(const Config& config) {
  return config.http.threads > 0 ? static_cast<std::size_t>(config.http.threads) : processors();
}

http::Limits http_limits(const Config::Http& config) {
  http::Limits limits;
  limits.header_bytes = static_cast<std::size_t>(config.max_header_bytes);
  limits.connections = static_cast<std::size_t>(config.max_connections);
  limits.idle = std::chrono::ceil<std::chrono::seconds>(config.idle_timeout);
  limits.header_time = std::chrono::ceil<std::chrono::seconds>(config.header_timeout);
  return limits;
}

// Passes requests on with the address of the client, not of the proxy in between.
http::Handler make_handler(boundary::Boundary& boundary, std::vector<std::string> proxies) {
  return [&boundary, proxies = std::move(proxies)](http::Request& request) {
    if (!proxies.empty()) {
      request.peer.address = find_client_address(
          request.peer.address, request.headers.find("X-Forwarded-For").value_or(""), proxies);
    }
    return boundary.handle(request);
  };
}

// A link for the first owner, as long as there is no account.
Task<std::string> make_setup_link(Composition& composition, std::string base_url) {
  if (co_await composition.stores().accounts.count_accounts() > 0) co_return "";
  const std::string token = co_await composition.accounts().setup_links.create();
  // Behind the '#' no proxy's log sees it.
  co_return base_url + "/setup#token=" + token;
}

void reload_certificates(runtime::Network& network) {
  try {
    network.reload_certificates();
    base::log_info("certificates read again");
  } catch (const runtime::ListenError& error) {
    // The old ones stay in use; a mistake in a file must not end a running server.
    base::log_error("certificates could not be read again", {{"why", error.what()}});
  }
}

Task<> wait_for_end(runtime::Signals& signals, runtime::Network& network) {
  while (true) {
    const int number = co_await signals.next();
    if (number != SIGHUP) {
      base::log_info("stopping", {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
      co_return;
    }
    reload_certificates(network);
  }
}

}  // namespace

void serve(const Config& config, const std::function<void(const Greeting&)>& greet) {
  configure_log(config);
  raise_file_limit();
  runtime::SystemClock clock;
  runtime::SystemRandom random;
  runtime::IoThreads threads(thread_count(config));
  runtime::Signals signals(threads, {SIGTERM, SIGINT, SIGHUP});
  runtime::AsioNetwork network(threads);
  runtime::WorkerPool workers(processors());
  Stores stores(config, {.threads = threads, .clock = clock, .random = random});
  Composition composition(config, stores, {.clock = clock, .random = random, .workers = workers});
  threads.run_until(composition.start());

  http::Server server(http_limits(config.http),
                      make_handler(composition.boundary(), config.http.trusted_proxies),
                      &boundary::Boundary::refuse);
  Listeners listeners(config.listeners, network, server);
  // Where every address has TLS, the command line gets one of its own, for this machine alone.
  std::optional<Listeners> for_control;
  if (!listeners.find_plain()) {
    for_control.emplace(std::vector{ListenerConfig{.address = "127.0.0.1", .port = 0}}, network,
                        server);
  }
  const runtime::Endpoint control = (for_control ? *for_control : listeners).find_plain().value();
  composition.control().announce(stores.folder.path(), control.address, control.port);
  const std::vector<std::string> addresses = listeners.urls();
  const std::string base_url = config.server.public_url.empty() && !addresses.empty()
                                   ? addresses.front()
                                   : config.public_url();
  greet({.server_name = config.server.name,
         .addresses = addresses,
         .setup_link = threads.run_until(make_setup_link(composition, base_url))});

  runtime::TaskGroup background("housekeeping");
  background.spawn_on(threads.at(0), composition.keep_house(background.cancel_token()));
  threads.run_until(wait_for_end(signals, network));

  composition.health().note_stopping();
  Control::withdraw(stores.folder.path());
  threads.run_until(listeners.stop());
  if (for_control) threads.run_until(for_control->stop());
  threads.run_until(server.stop(config.http.stop_patience));
  threads.run_until(background.stop());
  threads.run_until(composition.stop());
  stores.stop();
  base::log_info("stopped");
}

}  // namespace chancery::server
