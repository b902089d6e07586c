#pragma once

/// The tables of a file of results, as docs/reference/results.md has them: making, filling and
/// reading them. Internal to results.cc. All functions throw sqlite::Error.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/study/table.h"
#include "analysis/sqlite/sqlite.h"

namespace firedrill::scenarios {

/// PRAGMA application_id: "fdrl".
inline constexpr std::int64_t results_application = 0x6664726C;
/// PRAGMA user_version: the format's number. Any change of the tables is another format.
inline constexpr std::int64_t results_format = 1;

struct FileMark {
  std::int64_t application = 0;
  std::int64_t format = 0;
};
[[nodiscard]] FileMark mark_of(sqlite::Database& database);

/// Nobody has put anything into it.
[[nodiscard]] bool is_fresh(sqlite::Database& database);

/// Whose results they are.
struct StoredStudy {
  std::string identity = {};
  std::string name = {};
  std::string version = {};
};
[[nodiscard]] StoredStudy stored_study(sqlite::Database& database);

/// Makes the tables and writes all but cells and metrics: whole, or not at all.
void make_tables(sqlite::Database& database,
                 const analysis::StudyTable& study,
                 const std::string& identity,
                 const std::string& version);

/// What a cell's row says of its place.
struct StudyShape {
  std::size_t points = 0;
  std::vector<std::uint64_t> first_seeds = {};  ///< By scenario.
  std::size_t seeds = 1;

  [[nodiscard]] std::size_t cell_count() const { return points * first_seeds.size() * seeds; }
};
[[nodiscard]] StudyShape shape_of(const analysis::StudyTable& study);

/// By index, whether the cell is there.
[[nodiscard]] std::vector<bool> stored_cells(sqlite::Database& database, std::size_t cell_count);

/// Writes cells within a transaction. Requires: it dies before the transaction's end is undone.
class CellWriter {
 public:
  CellWriter(sqlite::Database& database, const StudyShape& shape);

  void write(std::size_t cell, const analysis::StudyCell& result);

 private:
  const StudyShape& shape_;
  sqlite::Statement cell_;
  sqlite::Statement metric_;
};

/// All cells and their metrics.
void load_cells(sqlite::Database& database, analysis::StudyTable& study);

}  // namespace firedrill::scenarios
