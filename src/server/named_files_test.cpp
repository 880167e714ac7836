// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/named_files.hpp"

#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_certificate.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace chancery::server {
namespace {

class World {
 public:
  World() {
    loaded_.values.media.worker = "/bin/sh";
    loaded_.origins.emplace("listener", "chancery.toml:7");
  }
  std::string write(const std::string& name, std::string_view text) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  void listen(const runtime::TlsFiles& files) {
    loaded_.values.listeners = {{.address = "127.0.0.1",
                                 .port = 0,
                                 .tls = true,
                                 .certificate = files.certificate_chain,
                                 .private_key = files.private_key}};
  }
  runtime::TlsFiles certificate(const std::string& name) {
    const std::string folder = folder_.path() + "/" + name;
    REQUIRE(::mkdir(folder.c_str(), 0700) == 0);
    return support::write_certificate(folder, name);
  }
  // Anybody may enter them.
  void open_folders() const {
    namespace fs = std::filesystem;
    fs::permissions(folder_.path(), fs::perms{0755});
    for (const auto& each : fs::directory_iterator(folder_.path())) {
      if (each.is_directory()) fs::permissions(each.path(), fs::perms{0755});
    }
  }
  // The mistakes; "" when there are none.
  std::string mistakes() {
    try {
      risks_ = check_named_files(loaded_);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }
  [[nodiscard]] const std::vector<Risk>& risks() const { return risks_; }
  Config& config() { return loaded_.values; }

 private:
  support::TemporaryFolder folder_;
  LoadedConfig loaded_;
  std::vector<Risk> risks_;
};

// While it lives, whoever may read everything may read what all may.
class Nobody {
 public:
  explicit Nobody(const World& world) {
    if (::geteuid() != 0) return;
    world.open_folders();
    REQUIRE(::seteuid(65'534) == 0);
    was_root_ = true;
  }
  ~Nobody() {
    if (was_root_) (void)::seteuid(0);
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;

 private:
  bool was_root_ = false;
};

}  // namespace

TEST_CASE("certificates and keys that are there and fit pass without a word") {
  World world;
  const runtime::TlsFiles files = world.certificate("a.example");
  world.listen(files);
  world.config().outbound.certificates = files.certificate_chain;

  CHECK(world.mistakes() == "");
  CHECK(world.risks().empty());
}

TEST_CASE("files that are not there are told, all at once, with where they are named") {
  World world;
  world.listen({.certificate_chain = "/nowhere/a.pem", .private_key = "/nowhere/a.key"});
  world.config().outbound.certificates = "/nowhere/ca.pem";
  world.config().media.worker = "/nowhere/worker";

  const std::string told = world.mistakes();
  CHECK(told.starts_with("chancery.toml:7: certificate: cannot read /nowhere/a.pem: No such file"));
  CHECK(told.contains("private_key: cannot read /nowhere/a.key"));
  CHECK(told.contains("outbound.certificates: cannot read /nowhere/ca.pem"));
  CHECK(told.contains("media.worker: cannot run /nowhere/worker"));
}

TEST_CASE("files that hold something else, or do not fit each other, are told") {
  World world;
  const runtime::TlsFiles one = world.certificate("a.example");
  const runtime::TlsFiles other = world.certificate("b.example");
  world.listen({.certificate_chain = one.certificate_chain, .private_key = other.private_key});
  CHECK(world.mistakes().contains("cannot use the private key"));
  world.listen(
      {.certificate_chain = world.write("c.pem", "no PEM"), .private_key = one.private_key});
  CHECK(world.mistakes().contains("cannot use the certificate"));
  world.listen(one);
  world.config().outbound.certificates = world.write("ca.pem", "");
  CHECK(world.mistakes().contains("outbound.certificates"));
  world.config().outbound.certificates.clear();
  world.config().media.worker = world.write("worker", "#!/bin/sh");
  CHECK(world.mistakes().contains("media.worker: cannot run"));
  world.config().media.worker = "/";
  CHECK(world.mistakes().contains("media.worker: cannot run"));
}

TEST_CASE("a key that whoever checks may not read is no mistake, and it is said") {
  World world;
  const runtime::TlsFiles files = world.certificate("a.example");
  REQUIRE(::chmod(files.private_key.c_str(), 0) == 0);
  world.listen(files);
  {
    const Nobody checks(world);
    CHECK(world.mistakes() == "");
  }
  REQUIRE(world.risks().size() == 1);
  CHECK(world.risks().front().event == "file_not_checked");
  CHECK(world.risks().front().where == "private_key " + files.private_key);
}

TEST_CASE("a worker that is not there is told at the start") {
  World world;
  CHECK_FALSE(find_worker_risk(world.config()));
  world.config().media.worker = "/nowhere/worker";
  const auto risk = find_worker_risk(world.config());
  REQUIRE(risk);
  CHECK(risk->event == "media_worker_missing");
  CHECK(risk->where == "media.worker /nowhere/worker");
}

}  // namespace chancery::server
