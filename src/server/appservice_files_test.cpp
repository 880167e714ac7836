// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/appservice_files.hpp"

#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace chancery::server {
namespace {

std::string registration(const std::string& id) {
  return "id: " + id + "\nurl: null\nas_token: as-" + id + "\nhs_token: hs-" + id +
         "\nsender_localpart: bot-" + id + "\nnamespaces: {}\n";
}

struct Folder {
  support::TemporaryFolder folder;
  Config config;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.file(name)) << text;
  }
  std::string ids() const {
    std::string all;
    for (const auto& each : load_registrations(config)) all += each.id + " ";
    return all;
  }
  std::string mistakes() const {
    try {
      static_cast<void>(load_registrations(config));
    } catch (const ConfigError& error) {  // what the test asks for
      return error.what();
    }
    return "";
  }
};

TEST_CASE("a folder stands for its files in YAML, by their names") {
  Folder folder;
  folder.write("b.yaml", registration("b"));
  folder.write("a.yml", registration("a"));
  folder.write("README.md", "none of them");
  folder.write("c.yaml.disabled", "nor this");
  folder.config.appservices.files = {folder.folder.path()};
  CHECK(folder.ids() == "a b ");

  folder.config.appservices.files = {folder.folder.file("b.yaml")};
  CHECK(folder.ids() == "b ");
  folder.config.appservices.files = {};
  CHECK(folder.ids().empty());
}

TEST_CASE("mistakes of all files are told at once, each with its place") {
  Folder folder;
  folder.write("a.yaml", registration("same"));
  folder.write("b.yaml", registration("same"));
  folder.write("c.yaml", "id: c\n");
  folder.config.appservices.files = {folder.folder.path(), folder.folder.file("nowhere.yaml")};
  const std::string mistakes = folder.mistakes();
  CAPTURE(mistakes);
  CHECK(mistakes.find("nowhere.yaml: cannot be read") != std::string::npos);
  CHECK(mistakes.find("b.yaml: its \"id\" is that of") != std::string::npos);
  CHECK(mistakes.find("c.yaml:1: \"as_token\" is missing") != std::string::npos);
}

TEST_CASE("a file that is much too large for a registration is not read") {
  Folder folder;
  folder.write("a.yaml", std::string(2 * 1024 * 1024, '#'));
  folder.config.appservices.files = {folder.folder.path()};
  CHECK(folder.mistakes().find("is too large") != std::string::npos);
}

}  // namespace
}  // namespace chancery::server
