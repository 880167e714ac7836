// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/postgres/connection.hpp"

#include "storage/errors.hpp"

#include <fmt/core.h>
#include <libpq-fe.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <poll.h>
#include <utility>
#include <variant>

namespace chancery::storage::postgres {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

// Whether a failure is of what was to be stored, and not of the server: a value that it cannot
// take, a constraint, a row that is too large for an index.
bool is_refusal(std::string_view state) {
  return state.starts_with("22") || state.starts_with("23") || state.starts_with("54");
}

// Whether a failure says that this connection is of no use any more: 57P01 and its like, by which
// the server ends it, whatever libpq knows of it yet; and 25006, for a connection keeps the "read
// only" that the database had when it was made.
bool ends_connection(std::string_view state) {
  return state.starts_with("57P") || state == "25006";
}

// Type numbers of columns, from the server's catalogue; they never change.
constexpr Oid kBool = 16;
constexpr Oid kBytes = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kText = 25;
constexpr Oid kName = 19;
constexpr Oid kVarchar = 1043;
constexpr Oid kVoid = 2278;

// A host that goes without a word, at the start or later, is noticed in seconds instead of never.
constexpr std::array<std::pair<const char*, const char*>, 5> kSecondsOfSilence{
    {{"connect_timeout", "5"},
     {"keepalives_idle", "10"},
     {"keepalives_interval", "5"},
     {"keepalives_count", "3"},
     {"tcp_user_timeout", "25000"}}};

// Parameters as libpq wants them: numbers as decimal text, which fits every integer type; texts and
// blobs as they are, without copying.
class Arguments {
 public:
  explicit Arguments(const sql::Parameters& parameters) : numbers_(parameters.size()) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (const auto* number = std::get_if<std::int64_t>(&parameters[i])) {
        char* const begin = numbers_[i].data();
        *std::to_chars(begin, begin + numbers_[i].size() - 1, *number).ptr = '\0';
        add(begin, 0, 0);
      } else if (const auto* text = std::get_if<std::string_view>(&parameters[i])) {
        add_bytes(*text);
      } else if (const auto* blob = std::get_if<sql::Blob>(&parameters[i])) {
        add_bytes(blob->bytes);
      } else {
        add(nullptr, 0, 0);
      }
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(values_.size()); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void add(const char* value, int length, int format) {
    values_.push_back(value);
    lengths_.push_back(length);
    formats_.push_back(format);
  }
  void add_bytes(std::string_view bytes) {
    add(bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size()), 1);
  }

  std::vector<std::array<char, 24>> numbers_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

std::int64_t read_integer(const char* bytes, int length) {
  std::int64_t value = (*bytes & 0x80) != 0 ? -1 : 0;  // the sign, for all that follow
  for (int i = 0; i < length; ++i) value = value * 256 + static_cast<unsigned char>(bytes[i]);
  return value;
}

sql::Rows::Value read_value(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) != 0) return nullptr;
  const char* bytes = PQgetvalue(result, row, column);
  const int length = PQgetlength(result, row, column);
  switch (PQftype(result, column)) {
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
      return read_integer(bytes, length);
    case kBytes:
    case kText:
    case kName:
    case kVarchar:
      return std::string(bytes, static_cast<std::size_t>(length));
    case kVoid:
      return nullptr;
    default:
      throw StorageError(
          fmt::format("column {} has type {}, which no store reads: cast it to BIGINT or TEXT",
                      PQfname(result, column), PQftype(result, column)));
  }
}

sql::Rows read_rows(const PGresult* result) {
  const int columns = PQnfields(result);
  sql::Rows rows(static_cast<std::size_t>(columns));
  for (int row = 0; row < PQntuples(result); ++row) {
    for (int column = 0; column < columns; ++column) rows.add(read_value(result, row, column));
  }
  return rows;
}

std::string field(const PGresult* result, int which) {
  const char* text = PQresultErrorField(result, which);
  return text == nullptr ? "" : text;
}

}  // namespace

std::string number_placeholders(std::string_view text) {
  std::string numbered(text);
  for (char& character : numbered) {
    if (character == '?') character = '$';
  }
  return numbered;
}

Connection::~Connection() { disconnect(); }

void Connection::disconnect() {
  PQfinish(connection_);
  connection_ = nullptr;
  prepared_.clear();
  unconfirmed_.clear();
}

bool Connection::is_connected() const {
  return connection_ != nullptr && PQstatus(connection_) == CONNECTION_OK;
}

void Connection::fail_connection() {
  std::string why = connection_ == nullptr ? "out of memory" : PQerrorMessage(connection_);
  while (why.ends_with('\n')) why.pop_back();
  if (why.empty()) why = "the connection broke";
  disconnect();
  throw StorageAway(fmt::format("PostgreSQL: {}", why));
}

