// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/outbound_client.hpp"

#include "http/detail/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace chancery::http {
namespace {

using detail::Exchange;
using runtime::CancelToken;
using runtime::Deadline;
using runtime::PeerGone;
using runtime::Task;

constexpr std::size_t kMostAddresses = 6;
constexpr unsigned kMostRedirects = 10;
// How long one address may take while there is another one to try.
constexpr std::chrono::seconds kAttempt{3};

// A line break within a field would be the end of it to the peer.
bool is_sendable(const Headers& headers) {
  return std::ranges::all_of(headers.fields(), [](const Headers::Field& field) {
    return !field.first.empty() && std::ranges::all_of(field.first, detail::is_token_character) &&
           std::ranges::none_of(field.second, [](char each) {
             return static_cast<unsigned char>(each) < 0x20 || each == 0x7f;
           });
  });
}

void add_usual_fields(Headers& headers) {
  // What is compressed could become far longer than it looks.
  if (!headers.find("Accept-Encoding")) headers.add("Accept-Encoding", "identity");
  if (!headers.find("User-Agent")) headers.add("User-Agent", "Chancery");
}

bool is_usable(const std::optional<Place>& place) {
  if (!place) return true;
  const auto url = parse_url("https://" + place->authority);
  // No byte of it may be read as another field, or as the end of this one.
  return place->port != 0 && url && url->target == "/";
}

// RFC 9110, 9.2.2: whether sending it once more does no harm.
bool may_repeat(const OutboundRequest& request) {
  return request.may_be_repeated ||
         (request.method != Method::post && request.method != Method::patch);
}

// Where the answer sends on to; absent when it does not. A URL that cannot be followed is absent
// within.
std::optional<std::optional<Url>> find_redirect(const OutboundRequest& request, const Url& url,
                                                const OutboundResponse& answer) {
  if (request.redirects == 0) return std::nullopt;
  if (request.method != Method::get && request.method != Method::head) return std::nullopt;
  constexpr std::array<unsigned, 5> kRedirects{301, 302, 303, 307, 308};
  if (std::ranges::find(kRedirects, answer.status) == kRedirects.end()) return std::nullopt;
  const auto location = answer.headers.find("Location");
  if (!location) return std::nullopt;
  return resolve_reference(url, *location);
}

// What was meant for one origin is no other's.
void prepare_for_another_origin(OutboundRequest& request) {
  Headers kept;
  for (const auto& [name, value] : request.headers.fields()) {
    const bool is_private = detail::equal_without_case(name, "Authorization") ||
                            detail::equal_without_case(name, "Proxy-Authorization") ||
                            detail::equal_without_case(name, "Cookie") ||
                            detail::equal_without_case(name, "Host");
    if (!is_private) kept.add(name, value);
  }
  request.headers = std::move(kept);
  // The operator named the first place, not this one.
  request.chosen_by = ChosenBy::others;
  request.place.reset();
}

}  // namespace

// A URL with where it leads.
struct OutboundClient::Target {
  Target(const Url& where, const std::optional<Place>& place)
      : url(where),
        host(place ? place->host : where.host),
        port(place ? place->port : where.port),
        authority(place ? place->authority : where.authority()),
        // Two ports of one host share no connection.
        origin(place ? fmt::format("{} at {}", where.origin(), place->port) : where.origin()) {}

  const Url& url;
  std::string host;
  std::uint16_t port;
  std::string authority;
  std::string origin;
};

struct OutboundClient::Outcome {
  OutboundResult result;
  // The connection was closed before it brought anything: it may have been so before.
  bool is_stale = false;
};

OutboundClient::OutboundClient(Ports ports, Settings settings)
    : ports_(ports),
      settings_(std::move(settings)),
      seats_{detail::Seats(settings_.at_once), detail::Seats(settings_.at_once)},
      kept_(settings_.idle, settings_.most_kept) {}

Task<> OutboundClient::stop() { return kept_.stop(); }

Task<OutboundResult> OutboundClient::send(OutboundRequest request, CancelToken cancel) {
  cancel.throw_if_cancelled();
  const auto url = parse_url(request.url);
  if (!url || !is_sendable(request.headers) || !is_usable(request.place))
    co_return std::unexpected(OutboundFailure::bad_url);
  add_usual_fields(request.headers);
  const Deadline deadline(request.time, cancel);
  try {
    co_return co_await follow(request, *url, deadline);
  } catch (const runtime::Cancelled&) {  // by the deadline it is an answer
    cancel.throw_if_cancelled();
  }
  co_return std::unexpected(OutboundFailure::timed_out);
}

Task<OutboundResult> OutboundClient::follow(OutboundRequest& request, Url url,
                                            const Deadline& deadline) {
  const unsigned most = std::min(request.redirects, kMostRedirects);
  for (unsigned followed = 0;; ++followed) {
    OutboundResult answer = co_await ask(request, url, deadline);
    if (!answer) co_return answer;
    auto next = find_redirect(request, url, *answer);
    if (!next) {
      answer->url = url.text();
      co_return answer;
    }
    if (!*next) co_return std::unexpected(OutboundFailure::bad_url);
    if (followed == most) co_return std::unexpected(OutboundFailure::bad_answer);
    if (request.downgrade == Downgrade::refused && !(*next)->is_secure) {
      co_return std::unexpected(OutboundFailure::bad_url);
    }
    if (request.place || (*next)->origin() != url.origin()) prepare_for_another_origin(request);
    url = **std::move(next);
  }
}

