// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/terms.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

std::string mistake(TermsFile file) {
  const auto terms = Terms::read({std::move(file)}, "https://x.example");
  return terms ? "" : terms.error().front();
}

TEST_CASE("terms are described by policy, version and language") {
  const auto terms = Terms::read({{"rules.3.en.txt", "House rules\n\nBe kind.\n"},
                                  {"privacy.1.0.de.txt", "Datenschutz\nAlles bleibt hier."},
                                  {"privacy.1.0.en.txt", "Privacy\r\n\r\n# What\r\nAll stays."}},
                                 "https://x.example");
  REQUIRE(terms);
  CHECK(terms->are_asked());
  CHECK(base::to_text(terms->describe()) ==
        R"({"policies":{"privacy":{"version":"1.0",)"
        R"("de":{"name":"Datenschutz","url":"https://x.example/_chancery/terms/privacy/1.0/de"},)"
        R"("en":{"name":"Privacy","url":"https://x.example/_chancery/terms/privacy/1.0/en"}},)"
        R"("rules":{"version":"3",)"
        R"("en":{"name":"House rules","url":"https://x.example/_chancery/terms/rules/3/en"}}}})");
  CHECK(terms->versions() == "privacy 1.0, rules 3");
  REQUIRE(terms->to_be_shown().size() == 2);
  CHECK(terms->to_be_shown()[0]->name == "Privacy");
  REQUIRE(terms->find("privacy", "1.0", "de") != nullptr);
  CHECK(terms->find("privacy", "1.0", "de")->text == "Alles bleibt hier.");
  CHECK(terms->find("privacy", "2.0", "de") == nullptr);
}

TEST_CASE("without files no terms are asked for") {
  CHECK_FALSE(Terms().are_asked());
  CHECK_FALSE(Terms::read({}, "")->are_asked());
}

TEST_CASE("files of terms that cannot be shown are told of") {
  for (const char* name :
       {"privacy.txt", "privacy.en.txt", "privacy.1.0.en.md", ".1.0.en.txt", "privacy..en.txt",
        "privacy.1.0..txt", "a/b.1.en.txt", "privacy.1.version.txt", "pri vacy.1.en.txt"}) {
    CAPTURE(name);
    CHECK_FALSE(mistake({name, "Name\ntext"}).empty());
  }
  CHECK(mistake({"a.1.en.txt", "Name\ntext"}).empty());
  CHECK_FALSE(mistake({"a.1.en.txt", "\ntext"}).empty());
  CHECK_FALSE(mistake({"a.1.en.txt", "Name\n \n"}).empty());
  CHECK_FALSE(mistake({"a.1.en.txt", "Name\n\xFF"}).empty());
  CHECK_FALSE(mistake({"a.1.en.txt", "Name\n" + std::string(300'000, 'x')}).empty());
  CHECK_FALSE(mistake({"a.1.en.txt", std::string(300, 'n') + "\ntext"}).empty());
}

TEST_CASE("two versions of one policy are a mistake") {
  const auto terms = Terms::read({{"a.1.en.txt", "Name\ntext"}, {"a.2.de.txt", "Name\ntext"}}, "");
  REQUIRE_FALSE(terms);
  CHECK(terms.error().front().find("two versions") != std::string::npos);
}

}  // namespace
}  // namespace chancery::accounts