bool Connection::ensure_connected() {
  if (is_connected()) return false;
  disconnect();
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : kSecondsOfSilence) {
    names.push_back(name);
    values.push_back(value);
  }
  names.insert(names.end(), {"dbname", nullptr});  // what stands in the address wins
  values.insert(values.end(), {address_.c_str(), nullptr});
  connection_ = PQconnectdbParams(names.data(), values.data(), 1);
  if (!is_connected()) fail_connection();
  // Notices are for people at a terminal.
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
  constexpr int kOldestServer = 150'000;
  if (PQserverVersion(connection_) < kOldestServer) {
    disconnect();
    throw StorageError("PostgreSQL: the server is older than version 15");
  }
  if (PQenterPipelineMode(connection_) != 1) fail_connection();
  return true;
}

const std::string& Connection::prepare(const sql::Statement& statement) {
  const auto found = prepared_.find(&statement);
  if (found != prepared_.end()) return found->second;
  // A new name each time: one whose fate is unknown may still be taken.
  std::string name = fmt::format("s{}", next_name_++);
  const std::string text = number_placeholders(statement.postgres());
  if (PQsendPrepare(connection_, name.c_str(), text.c_str(), 0, nullptr) != 1) fail_connection();
  unconfirmed_.push_back(&statement);
  return prepared_.emplace(&statement, std::move(name)).first->second;
}

void Connection::send(const sql::Statement& statement, const sql::Parameters& parameters) {
  if (!is_connected()) fail_connection();
  const std::string& name = prepare(statement);
  const Arguments arguments(parameters);
  last_sent_ = &statement;
  if (PQsendQueryPrepared(connection_, name.c_str(), arguments.count(), arguments.values(),
                          arguments.lengths(), arguments.formats(), 1) != 1) {
    fail_connection();
  }
}

void Connection::note_failure(const pg_result* result, Answer& answer) const {
  if (!answer.failure.empty()) return;
  answer.state = field(result, PG_DIAG_SQLSTATE);
  if (answer.state.empty()) {
    answer.failure = PQresultErrorMessage(result);  // of the connection: holds no values
    return;
  }
  // The server's own text may quote a value.
  answer.failure =
      fmt::format("PostgreSQL: SQLSTATE {} {}{}", answer.state, field(result, PG_DIAG_TABLE_NAME),
                  field(result, PG_DIAG_CONSTRAINT_NAME).empty()
                      ? ""
                      : " " + field(result, PG_DIAG_CONSTRAINT_NAME));
}

// As PQgetResult waits by itself, but with an end.
void Connection::wait_for_result() {
  while (PQisBusy(connection_) == 1) {
    pollfd socket{.fd = PQsocket(connection_), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&socket, 1, static_cast<int>(patience_.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) {
      disconnect();
      throw StorageError(
          fmt::format("PostgreSQL: no answer within {} s", patience_.count() / 1000));
    }
    if (PQconsumeInput(connection_) != 1) fail_connection();
  }
}

Connection::Answer Connection::synchronise() {
  if (PQpipelineSync(connection_) != 1) fail_connection();
  Answer answer;
  int ends = 0;  // of statements' results, one after another
  while (true) {
    wait_for_result();
    const Result result(PQgetResult(connection_));
    if (!result) {
      // Two in a row: nothing is on its way any more, though the sync was never answered.
      if (++ends > 1 || !is_connected()) fail_connection();
      continue;
    }
    ends = 0;
    switch (PQresultStatus(result.get())) {
      case PGRES_PIPELINE_SYNC:
        return answer;
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
        answer.rows = read_rows(result.get());
        break;
      case PGRES_PIPELINE_ABORTED:
        break;
      default:
        note_failure(result.get(), answer);
        if (!is_connected() || answer.state.empty() || ends_connection(answer.state)) {
          fail_connection();
        }
    }
  }
}

sql::Rows Connection::query(const sql::Statement& statement, const sql::Parameters& parameters) {
  send(statement, parameters);
  Answer answer = synchronise();
  if (answer.failure.empty()) {
    unconfirmed_.clear();
    return answer.rows ? std::move(*answer.rows) : sql::Rows();
  }
  for (const sql::Statement* forgotten : unconfirmed_) prepared_.erase(forgotten);
  unconfirmed_.clear();
  const std::string text =
      fmt::format("{} (at or before: {})", answer.failure, last_sent_->postgres());
  if (is_refusal(answer.state)) throw StorageRefused(text);
  if (answer.state == "53100") throw StorageError("disk full: " + text);
  throw StorageError(text);
}

void Connection::wait() {
  static constexpr sql::Statement kNothing("SELECT 1");
  query(kNothing, {});
}

void Connection::run_script(const std::string& script) {
  if (!is_connected()) fail_connection();
  // Several statements in one text go by the simple protocol alone, outside pipeline mode.
  if (PQexitPipelineMode(connection_) != 1) fail_connection();
  const Result result(PQexec(connection_, script.c_str()));
  Answer answer;
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
    note_failure(result.get(), answer);
    // A script is ours and holds no values.
    answer.failure += ": " + field(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  }
  if (PQenterPipelineMode(connection_) != 1) fail_connection();
  if (!answer.failure.empty()) throw StorageError(answer.failure);
}

}  // namespace chancery::storage::postgres
