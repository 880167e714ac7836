// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/directory_words.hpp"

#include "base/parse_number.hpp"
#include "domain/accounts/user_directory.hpp"
#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

const auto kUser = protocol::UserId::trusted("@zoe.kruger-2:ministry.example");
constexpr std::string_view kName =
    R"json("Dr. Zo\u00eb KR\u00dcGER (\ud83c\udf89 M\u00fcnchen)")json";

bool finds(std::string_view term) {
  const auto wanted = DirectoryTerm::parse(term);
  return wanted && wanted->matches(kUser, kName);
}

TEST_CASE("a person has the words of their name and of their localpart, folded, each once") {
  CHECK(directory_words(kUser, kName) == std::vector<std::string>{"2", "@zoe.kruger-2", "dr",
                                                                  "kruger", "munchen", "zoe",
                                                                  "\U0001F389"});
  CHECK(directory_words(kUser, "") ==
        std::vector<std::string>{"2", "@zoe.kruger-2", "kruger", "zoe"});
  CHECK(directory_words(kUser, R"({"no":"name"})").size() == 4);
}

TEST_CASE("a name of many words gives a bounded number of them") {
  std::string name;
  for (int word = 0; word < 5'000; ++word) name += std::to_string(word) + " ";
  CHECK(directory_words(kUser, "\"" + name + "\"").size() < 100);
}

TEST_CASE("a term finds whom each of its words begins a word of, without case and accents") {
  for (const char* term : {"zoe", "ZOË", "krüg", "kruger zoe", "zo kr mu", "Kru. dr!", "🎉",
                           "zoe.kr", "zoe.kruger-2:ministry.example"}) {
    CAPTURE(term);
    CHECK(finds(term));
  }
  for (const char* term : {"uger", "zoe x", "zoey", "zoe.kruger-2:other", "krueger"}) {
    CAPTURE(term);
    CHECK_FALSE(finds(term));
  }
}

TEST_CASE("a term with the sign of a user id is the beginning of one") {
  for (const char* term : {"@z", "@zoe", "@ZOE.k", "@zoe.kruger-2", "@zoe.kruger-2:",
                           "@zoe.kruger-2:min", "@zoe.kruger-2:ministry.example"}) {
    CAPTURE(term);
    CHECK(finds(term));
  }
  for (const char* term : {"@kruger", "@zoe:ministry.example", "@zoe.kruger-2:other", "@dr"}) {
    CAPTURE(term);
    CHECK_FALSE(finds(term));
  }
  const std::string longer = "@" + std::string(100, 'a');
  CHECK(DirectoryTerm::parse(longer)->matches(protocol::UserId::trusted(longer + "b:x"), ""));
  CHECK_FALSE(
      DirectoryTerm::parse(longer + "b")->matches(protocol::UserId::trusted(longer + ":x"), ""));
}

TEST_CASE("what asks for nobody is no term") {
  for (const char* term : {"", " ", "@", "@:x", "%", "_", ".*", "^$", "\\", "'; --", "\xFF\xFE"}) {
    CAPTURE(term);
    CHECK_FALSE(DirectoryTerm::parse(term).has_value());
  }
  CHECK_FALSE(DirectoryTerm::parse(std::string(65'536, 'a')).has_value());
  std::string many;
  while (many.size() < 250) many += "a ";
  CHECK(DirectoryTerm::parse(many).has_value());
}

// Everybody's word is "a", and nobody of them may be seen.
class Crowd final : public storage::DirectoryWordStore {
 public:
  runtime::Task<std::vector<storage::DirectoryRow>> load_directory(
      std::string, std::optional<storage::DirectoryPlace> after, std::size_t limit) override {
    ++asked;
    const std::string_view last = after ? std::string_view(after->word).substr(1) : "99999";
    std::size_t next = base::parse_number<std::size_t>(last).value() + 1;
    std::vector<storage::DirectoryRow> rows(limit);
    for (storage::DirectoryRow& row : rows) {
      const std::string name = "a" + std::to_string(next++);
      row.place = {.word = name, .user = protocol::UserId::trusted("@" + name + ":x")};
    }
    co_return rows;
  }
  runtime::Task<std::vector<storage::NamedPerson>> load_named_people(protocol::UserId,
                                                                     std::size_t) override {
    co_return std::vector<storage::NamedPerson>{};
  }
  runtime::Task<std::optional<storage::DirectoryFilling>> find_directory_filling() override {
    co_return std::nullopt;
  }
  std::size_t asked = 0;
};

class NoRooms final : public JoinedRooms {
 public:
  runtime::Task<> show_profile(protocol::UserId, MemberProfile) override { co_return; }
  runtime::Task<> leave_all(protocol::UserId) override { co_return; }
  [[nodiscard]] bool share_room(const protocol::UserId&, const protocol::UserId&) const override {
    return false;
  }
  runtime::Task<std::vector<protocol::UserId>> find_visible(
      protocol::UserId, std::vector<protocol::UserId>) override {
    co_return std::vector<protocol::UserId>{};
  }
};

TEST_CASE("a search among any number of people looks at so many and says that there may be more") {
  runtime::SimulatedScheduler scheduler;
  Crowd crowd;
  NoRooms rooms;
  UserDirectory hidden(crowd, rooms, UserDirectory::Scope::rooms);
  const FoundUsers nobody =
      scheduler.run(hidden.search(protocol::UserId::trusted("@me:x"), "a", 10));
  CHECK(nobody.users.empty());
  CHECK(nobody.limited);
  CHECK(crowd.asked == UserDirectory::kMostPages);

  UserDirectory shown(crowd, rooms, UserDirectory::Scope::everyone);
  const FoundUsers some = scheduler.run(shown.search(protocol::UserId::trusted("@me:x"), "a", 50));
  CHECK(some.users.size() == 50);
  CHECK(some.limited);
  CHECK(crowd.asked == UserDirectory::kMostPages + 1);
}

}  // namespace
}  // namespace chancery::accounts
