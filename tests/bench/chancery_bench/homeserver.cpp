// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/homeserver.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <unistd.h>
#include <utility>

namespace chancery::bench {

namespace {

constexpr std::string_view kPassword = "a long enough pass phrase 7";
constexpr std::string_view kClient = "/_matrix/client/v3";
constexpr std::string_view kSecretPath = "/_synapse/admin/v1/register";

std::string hmac_sha1_hex(const std::string& key, const std::string& message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(),
       &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::string text_of(const boost::json::value& answer, std::string_view key) {
  const auto* object = answer.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(key);
  if (found == nullptr || !found->is_string()) {
    throw HttpFailed(fmt::format("an answer without '{}'", key));
  }
  return std::string(found->get_string());
}

User user_of(const boost::json::value& answer) {
  return {.id = text_of(answer, "user_id"), .token = text_of(answer, "access_token")};
}

}  // namespace

void require_success(const Response& response, std::string_view what) {
  if (response.status == 200) return;
  throw HttpFailed(fmt::format("{}: {} {}", what, response.status, response.body.substr(0, 300)));
}

Homeserver::Homeserver(HttpLoop& loop, Access access)
    : loop_(loop),
      connection_(loop.connect()),
      access_(std::move(access)),
      run_(fmt::format("{:x}-{:x}", getpid(), Clock::now().time_since_epoch().count())) {}

boost::json::value Homeserver::call(const Request& request) {
  const Response response = loop_.ask(connection_, request);
  require_success(response, request.method + " " + request.target);
  return boost::json::parse(response.body);
}

User Homeserver::register_user() {
  const std::string name = fmt::format("bench-{}-{}", run_, users_++);
  boost::json::object wanted{{"username", name}, {"password", kPassword}};
  wanted["auth"] = {{"type", "m.login.dummy"}};
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Response response = loop_.ask(connection_, {.method = "POST",
                                                      .target = fmt::format("{}/register", kClient),
                                                      .token = {},
                                                      .body = boost::json::serialize(wanted)});
    if (response.status == 200) return user_of(boost::json::parse(response.body));
    if (response.status != 401) break;
    const auto answer = boost::json::parse(response.body);
    wanted["auth"] = {{"type", "m.login.dummy"}, {"session", text_of(answer, "session")}};
  }
  if (access_.secret.empty()) throw HttpFailed("registration is refused; a --secret might help");
  return register_by_secret(name);
}

User Homeserver::register_by_secret(const std::string& name) {
  const auto start =
      call({.method = "GET", .target = std::string(kSecretPath), .token = {}, .body = {}});
  const std::string nonce = text_of(start, "nonce");
  std::string message = nonce;
  for (const std::string_view part :
       {std::string_view(name), kPassword, std::string_view("notadmin")}) {
    message += '\0';
    message += part;
  }
  const boost::json::object wanted{{"nonce", nonce},
                                   {"username", name},
                                   {"password", kPassword},
                                   {"admin", false},
                                   {"mac", hmac_sha1_hex(access_.secret, message)}};
  return user_of(call({.method = "POST",
                       .target = std::string(kSecretPath),
                       .token = {},
                       .body = boost::json::serialize(wanted)}));
}

std::vector<User> Homeserver::register_users(std::size_t count) {
  std::vector<User> users;
  while (users.size() < count) users.push_back(register_user());
  return users;
}

std::vector<User> Homeserver::register_crowd(std::size_t count) {
  if (access_.service.empty()) return register_users(count);
  std::vector<User> users(count);
  const std::size_t first = std::exchange(users_, users_ + count);
  run_batch(loop_, {.count = count,
                    .make =
                        [&](std::size_t i) {
                          const boost::json::object wanted{
                              {"type", "m.login.application_service"},
                              {"username", fmt::format("bench-{}-{}", run_, first + i)}};
                          return Request{.method = "POST",
                                         .target = fmt::format("{}/register", kClient),
                                         .token = access_.service,
                                         .body = boost::json::serialize(wanted)};
                        },
                    .on_response =
                        [&](std::size_t i, Response& response) {
                          require_success(response, "register");
                          users[i] = user_of(boost::json::parse(response.body));
                        }});
  return users;
}

std::string Homeserver::create_room(const User& creator) {
  return text_of(call({.method = "POST",
                       .target = fmt::format("{}/createRoom", kClient),
                       .token = creator.token,
                       .body = R"({"preset":"private_chat"})"}),
                 "room_id");
}

Request Homeserver::join(const std::string& room, const User& user) const {
  return {.method = "POST",
          .target = fmt::format("{}/join/{}", kClient, percent_encode(room)),
          .token = user.token,
          .body = "{}"};
}

std::string Homeserver::create_room_for(const User& creator, std::span<const User> members) {
  const std::string room = text_of(call({.method = "POST",
                                         .target = fmt::format("{}/createRoom", kClient),
                                         .token = creator.token,
                                         .body = R"({"preset":"public_chat"})"}),
                                   "room_id");
  run_batch(loop_, {.count = members.size(),
                    .make = [&](std::size_t i) { return join(room, members[i]); },
                    .on_response = [](std::size_t,
                                      Response& response) { require_success(response, "join"); }});
  return room;
}

std::vector<std::string> Homeserver::create_shared_rooms(const User& creator, const User& member,
                                                         std::size_t count) {
  std::vector<std::string> rooms(count);
  run_batch(loop_, {.count = count,
                    .make =
                        [&](std::size_t) {
                          return Request{.method = "POST",
                                         .target = fmt::format("{}/createRoom", kClient),
                                         .token = creator.token,
                                         .body = R"({"preset":"public_chat"})"};
                        },
                    .on_response =
                        [&](std::size_t i, Response& response) {
                          require_success(response, "createRoom");
                          rooms[i] = text_of(boost::json::parse(response.body), "room_id");
                        }});
  run_batch(loop_, {.count = count,
                    .make = [&](std::size_t i) { return join(rooms[i], member); },
                    .on_response = [](std::size_t,
                                      Response& response) { require_success(response, "join"); }});
  return rooms;
}

void Homeserver::fill(const std::vector<std::string>& rooms, const std::vector<User>& writers,
                      std::size_t messages) {
  run_batch(
      loop_,
      {.count = rooms.size() * messages,
       .connections = 32,
       .make =
           [&](std::size_t i) {
             return message(rooms[i % rooms.size()], writers[(i / rooms.size()) % writers.size()],
                            "Minutes of the meeting, as agreed with all who took part.");
           },
       .on_response = [](std::size_t, Response& response) { require_success(response, "send"); }});
}

Request Homeserver::message(const std::string& room, const User& sender, std::string_view text) {
  return {.method = "PUT",
          .target = fmt::format("{}/rooms/{}/send/m.room.message/{}", kClient, percent_encode(room),
                                transactions_++),
          .token = sender.token,
          .body = fmt::format(R"({{"msgtype":"m.text","body":"{}"}})", text)};
}

Request Homeserver::sync(const User& user, std::string_view since,
                         std::string_view parameters) const {
  std::string target = fmt::format("{}/sync?{}", kClient, parameters);
  if (!since.empty()) target += fmt::format("&since={}", percent_encode(since));
  return {.method = "GET", .target = std::move(target), .token = user.token, .body = {}};
}

Request Homeserver::slide(const User& user, std::string_view pos, const SlidingWish& wish) const {
  std::string target = fmt::format(
      "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout={}", wish.timeout);
  if (!pos.empty()) target += fmt::format("&pos={}", percent_encode(pos));
  return {.method = "POST",
          .target = std::move(target),
          .token = user.token,
          .body = fmt::format(
              R"({{"conn_id":"{}","lists":{{"all":{{"ranges":[[0,{}]],"timeline_limit":{},)"
              R"("required_state":[["m.room.create",""],["m.room.name",""],)"
              R"(["m.room.encryption",""],["m.room.power_levels",""],["m.room.member","$LAZY"],)"
              R"(["m.room.member","$ME"]],"filters":{{"not_room_types":["m.space"]}}}}}},)"
              R"("extensions":{{"account_data":{{"enabled":true}},"receipts":{{"enabled":true}},)"
              R"("typing":{{"enabled":true}}}}}})",
              wish.connection, wish.rooms - 1, wish.timeline)};
}

std::string Homeserver::percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace chancery::bench
