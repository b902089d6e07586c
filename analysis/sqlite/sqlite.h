#pragma once

/// SQLite with owners: a connection, a statement, and errors as exceptions.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace firedrill::sqlite {

/// What SQLite said, with its extended code.
class Error : public std::runtime_error {
 public:
  Error(const std::string& what, int code, int system_error)
      : std::runtime_error(what), code_(code), system_error_(system_error) {}

  /// The file is none of SQLite's.
  [[nodiscard]] bool not_a_database() const;
  /// The file is SQLite's, and damaged.
  [[nodiscard]] bool corrupt() const;
  /// The system's errno behind it; 0 if there is none.
  [[nodiscard]] int system_error() const { return system_error_; }

 private:
  int code_;
  int system_error_;
};

class Statement;

/// A connection, for one thread at a time. Calls throw Error.
class Database {
 public:
  /// Opens the file for reading and writing. A statement that finds it locked waits a few seconds.
  explicit Database(const std::string& path);

  /// Runs statements without results.
  void run(const std::string& sql);
  /// The first column of the first row; nothing if there is none or it is null.
  [[nodiscard]] std::optional<std::string> text(const std::string& sql);
  [[nodiscard]] std::int64_t number(const std::string& sql);

  /// Closes it, which moves what the log holds into the file. Nothing may be called after it.
  void close();

 private:
  friend class Statement;
  struct Closer {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Closer> handle_;
};

/// A prepared statement; its parameters count from 1, columns from 0. Requires: it dies before its
/// database.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view value);
  Statement& bind_null(int parameter);
  /// Null for an empty text.
  Statement& bind_or_null(int parameter, std::string_view value) {
    return value.empty() ? bind_null(parameter) : bind(parameter, value);
  }

  /// Whether there is another row.
  [[nodiscard]] bool step();
  /// Runs a statement without results, and makes it ready for the next values.
  void run();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] double real(int column) const;
  /// "" for null. Valid to the next step.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] int columns() const;

 private:
  void check(int code) const;

  struct Finalizer {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
};

}  // namespace firedrill::sqlite
