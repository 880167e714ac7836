// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An SMTP server on the network in memory: takes mail, and answers as a test wants.
//
// Concurrency: the test's scheduler.
// Lifetime:    await `stop` before it dies.

#include "runtime/network.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/memory_network.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::support {

struct ReceivedMail {
  std::string from;
  std::string to;
  std::string message;  // dots unstuffed
  bool was_secure = false;
};

class FakeMailServer {
 public:
  static constexpr std::string_view kAddress = "192.0.2.25";

  enum class Tls : std::uint8_t { from_the_start, offered, none };
  FakeMailServer(MemoryNetwork& network, Tls tls, std::uint16_t port = 465) : tls_(tls) {
    const runtime::Endpoint at{.address = std::string(kAddress), .port = port};
    const auto accept = [this](runtime::StreamPtr stream) {
      group_.spawn(serve(*this, std::move(stream)));
    };
    listener_ = tls == Tls::from_the_start ? network.listen_tls(at, {}, accept)
                                           : network.listen(at, accept);
  }

  // A reply ("451 later") to each command that begins with `command`, in place of the usual one.
  // "MESSAGE" stands for the end of a message; "" for a reply: nothing is said.
  void answer(std::string command, std::string reply) {
    replies_.emplace_back(std::move(command), std::move(reply));
  }
  // Lines of the greeting, such as "SMTPUTF8".
  void offer(std::vector<std::string> extensions) { extensions_ = std::move(extensions); }
  void answer_as_usual() { replies_.clear(); }

  [[nodiscard]] const std::vector<ReceivedMail>& mails() const { return mails_; }
  [[nodiscard]] const std::vector<std::string>& commands() const { return commands_; }
  void forget() {
    mails_.clear();
    commands_.clear();
  }
  runtime::Task<> stop() {
    co_await listener_->stop();
    for (const auto& stream : streams_) stream->close();
    co_await group_.stop();
  }

 private:
  using StreamPtr = std::shared_ptr<runtime::Stream>;

  static runtime::Task<> serve(FakeMailServer& server, runtime::StreamPtr accepted) {
    const StreamPtr stream = std::move(accepted);
    server.streams_.push_back(stream);
    try {
      co_await server.talk(stream);
    } catch (const runtime::PeerGone&) {  // the client has what it wanted
    }
  }

  [[nodiscard]] std::string reply_to(const std::string& line, std::string usual) const {
    for (const auto& [command, reply] : replies_) {
      if (line.starts_with(command)) return reply;
    }
    return usual;
  }

  [[nodiscard]] std::string usual_reply(const std::string& line, bool is_secure) const {
    if (line.starts_with("EHLO")) {
      std::string reply = "250-fake greets you\r\n";
      if (tls_ == Tls::offered && !is_secure) reply += "250-STARTTLS\r\n";
      for (const std::string& extension : extensions_) reply += "250-" + extension + "\r\n";
      return reply + "250 AUTH LOGIN PLAIN";
    }
    if (line.starts_with("STARTTLS")) return "220 go on";
    if (line.starts_with("AUTH")) return "235 welcome";
    if (line == "DATA") return "354 say it";
    if (line == "QUIT") return "221 bye";
    return "250 fine";
  }

  static runtime::Task<std::optional<std::string>> read_line(StreamPtr stream,
                                                             std::string& received) {
    std::array<char, 512> part{};
    while (true) {
      const std::size_t end = received.find("\r\n");
      if (end != std::string::npos) {
        std::string line = received.substr(0, end);
        received.erase(0, end + 2);
        co_return line;
      }
      const std::size_t count = co_await stream->read_some(part);
      if (count == 0) co_return std::nullopt;
      received.append(part.data(), count);
    }
  }

  runtime::Task<> talk(StreamPtr stream) {
    std::string received;
    ReceivedMail mail{.from = {}, .to = {}, .message = {}, .was_secure = stream->is_secure()};
    co_await say(stream, reply_to("GREETING", "220 fake"));
    while (auto line = co_await read_line(stream, received)) {
      commands_.push_back(*line);
      const std::string reply = reply_to(*line, usual_reply(*line, mail.was_secure));
      if (line->starts_with("MAIL FROM:")) mail.from = line->substr(10);
      if (line->starts_with("RCPT TO:")) mail.to = line->substr(8);
      co_await say(stream, reply);
      if (line->starts_with("STARTTLS") && reply.starts_with("220")) mail.was_secure = true;
      if (*line != "DATA" || !reply.starts_with("354")) continue;
      mail.message.clear();
      while (auto text = co_await read_line(stream, received)) {
        if (*text == ".") break;
        mail.message += text->starts_with('.') ? text->substr(1) : *text;
        mail.message += "\r\n";
      }
      const std::string taken = reply_to("MESSAGE", "250 queued");
      if (taken.starts_with("250")) mails_.push_back(mail);
      co_await say(stream, taken);
    }
  }
  static runtime::Task<> say(StreamPtr stream, std::string reply) {
    if (!reply.empty()) co_await stream->write_all(reply + "\r\n");
  }

  Tls tls_;
  std::vector<std::pair<std::string, std::string>> replies_;
  std::vector<std::string> extensions_;
  std::vector<ReceivedMail> mails_;
  std::vector<std::string> commands_;
  std::vector<StreamPtr> streams_;
  runtime::TaskGroup group_{"fake mail server"};
  std::unique_ptr<runtime::Listener> listener_;
};

}  // namespace chancery::support
