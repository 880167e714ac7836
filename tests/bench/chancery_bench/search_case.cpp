// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <random>

namespace chancery::bench {

namespace {

constexpr std::size_t kRooms = 100;
constexpr std::size_t kVocabulary = 50'000;
constexpr std::size_t kWordsOfMessage = 8;
constexpr std::size_t kQueries = 200;  // of each kind
constexpr std::size_t kSenders = 64;
constexpr std::size_t kHits = 10;
constexpr auto kPatience = std::chrono::minutes(10);  // until what was sent can be found

// Words as a language has them: the second half as often as the first, and so on.
class Words {
 public:
  Words() {
    double sum = 0;
    for (std::size_t rank = 1; rank <= kVocabulary; ++rank) {
      sum += 1.0 / static_cast<double>(rank);
      sums_.push_back(sum);
    }
  }

  std::string draw() {
    std::uniform_real_distribution<double> place(0, sums_.back());
    return of_rank(static_cast<std::size_t>(
        std::distance(sums_.begin(), std::ranges::lower_bound(sums_, place(random_)))));
  }
  // One of the ranks first to last, all alike.
  std::string draw(std::size_t first, std::size_t last) {
    return of_rank(first + random_() % (last - first + 1));
  }
  std::string text() {
    std::string text;
    for (std::size_t i = 0; i < kWordsOfMessage; ++i) {
      if (i > 0) text += ' ';
      text += draw();
    }
    return text;
  }

 private:
  static std::string of_rank(std::size_t rank) { return fmt::format("word{}", rank); }

  std::vector<double> sums_;
  std::mt19937_64 random_{7};
};

struct Kind {
  std::string_view name;
  std::size_t words;
  std::size_t first;  // ranks of the words
  std::size_t last;
  std::string_view order;
};
constexpr std::array kKinds{
    Kind{.name = "frequent", .words = 1, .first = 0, .last = 9, .order = "rank"},
    Kind{.name = "recent", .words = 1, .first = 0, .last = 9, .order = "recent"},
    Kind{.name = "rare", .words = 1, .first = 5'000, .last = 40'000, .order = "rank"},
    Kind{.name = "two_words", .words = 2, .first = 0, .last = 2'000, .order = "rank"},
    Kind{.name = "three_frequent", .words = 3, .first = 0, .last = 9, .order = "rank"},
};

// As clients ask: in all rooms, with what stands before and after each hit.
Request search(const User& user, std::string_view term, std::string_view order) {
  return {
      .method = "POST",
      .target = "/_matrix/client/v3/search",
      .token = user.token,
      .body = fmt::format(
          R"({{"search_categories":{{"room_events":{{"search_term":"{}","order_by":"{}",)"
          R"("keys":["content.body"],"filter":{{"limit":{}}},)"
          R"("event_context":{{"before_limit":1,"after_limit":1,"include_profile":true}}}}}}}})",
          term, order, kHits)};
}

// No other message has it.
std::string last_word(std::size_t room) { return fmt::format("lastofroom{}", room); }

std::size_t count_hits(const Response& response) {
  require_success(response, "search");
  const auto answer = boost::json::parse(response.body);
  return answer.at("search_categories").at("room_events").at("results").as_array().size();
}

class Archive {
 public:
  explicit Archive(Bench& bench) : server_(bench.server), people_(server_.register_users(2)) {
    rooms_ = server_.create_shared_rooms(people_[0], people_[1], kRooms);
  }

  // So many messages, each acknowledged; returns when the last of each room can be found.
  void fill(std::size_t messages) {
    run_batch(server_.loop(),
              {.count = messages,
               .connections = kSenders,
               .make =
                   [&](std::size_t i) {
                     return server_.message(rooms_[i % kRooms], people_[i / kRooms % 2],
                                            words_.text());
                   },
               .on_response = [](std::size_t,
                                 Response& response) { require_success(response, "send"); }});
    for (std::size_t i = 0; i < kRooms; ++i) {
      const Request last = server_.message(rooms_[i], people_[0], last_word(i));
      require_success(server_.loop().ask(server_.connection(), last), "send");
    }
    const auto end = Clock::now() + kPatience;
    for (std::size_t i = 0; i < kRooms; ++i) {
      while (ask(last_word(i), "recent") == 0) {
        if (Clock::now() > end) throw HttpFailed("the last messages cannot be found");
        server_.loop().run_for(std::chrono::milliseconds(200));
      }
    }
  }

  Latencies time(const Kind& kind) {
    Latencies latencies;
    for (std::size_t i = 0; i < kQueries; ++i) {
      std::string term;
      for (std::size_t word = 0; word < kind.words; ++word) {
        if (word > 0) term += ' ';
        term += words_.draw(kind.first, kind.last);
      }
      const auto start = Clock::now();
      found_ += ask(term, kind.order);
      latencies.add(Clock::now() - start);
    }
    return latencies;
  }

  std::size_t found() const { return found_; }

 private:
  std::size_t ask(std::string_view term, std::string_view order) {
    return count_hits(server_.loop().ask(server_.connection(), search(people_[1], term, order)));
  }

  Homeserver& server_;
  std::vector<User> people_;
  std::vector<std::string> rooms_;
  Words words_;
  std::size_t found_ = 0;
};

}  // namespace

CaseReport measure_search(Bench& bench) {
  const std::size_t messages = bench.options.messages;
  CaseReport report{.name = "search",
                    .what = fmt::format("{} messages in {} rooms, ten hits with their context",
                                        messages, kRooms)};
  Archive archive(bench);
  const auto start = Clock::now();
  archive.fill(messages);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  Latencies all;
  double worst = 0;
  const Span span(bench.options.servers);
  for (const Kind& kind : kKinds) {
    const Latencies latencies = archive.time(kind);
    all.add(latencies);
    const double p95 = latencies.at(0.95).count();
    worst = std::max(worst, p95);
    report.figures.push_back({.name = fmt::format("{}_p95_us", kind.name), .value = p95});
  }
  span.finish(report, all);
  report.figures.push_back({.name = "worst_p95_us", .value = worst});
  report.figures.push_back({.name = "messages", .value = static_cast<double>(messages)});
  report.figures.push_back(
      {.name = "hits_each",
       .value = static_cast<double>(archive.found()) / static_cast<double>(all.count())});
  report.figures.push_back(
      {.name = "filled_per_second", .value = static_cast<double>(messages) / seconds});
  return report;
}

}  // namespace chancery::bench
