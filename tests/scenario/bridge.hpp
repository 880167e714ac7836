// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A server with an application service "bridge" that owns "@_b_…:x" and "#_b_…:x", and what it was
// sent.
//
//   Bridge bridge;
//   bridge.make_ghost("anna");                        // "@_b_anna:x"
//   bridge.service().get("/sync?user_id=@_b_anna:x")  // by the service's token
//   CHECK(bridge.messages() == std::vector<std::string>{"one"});

#include "tests/scenario/server_under_test.hpp"
#include "tests/support/scripted_outbound.hpp"
#include "tests/support/temporary_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace chancery::scenario {

inline constexpr std::string_view kBridgeFile = R"(id: bridge
url: "http://bridge.example:9000"
as_token: secret-of-the-service
hs_token: secret-of-the-server
sender_localpart: bridge-bot
rate_limited: false
receive_ephemeral: true
org.matrix.msc3202: true
protocols: [pigeon]
namespaces:
  users:
    - exclusive: true
      regex: '@_b_.*:x'
  aliases:
    - exclusive: true
      regex: '#_b_.*:x'
  rooms: []
)";

struct Told {
  std::string transaction;
  base::JsonObject body;
  std::string text;  // the same, byte for byte
};

class Bridge {
 public:
  // `files`: registrations besides, or in the place of the usual one.
  explicit Bridge(std::vector<std::string> files = {std::string(kBridgeFile)}) {
    for (const std::string& file : files) write(file);
    server_ = std::make_unique<ServerUnderTest>([this](server::Config& config) {
      config.appservices.files = paths_;
      config.limits.enabled = true;
      config.limits.message_per_second = 1;
      config.limits.message_burst = 1'000;
      config.limits.write_burst = 1'000;
    });
  }

  ServerUnderTest& server() { return *server_; }
  support::ScriptedOutbound& outside() { return server_->outside(); }

  // Somebody with the service's token alone.
  Person service() {
    Person person = server_->stranger();
    person.set_token("secret-of-the-service");
    return person;
  }
  // Registers "@_b_name:x".
  void make_ghost(const std::string& name) {
    const ApiAnswer answer = service().post(
        "/register",
        R"({"type":"m.login.application_service","inhibit_login":true,"username":"_b_)" + name +
            "\"}");
    if (answer.status != 200) throw std::logic_error("no ghost: " + answer.body);
  }
  // The ghost joins a room by the service's token.
  void join(const std::string& name, const std::string& room) {
    const ApiAnswer answer = service().post("/rooms/" + room + "/join?user_id=@_b_" + name + ":x");
    if (answer.status != 200) throw std::logic_error("not joined: " + answer.body);
  }

  // The transactions that the service was sent, tries again among them.
  [[nodiscard]] std::vector<Told> attempts() {
    std::vector<Told> told;
    constexpr std::string_view kPlace = "http://bridge.example:9000/_matrix/app/v1/transactions/";
    for (const http::OutboundRequest& request : outside().requests()) {
      if (!request.url.starts_with(kPlace)) continue;
      told.push_back({.transaction = request.url.substr(kPlace.size()),
                      .body = base::parse_json(request.body).value().as_object(),
                      .text = request.body});
    }
    return told;
  }
  // Each transaction once.
  [[nodiscard]] std::vector<Told> transactions() {
    std::vector<Told> once;
    for (Told& one : attempts()) {
      const bool is_known = std::ranges::any_of(
          once, [&](const Told& other) { return other.transaction == one.transaction; });
      if (!is_known) once.push_back(std::move(one));
    }
    return once;
  }
  // What all transactions have in one of their lists.
  [[nodiscard]] std::vector<base::JsonObject> items(std::string_view list) {
    std::vector<base::JsonObject> all;
    for (const Told& one : transactions()) {
      const base::JsonArray* items = base::find_array(one.body, list);
      if (items == nullptr) continue;
      for (const base::Json& item : *items) all.push_back(item.as_object());
    }
    return all;
  }
  // Texts of the messages that it was told, in order.
  [[nodiscard]] std::vector<std::string> messages() {
    std::vector<std::string> texts;
    for (const base::JsonObject& event : items("events")) {
      if (base::find_string(event, "type") == "m.room.message") {
        texts.push_back(text_at(event, "/content/body"));
      }
    }
    return texts;
  }
  // Until `is_so`; throws when that does not come.
  template <typename Question>
  void until(Question is_so) {
    constexpr int kMostRounds = 100;
    for (int round = 0; round < kMostRounds; ++round) {
      settle();
      if (is_so()) return;
    }
    throw std::logic_error("waited in vain");
  }
  // Until everything is told that there is to tell.
  void settle() {
    server_->settle();
    server_->scheduler().advance(std::chrono::milliseconds(10));
    server_->settle();
  }
  void restart() { server_->restart(); }
  // As the operator does it: one more file, and a restart.
  void install(const std::string& file) {
    write(file);
    server_->config().appservices.files = paths_;
    restart();
  }

 private:
  void write(const std::string& file) {
    paths_.push_back(folder_.file("service-" + std::to_string(paths_.size()) + ".yaml"));
    std::ofstream(paths_.back()) << file;
    using std::filesystem::perms;
    std::filesystem::permissions(paths_.back(), perms::owner_read | perms::owner_write);
  }

  support::TemporaryFolder folder_;
  std::vector<std::string> paths_;
  std::unique_ptr<ServerUnderTest> server_;
};

}  // namespace chancery::scenario
