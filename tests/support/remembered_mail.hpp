// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// RememberedMail: takes every mail, and remembers it.
//
// Concurrency: the test's scheduler.

#include "domain/mail/carrier.hpp"

#include <string>
#include <utility>
#include <vector>

namespace chancery::support {

class RememberedMail final : public mail::Carrier {
 public:
  // As if the operator had named a mail server.
  void configure() { is_configured_ = true; }
  void answer_with(mail::Handover::Outcome outcome) { outcome_ = outcome; }

  // As if the mail server had said so.
  void refuse_international() { may_take_international_ = false; }
  [[nodiscard]] bool is_configured() const override { return is_configured_; }
  [[nodiscard]] bool may_take_international() const override { return may_take_international_; }
  runtime::Task<mail::Handover> hand_over(mail::Letter letter,
                                          runtime::CancelToken /*cancel*/) override {
    if (outcome_ == mail::Handover::Outcome::accepted) letters_.push_back(std::move(letter));
    co_return mail::Handover{.outcome = outcome_, .why = "as the test wants"};
  }

  [[nodiscard]] const std::vector<mail::Letter>& letters() const { return letters_; }
  void forget() { letters_.clear(); }
  // The token of the newest mail's link, "" when it has none.
  [[nodiscard]] std::string token() const {
    if (letters_.empty()) return {};
    // Soft line breaks of quoted-printable are no part of it, nor is its '='.
    std::string text = letters_.back().message;
    for (std::size_t at = 0; (at = text.find("=\r\n")) != std::string::npos;) text.erase(at, 3);
    constexpr std::string_view kMark = "token=3D";
    const std::size_t begin = text.find(kMark);
    if (begin == std::string::npos) return {};
    const std::size_t from = begin + kMark.size();
    return text.substr(from, text.find_first_of("\r\n \"", from) - from);
  }

 private:
  bool is_configured_ = false;
  bool may_take_international_ = true;
  mail::Handover::Outcome outcome_ = mail::Handover::Outcome::accepted;
  std::vector<mail::Letter> letters_;
};

}  // namespace chancery::support
