// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Operations tested: which test was answered by which row of the route table.
//
// Where the environment names a folder (CHANCERY_OPERATIONS), the program leaves a file there when
// it ends, from which tools/spec.py says in docs/conformance.md by which test each operation is
// covered: a line "operation, ok or refused, file, test" for each, tabs between.
//
// Concurrency: the thread of the tests.

#include "api/boundary/boundary.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

namespace chancery::support {

class OperationsTested {
 public:
  static OperationsTested& of_this_program() {
    static OperationsTested operations;
    return operations;
  }

  void note(const boundary::Boundary& boundary, const http::Request& request, unsigned status) {
    if (folder_ == nullptr) return;
    const boundary::Route* route = boundary.find_route(request.method, request.path);
    const doctest::TestCaseData* test = doctest::getContextOptions()->currentTest;
    if (route == nullptr || test == nullptr) return;
    std::string line(route->spec.document);
    for (const std::string_view part :
         {route->spec.operation, std::string_view(status < 400 ? "ok" : "refused"),
          std::string_view(test->m_file.c_str()), std::string_view(test->m_name)}) {
      line += '\t';
      line += part;
    }
    lines_.insert(std::move(line));
  }

 private:
  OperationsTested()
      : folder_(std::getenv("CHANCERY_OPERATIONS")) {}  // NOLINT(concurrency-mt-unsafe)
  ~OperationsTested() {
    if (folder_ == nullptr || lines_.empty()) return;
    std::ofstream file(std::string(folder_) + "/" + program_invocation_short_name + ".tsv");
    for (const std::string& line : lines_) file << line << '\n';
  }
  OperationsTested(const OperationsTested&) = delete;
  OperationsTested& operator=(const OperationsTested&) = delete;

  const char* folder_;
  std::set<std::string> lines_;
};

}  // namespace chancery::support
