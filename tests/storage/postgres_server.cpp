// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/postgres_server.hpp"

#include "storage/postgres/connection.hpp"
#include "storage/sql/database.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace chancery::storage {
namespace {

constexpr const char* kOwner = "postgres";

std::string program(const std::string& name) {
  for (int version = 18; version >= 15; --version) {
    std::string path = fmt::format("/usr/lib/postgresql/{}/bin/{}", version, name);
    if (std::filesystem::exists(path)) return path;
  }
  throw std::runtime_error("PostgreSQL 15 or later is not installed: no program " + name);
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Starts a program that dies with this one, its output in `log`. The server refuses to run as root.
pid_t start_program(const std::vector<std::string>& words, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd* owner = ::geteuid() == 0 ? ::getpwnam(kOwner) : nullptr;
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (owner != nullptr &&
      (::setgid(owner->pw_gid) != 0 || ::initgroups(kOwner, owner->pw_gid) != 0 ||
       ::setuid(owner->pw_uid) != 0)) {
    ::_exit(126);
  }
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  if (::geteuid() == 0) {
    const passwd* owner = ::getpwnam(kOwner);
    if (owner == nullptr) throw std::runtime_error("there is no user postgres");
    if (::chown(folder_.path().c_str(), owner->pw_uid, owner->pw_gid) != 0) {
      throw std::runtime_error("cannot give the folder to postgres");
    }
  }
  const std::string log = folder_.file("initdb.log");
  const pid_t child = start_program({program("initdb"), "-D", folder_.file("data"), "-U", "test",
                                     "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"},
                                    log);
  if (wait_for(child) != 0) throw std::runtime_error("initdb failed: " + read_file(log));
  start();
}

PostgresServer::~PostgresServer() { crash(); }

void PostgresServer::start() {
  const std::string log = folder_.file("server.log");
  std::filesystem::remove(folder_.file("data/postmaster.pid"));
  server_ = start_program(
      {program("postgres"), "-D", folder_.file("data"), "-k", folder_.path(), "-h", "", "-c",
       "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"},
      log);
  // The server says when it is ready, in the last line of its pid file.
  while (true) {
    if (read_file(folder_.file("data/postmaster.pid")).find("ready") != std::string::npos) return;
    int status = 0;
    if (::waitpid(server_, &status, WNOHANG) == server_) {
      throw std::runtime_error("postgres ended: " + read_file(log));
    }
    ::usleep(2'000);
  }
}

void PostgresServer::crash() {
  if (server_ == 0) return;
  ::kill(server_, SIGQUIT);
  wait_for(server_);
  server_ = 0;
}

std::string PostgresServer::address() const {
  return fmt::format("host={} user=test dbname=postgres", folder_.path());
}

std::string PostgresServer::make_schema() {
  const std::string name = fmt::format("test_{}", ++schemas_);
  postgres::Connection connection(address());
  connection.ensure_connected();
  connection.run_script("CREATE SCHEMA " + name);
  return fmt::format("{} options=-csearch_path={}", address(), name);
}

}  // namespace chancery::storage
