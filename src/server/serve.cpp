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
#include "server/named_files.hpp"
#include "server/outside.hpp"
#include "server/risks.hpp"

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
  limits.unread_bytes = static_cast<std::size_t>(config.max_unread_bytes);
  limits.connections = static_cast<std::size_t>(config.max_connections);
  limits.idle = std::chrono::ceil<std::chrono::seconds>(config.idle_timeout);
  limits.header_time = std::chrono::ceil<std::chrono::seconds>(config.header_timeout);
  return limits;
}

// Passes requests on with the address of the client, not of the proxy in between.
http::Handler make_handler(boundary::Boundary& boundary, const Config::Http& config) {
  // The reader of the configuration has refused what is no entry.
  auto proxies = http::DestinationList::parse(config.trusted_proxies).value();
  const bool is_behind_any = !config.trusted_proxies.empty();
  return [&boundary, is_behind_any, proxies = std::move(proxies)](http::Request& request) {
    if (is_behind_any) {
      request.peer.address = find_client_address(
          request.peer.address, request.headers.find("X-Forwarded-For").value_or(""), proxies);
    }
    return boundary.handle(request);
  };
}

// A link for the first owner, as long as there is no account but that of server notices.
Task<std::string> make_setup_link(Composition& composition, std::string base_url) {
  const std::uint64_t ours = composition.admin().notices.is_enabled() ? 1 : 0;
  if (co_await composition.stores().accounts.count_accounts() > ours) co_return "";
  const std::string token = co_await composition.accounts().setup_links.create();
  // Behind the '#' no proxy's log sees it.
  co_return base_url + "/setup#token=" + token;
}

void reload_certificates(runtime::Network& network, Outside& outside) {
  try {
    outside.reload_certificates();
    network.reload_certificates();
    base::log_info("certificates_reloaded");
  } catch (const runtime::ListenError& error) {
    // The old ones stay in use; a mistake in a file must not end a running server.
    base::log_error("certificates_not_reloaded", {{"why", error.what()}});
  }
}

Task<> wait_for_end(runtime::Signals& signals, runtime::Network& network, Outside& outside) {
  while (true) {
    const int number = co_await signals.next();
    if (number != SIGHUP) {
      base::log_info("stopping", {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
      co_return;
    }
    reload_certificates(network, outside);
  }
}

// What answers: listeners, the HTTP server, housekeeping. Await nothing of it after `stop`, which
// has to come before it dies, also when `start` failed half-way.
class Service {
 public:
  struct Ports {
    runtime::IoThreads& threads;
    runtime::Network& network;
    Composition& composition;
    Outside& outside;
  };
  Service(const Config& config, Ports ports)
      : config_(config),
        ports_(ports),
        server_(http_limits(config.http), make_handler(ports.composition.boundary(), config.http),
                &boundary::Boundary::refuse),
        listeners_(ports.network, server_),
        for_control_(ports.network, server_) {}

  // Listens; what an operator wants to know of it.
  Greeting start();
  void stop();

 private:
  [[nodiscard]] std::string folder() const { return ports_.composition.stores().folder.path(); }

  const Config& config_;
  Ports ports_;
  http::Server server_;
  Listeners listeners_;
  Listeners for_control_;
  runtime::TaskGroup background_{"housekeeping"};
};

Greeting Service::start() {
  Composition& composition = ports_.composition;
  for (const ListenerConfig& listener : config_.listeners) listeners_.open(listener);
  // Where every address has TLS, the command line gets one of its own, for this machine alone.
  const bool is_plain = listeners_.find_plain().has_value();
  if (!is_plain) for_control_.open({.address = "127.0.0.1", .port = 0});
  const runtime::Endpoint control = (is_plain ? listeners_ : for_control_).find_plain().value();
  composition.control().announce(folder(), control.address, control.port);
  const std::vector<std::string> addresses = listeners_.urls();
  const std::string public_url = config_.public_url();
  const std::string base_url = public_url.empty() ? addresses.front() : public_url;
  background_.spawn_on(ports_.threads.at(0), composition.keep_house(background_.cancel_token()));
  background_.spawn_on(ports_.threads.at(0),
                       composition.end_what_expires(background_.cancel_token()));
  background_.spawn_on(ports_.threads.at(0), composition.send_delayed(background_.cancel_token()));
  background_.spawn_on(ports_.threads.at(0), composition.tell_services(background_.cancel_token()));
  background_.spawn_on(ports_.threads.at(0), composition.tell_others(background_.cancel_token()));
  background_.spawn_on(ports_.threads.at(0), composition.carry_mail(background_.cancel_token()));
  background_.spawn_on(ports_.threads.at(0), composition.keep_index(background_.cancel_token()));
  return {.server_name = config_.server.name,
          .addresses = addresses,
          .setup_link = ports_.threads.run_until(make_setup_link(composition, base_url))};
}

void Service::stop() {
  Composition& composition = ports_.composition;
  composition.health().note_stopping();
  Control::withdraw(folder());
  ports_.threads.run_until(listeners_.stop());
  ports_.threads.run_until(for_control_.stop());
  composition.end_waiting();
  ports_.threads.run_until(server_.stop(config_.http.stop_patience));
  ports_.threads.run_until(background_.stop());
  ports_.threads.run_until(composition.stop());
  ports_.threads.run_until(ports_.outside.stop());
}

}  // namespace

void serve(const Config& config, const std::function<void(const Greeting&)>& greet) {
  configure_log(config);
  std::vector<Risk> risks = find_risks(config);
  if (auto risk = find_worker_risk(config)) risks.push_back(*std::move(risk));
  for (const Risk& risk : risks) {
    base::log(base::LogLevel::warn, risk.event, {{"where", risk.where}, {"advice", risk.advice}});
  }
  raise_file_limit();
  runtime::SystemClock clock;
  runtime::SystemRandom random;
  runtime::IoThreads threads(thread_count(config));
  runtime::Signals signals(threads, {SIGTERM, SIGINT, SIGHUP});
  runtime::AsioNetwork network(threads);
  runtime::WorkerPool workers(processors());
  Stores stores(config, {.threads = threads, .clock = clock, .random = random});
  Outside outside(config, threads);
  Composition composition(config, stores,
                          {.clock = clock,
                           .random = random,
                           .workers = workers,
                           .outbound = outside.outbound(),
                           .resolver = outside.resolver(),
                           .mail = outside.mail()});
  threads.run_until(composition.start());

  Service service(
      config,
      {.threads = threads, .network = network, .composition = composition, .outside = outside});
  try {
    greet(service.start());
    threads.run_until(wait_for_end(signals, network, outside));
  } catch (...) {  // what listens already has to stop before it goes; the failure goes on
    service.stop();
    throw;
  }
  service.stop();
  stores.stop();
  base::log_info("stopped");
}

}  // namespace chancery::server
