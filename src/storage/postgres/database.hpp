// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The database in PostgreSQL ≥ 15.
//
// Reads run on a pool of connections with a thread each; the writer has a connection of its own in
// pipeline mode. Only one writer may be open for a database and schema, in whatever process.
//
// Failure: StorageError. A connection that broke is made again at its next use.

#include "storage/sql/database.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace chancery::storage::postgres {

struct PostgresOptions {
  // A libpq connection string, as "host=/run/postgresql dbname=chancery". Secrets come by its
  // passfile or by a service file, so that the string can be shown.
  std::string address;
  std::size_t readers = 4;
};

// Connects once, so that a wrong address is noticed here.
std::unique_ptr<sql::Database> open_postgres(PostgresOptions options);

}  // namespace chancery::storage::postgres
