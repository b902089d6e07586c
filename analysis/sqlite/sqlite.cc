#include "analysis/sqlite/sqlite.h"

#include <limits>

#include <sqlite3.h>

namespace firedrill::sqlite {
namespace {

/// How long a statement waits for another process that has the file.
constexpr int busy_milliseconds = 5000;
constexpr int primary_code = 0xFF;

[[noreturn]] void fail(sqlite3* handle, int code) {
  const std::string what = handle != nullptr && sqlite3_errcode(handle) != SQLITE_OK
                               ? sqlite3_errmsg(handle)
                               : sqlite3_errstr(code);
  throw Error(what, code, handle != nullptr ? sqlite3_system_errno(handle) : 0);
}

}  // namespace

bool Error::not_a_database() const {
  return (code_ & primary_code) == SQLITE_NOTADB;
}

bool Error::corrupt() const {
  return (code_ & primary_code) == SQLITE_CORRUPT;
}

void Database::Closer::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Database::Database(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(handle, code);
  sqlite3_busy_timeout(handle, busy_milliseconds);
}

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_.get(), code);
}

std::optional<std::string> Database::text(const std::string& sql) {
  Statement statement(*this, sql);
  if (!statement.step() || statement.is_null(0)) return {};
  return std::string(statement.text(0));
}

std::int64_t Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.number(0) : 0;
}

void Database::close() {
  const int code = sqlite3_close(handle_.get());
  if (code != SQLITE_OK) fail(handle_.get(), code);
  static_cast<void>(handle_.release());
}

void Statement::Finalizer::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

Statement::Statement(Database& database, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v2(database.handle_.get(), sql.data(),
                                      static_cast<int>(sql.size()), &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(database.handle_.get(), code);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(handle_.get()), code);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, double value) {
  check(sqlite3_bind_double(handle_.get(), parameter, value));
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view value) {
  check(sqlite3_bind_text64(handle_.get(), parameter, value.data(), value.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(handle_.get(), parameter));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(sqlite3_db_handle(handle_.get()), code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
  check(sqlite3_reset(handle_.get()));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}

std::string_view Statement::text(int column) const {
  // Two calls in this order: the first converts, the second counts what came of it.
  const void* bytes = sqlite3_column_text(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

int Statement::columns() const {
  return sqlite3_column_count(handle_.get());
}

}  // namespace firedrill::sqlite
