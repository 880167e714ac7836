// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/server_discovery.hpp"

#include "base/parse_number.hpp"
#include "http/ip_address.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <utility>

namespace chancery::federation {
namespace {

using runtime::ServiceRecord;

constexpr std::uint16_t kUsualPort = 8448;
constexpr std::size_t kMostRecords = 32;
constexpr std::size_t kMostDestinations = 3;

// A server's name taken apart.
struct NameParts {
  std::string host;  // as in http::Url
  bool is_address = false;
  std::optional<std::uint16_t> port;
  std::string authority;  // as the Host field has it
};

// Absent when no host can have such a name, or no server such a port.
std::optional<NameParts> take_apart(const protocol::ServerName& name) {
  const auto url = http::parse_url("https://" + std::string(name.host()));
  if (!url || url->target != "/") return std::nullopt;
  NameParts parts{.host = url->host,
                  .is_address = http::IpAddress::parse(url->host).has_value(),
                  .port = std::nullopt,
                  .authority = url->authority()};
  const std::string_view rest = std::string_view(name.text()).substr(name.host().size());
  if (rest.empty()) return parts;
  parts.port = base::parse_number<std::uint16_t>(rest.substr(1));
  if (!parts.port || *parts.port == 0) return std::nullopt;
  parts.authority += ":" + std::to_string(*parts.port);
  return parts;
}

Destination destination(const std::string& host, http::Place place) {
  // The host alone: which port it is at, the place says.
  const http::Url url{.is_secure = true, .host = host, .port = 443, .target = {}};
  return {.origin = url.origin(), .place = std::move(place)};
}

// "1. If the hostname is an IP literal, then that IP address should be used, together with the
// given port number, or 8448 if no port is given." "2. If the hostname is not an IP literal, and
// the server name includes an explicit port, resolve the hostname …". Of a delegated name steps
// 3.1 and 3.2 say the same.
std::optional<Destination> find_without_asking(const NameParts& parts) {
  if (!parts.is_address && !parts.port) return std::nullopt;
  return destination(
      parts.host,
      {.host = parts.host, .port = parts.port.value_or(kUsualPort), .authority = parts.authority});
}

std::uint64_t random_below(runtime::Random& random, std::uint64_t limit) {
  std::uint64_t number = 0;
  const std::string bytes = random.bytes(sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  return number % limit;
}

// RFC 2782, "Usage rules": of records of one priority, each in turn with the chance that its weight
// gives it among those that are left.
void shuffle_by_weight(std::span<ServiceRecord> records, runtime::Random& random) {
  std::ranges::sort(records, {}, &ServiceRecord::weight);
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto left = records.subspan(i);
    const std::uint64_t sum = std::accumulate(
        left.begin(), left.end(), std::uint64_t{0},
        [](std::uint64_t so_far, const auto& each) { return so_far + each.weight; });
    const std::uint64_t chosen = random_below(random, sum + 1);
    std::uint64_t running = 0;
    const auto taken = std::ranges::find_if(left, [&](const ServiceRecord& each) {
      running += each.weight;
      return running >= chosen;
    });
    std::rotate(left.begin(), taken, taken + 1);
  }
}

// Those that lead anywhere, in the order in which to try them.
std::vector<ServiceRecord> usable(std::vector<ServiceRecord> records, runtime::Random& random) {
  if (records.size() > kMostRecords) records.resize(kMostRecords);
  std::erase_if(records, [](ServiceRecord& record) {
    // "The target … MUST NOT be an alias" and has to be a name: an address is none.
    const auto url = http::parse_url("https://" + record.target);
    if (record.port == 0 || !url || url->target != "/" || url->port != 443) return true;
    record.target = url->host;
    return http::IpAddress::parse(url->host).has_value();
  });
  std::ranges::sort(records, {}, &ServiceRecord::priority);
  for (auto first = records.begin(); first != records.end();) {
    const auto end = std::find_if(first, records.end(), [&](const ServiceRecord& each) {
      return each.priority != first->priority;
    });
    shuffle_by_weight(std::span(first, end), random);
    first = end;
  }
  if (records.size() > kMostDestinations) records.resize(kMostDestinations);
  return records;
}

}  // namespace

runtime::Task<std::vector<Destination>> ServerDiscovery::find(protocol::ServerName name,
                                                              base::Milliseconds time,
                                                              runtime::CancelToken cancel) {
  std::optional<NameParts> parts = take_apart(name);
  if (!parts) co_return std::vector<Destination>{};
  if (auto found = find_without_asking(*parts)) co_return std::vector{*std::move(found)};
  // "3. If the hostname is not an IP literal, a regular HTTPS request is made to
  // https://<hostname>/.well-known/matrix/server …"
  const auto delegated = co_await ports_.well_known.find(parts->host, time, cancel);
  if (delegated) {
    auto delegated_parts = take_apart(*delegated);
    // "If the response is invalid (…), skip to step 4": so is one with a name that none can have.
    if (delegated_parts) parts = std::move(delegated_parts);
    if (auto found = find_without_asking(*parts)) co_return std::vector{*std::move(found)};
  }
  co_return co_await find_by_records(parts->host, parts->authority, std::move(cancel));
}

// Steps 3.3 to 3.5, and 4 to 6 of a name that is not delegated: the certificate is for the name
// whose records these are.
runtime::Task<std::vector<Destination>> ServerDiscovery::find_by_records(
    std::string host, std::string authority, runtime::CancelToken cancel) {
  constexpr std::array<std::string_view, 2> kServices{"_matrix-fed._tcp.", "_matrix._tcp."};
  for (const std::string_view service : kServices) {
    std::vector<ServiceRecord> records =
        co_await ports_.resolver.find_service(std::string(service) + host, cancel);
    if (records.empty()) continue;
    // None that can be used: "the service is decidedly not available at this domain".
    std::vector<Destination> found;
    for (ServiceRecord& record : usable(std::move(records), ports_.random)) {
      found.push_back(destination(
          host, {.host = std::move(record.target), .port = record.port, .authority = authority}));
    }
    co_return found;
  }
  co_return std::vector{
      destination(host, {.host = host, .port = kUsualPort, .authority = authority})};
}

}  // namespace chancery::federation