Task<OutboundClient::Addresses> OutboundClient::find_addresses(ChosenBy chosen_by,
                                                               const Target& target,
                                                               CancelToken cancel) {
  const OutboundRules& rules = settings_.rules;
  const bool is_free = chosen_by == ChosenBy::operator_;
  if (!is_free && !(rules.may_resolve(target.url.host) && rules.may_resolve(target.host))) {
    co_return std::unexpected(OutboundFailure::refused_address);
  }
  std::vector<std::string> found = co_await ports_.resolver.resolve(target.host, cancel);
  if (found.empty()) co_return std::unexpected(OutboundFailure::unresolvable);
  std::erase_if(found, [&](const std::string& each) {
    const auto address = IpAddress::parse(each);
    if (!address) return true;
    // By either name: a record must not lead around what is said of the other.
    return !is_free && !(rules.may_connect(target.url.host, *address) &&
                         rules.may_connect(target.host, *address));
  });
  if (found.empty()) co_return std::unexpected(OutboundFailure::refused_address);
  if (found.size() > kMostAddresses) found.resize(kMostAddresses);
  co_return found;
}

Task<OutboundClient::Connected> OutboundClient::connect(const Target& target,
                                                        std::vector<std::string>& addresses,
                                                        const Deadline& deadline) {
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const bool is_last = i + 1 == addresses.size();
    const Deadline patience(
        is_last ? deadline.left() : std::min<base::Milliseconds>(kAttempt, deadline.left()),
        deadline.token());
    const runtime::Endpoint to{.address = addresses[i], .port = target.port};
    try {
      runtime::StreamPtr stream;
      if (target.url.is_secure) {
        stream = co_await ports_.network.connect_tls(
            to, {.name = target.url.host, .certificates = settings_.certificates},
            patience.token());
      } else {
        stream = co_await ports_.network.connect(to, patience.token());
      }
      std::swap(addresses.front(), addresses[i]);
      co_return std::make_unique<Exchange>(std::move(stream));
    } catch (const PeerGone&) {            // the next one may be there
    } catch (const runtime::Cancelled&) {  // by this address's own time: as above
      deadline.token().throw_if_cancelled();
    }
  }
  co_return std::unexpected(OutboundFailure::unreachable);
}

Task<OutboundResult> OutboundClient::ask(const OutboundRequest& request, const Url& url,
                                         const Deadline& deadline) {
  const CancelToken cancel = deadline.token();
  const Target target(url, request.place);
  const auto seat = co_await seats_.at(static_cast<std::size_t>(request.chosen_by))
                        .take(target.authority, cancel);
  if (!seat) co_return std::unexpected(OutboundFailure::unreachable);
  Addresses addresses = co_await find_addresses(request.chosen_by, target, cancel);
  if (!addresses) co_return std::unexpected(addresses.error());
  const std::string bytes = detail::write_request(request.method, url.target, target.authority,
                                                  request.headers, request.body);
  for (const std::string& address : *addresses) {
    const detail::KeptConnections::Key key{.origin = target.origin, .address = address};
    while (auto exchange = co_await kept_.take(key)) {
      Outcome outcome = co_await run(key, std::move(exchange), request, bytes, cancel);
      if (!outcome.is_stale || !may_repeat(request)) co_return std::move(outcome.result);
    }
  }
  Connected exchange = co_await connect(target, *addresses, deadline);
  if (!exchange) co_return std::unexpected(exchange.error());
  const detail::KeptConnections::Key key{.origin = target.origin, .address = addresses->front()};
  co_return (co_await run(key, *std::move(exchange), request, bytes, cancel)).result;
}

Task<OutboundClient::Outcome> OutboundClient::run(detail::KeptConnections::Key key,
                                                  std::unique_ptr<Exchange> exchange,
                                                  const OutboundRequest& request,
                                                  const std::string& bytes, CancelToken cancel) {
  auto failure = OutboundFailure::unreachable;
  bool is_stale = false;
  try {
    detail::Answer answer;
    {
      const detail::CloseWhenCancelled guard(exchange->stream(), cancel);
      answer = co_await exchange->run(bytes, request.method,
                                      {.longest = request.longest_body,
                                       .long_body = request.long_body,
                                       .wanted_types = request.wanted_types});
    }
    if (exchange->is_reusable()) kept_.keep(std::move(key), std::move(exchange));
    co_return Outcome{.result = OutboundResponse{.status = answer.status,
                                                 .headers = std::move(answer.headers),
                                                 .body = std::move(answer.body),
                                                 .url = {},
                                                 .is_cut = answer.is_cut}};
  } catch (const detail::AnswerTooLarge&) {  // peers fail often: a value from here on
    failure = OutboundFailure::too_large;
  } catch (const detail::BadAnswer&) {  // as above
    failure = OutboundFailure::bad_answer;
  } catch (const PeerGone&) {  // as above; also when it was closed for its time is over
    is_stale = exchange->is_untouched();
  }
  cancel.throw_if_cancelled();
  co_return Outcome{.result = std::unexpected(failure), .is_stale = is_stale};
}

}  // namespace chancery::http
