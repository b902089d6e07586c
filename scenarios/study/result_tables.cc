#include "scenarios/study/result_tables.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/metrics/metric.h"

namespace firedrill::scenarios {
namespace {

using analysis::Amount;
using analysis::Int128;
using analysis::StudyCell;
using analysis::StudyTable;

/// Rows are found by what they are, never by the order in which they came: a file has the same
/// content however often the study was interrupted. A cell's metrics lie side by side, without
/// another index, so that a transaction touches few pages.
constexpr std::string_view tables = R"sql(
CREATE TABLE study (
  identity  TEXT NOT NULL PRIMARY KEY,
  name      TEXT NOT NULL,
  design    TEXT NOT NULL,
  version   TEXT NOT NULL,
  points    INTEGER NOT NULL,
  scenarios INTEGER NOT NULL,
  seeds     INTEGER NOT NULL,
  cells     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE scenarios (
  scenario   INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  path       TEXT NOT NULL,
  first_seed INTEGER NOT NULL
);
CREATE TABLE parameters (
  parameter INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  path      TEXT,
  kind      TEXT NOT NULL,
  flags     TEXT
);
CREATE TABLE points (
  point    INTEGER PRIMARY KEY,
  designed INTEGER NOT NULL
);
CREATE TABLE settings (
  point     INTEGER NOT NULL REFERENCES points,
  parameter INTEGER NOT NULL REFERENCES parameters,
  value     TEXT NOT NULL,
  number    REAL,
  PRIMARY KEY (point, parameter)
) WITHOUT ROWID;
CREATE TABLE cells (
  cell     INTEGER PRIMARY KEY,
  point    INTEGER NOT NULL REFERENCES points,
  scenario INTEGER NOT NULL REFERENCES scenarios,
  seed     INTEGER NOT NULL,
  error    TEXT,
  digest   TEXT,
  UNIQUE (point, scenario, seed)
);
CREATE TABLE metrics (
  cell   INTEGER NOT NULL REFERENCES cells,
  metric TEXT NOT NULL,
  value  REAL NOT NULL,
  unit   TEXT NOT NULL,
  exact  TEXT NOT NULL,
  PRIMARY KEY (cell, metric)
) WITHOUT ROWID;
)sql";

std::string decimal(Int128 number) {
  if (number == 0) return "0";
  const bool negative = number < 0;
  std::string digits;
  constexpr int ten = 10;
  for (; number != 0; number /= ten) {
    const int digit = static_cast<int>(number % ten);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
  }
  if (negative) digits += '-';
  std::ranges::reverse(digits);
  return digits;
}

/// The amount as it is held, a fraction where it is one: what a double can't say.
std::string exact_text(const Amount& amount) {
  std::string text = decimal(amount.numerator);
  if (amount.denominator != 1) text += "/" + decimal(amount.denominator);
  return text;
}

Int128 number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  constexpr std::size_t digits_max = 39;
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > digits_max ||
      text.find_first_not_of("0123456789") != std::string_view::npos) {
    throw sqlite::Error("a metric's exact amount is no number", 0, 0);
  }
  // Negative numbers reach one further.
  Int128 number = 0;
  constexpr int ten = 10;
  for (const char digit : text) {
    if (__builtin_mul_overflow(number, ten, &number) ||
        __builtin_sub_overflow(number, digit - '0', &number)) {
      throw sqlite::Error("a metric's exact amount is too large", 0, 0);
    }
  }
  return negative ? number : -number;
}

Amount amount_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return Amount(number_of(text));
  const Amount amount(number_of(text.substr(0, slash)), number_of(text.substr(slash + 1)));
  if (amount.denominator <= 0) throw sqlite::Error("a metric's exact amount is no number", 0, 0);
  return amount;
}

std::int64_t as_integer(std::size_t number) {
  return static_cast<std::int64_t>(number);
}

std::string_view kind_text(analysis::ValueKind kind) {
  switch (kind) {
    case analysis::ValueKind::text:
      return "text";
    case analysis::ValueKind::number:
      return "number";
    case analysis::ValueKind::duration:
      return "duration";
  }
  throw std::logic_error("a kind of value without a word");
}

void write_study(sqlite::Database& database,
                 const StudyTable& study,
                 const std::string& identity,
                 const std::string& version) {
  sqlite::Statement row(database, "INSERT INTO study VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  row.bind(1, std::string_view(identity)).bind(2, std::string_view(study.name));
  row.bind(3, std::string_view(study.design)).bind(4, std::string_view(version));
  row.bind(5, as_integer(study.points.size())).bind(6, as_integer(study.scenarios.size()));
  row.bind(7, as_integer(study.seeds)).bind(8, as_integer(study.cell_count()));
  row.run();
  sqlite::Statement scenario(database, "INSERT INTO scenarios VALUES (?, ?, ?, ?)");
  for (std::size_t i = 0; i < study.scenarios.size(); ++i) {
    const analysis::StudyScenario& entry = study.scenarios[i];
    scenario.bind(1, as_integer(i)).bind(2, std::string_view(entry.name));
    scenario.bind(3, std::string_view(entry.path));
    scenario.bind(4, static_cast<std::int64_t>(entry.first_seed));
    scenario.run();
  }
}

void write_parameters(sqlite::Database& database, const StudyTable& study) {
  sqlite::Statement row(database, "INSERT INTO parameters VALUES (?, ?, ?, ?, ?)");
  for (std::size_t i = 0; i < study.parameters.size(); ++i) {
    const analysis::StudyParameter& parameter = study.parameters[i];
    std::string flags;
    for (const analysis::FlagSpelling& flag : parameter.flags)
      flags += fmt::format("{}{} {}", flags.empty() ? "" : "\n", flag.process, flag.flag);
    row.bind(1, as_integer(i)).bind(2, std::string_view(parameter.name));
    row.bind_or_null(3, parameter.path).bind(4, kind_text(parameter.kind)).bind_or_null(5, flags);
    row.run();
  }
}

void write_points(sqlite::Database& database, const StudyTable& study) {
  sqlite::Statement row(database, "INSERT INTO points VALUES (?, ?)");
  sqlite::Statement setting(database, "INSERT INTO settings VALUES (?, ?, ?, ?)");
  for (std::size_t i = 0; i < study.points.size(); ++i) {
    const analysis::StudyPoint& point = study.points[i];
    row.bind(1, as_integer(i)).bind(2, std::int64_t{point.designed ? 1 : 0}).run();
    for (std::size_t j = 0; j < point.values.size(); ++j) {
      const analysis::ParameterValue& value = point.values[j];
      setting.bind(1, as_integer(i)).bind(2, as_integer(j)).bind(3, std::string_view(value.text));
      if (value.number) {
        setting.bind(4, *value.number);
      } else {
        setting.bind_null(4);
      }
      setting.run();
    }
  }
}

}  // namespace

FileMark mark_of(sqlite::Database& database) {
  return {.application = database.number("PRAGMA application_id"),
          .format = database.number("PRAGMA user_version")};
}

bool is_fresh(sqlite::Database& database) {
  const bool empty = database.number("SELECT count(*) FROM sqlite_master") == 0;
  const FileMark mark = mark_of(database);
  return empty && mark.application == 0 && mark.format == 0;
}

StoredStudy stored_study(sqlite::Database& database) {
  sqlite::Statement row(database, "SELECT identity, name, version FROM study");
  if (!row.step()) return {};
  return {.identity = std::string(row.text(0)),
          .name = std::string(row.text(1)),
          .version = std::string(row.text(2))};
}

void make_tables(sqlite::Database& database,
                 const StudyTable& study,
                 const std::string& identity,
                 const std::string& version) {
  database.run("BEGIN IMMEDIATE");
  database.run(fmt::format("PRAGMA application_id = {}", results_application));
  database.run(fmt::format("PRAGMA user_version = {}", results_format));
  database.run(std::string(tables));
  write_study(database, study, identity, version);
  write_parameters(database, study);
  write_points(database, study);
  database.run("COMMIT");
}

StudyShape shape_of(const StudyTable& study) {
  StudyShape shape{.points = study.points.size(), .seeds = study.seeds};
  for (const analysis::StudyScenario& scenario : study.scenarios)
    shape.first_seeds.push_back(scenario.first_seed);
  return shape;
}

std::vector<bool> stored_cells(sqlite::Database& database, std::size_t cell_count) {
  std::vector<bool> cells(cell_count, false);
  sqlite::Statement row(database, "SELECT cell FROM cells");
  while (row.step()) {
    const std::int64_t cell = row.number(0);
    if (cell < 0 || static_cast<std::size_t>(cell) >= cell_count)
      throw sqlite::Error("it has cells that the study has not", 0, 0);
    cells[static_cast<std::size_t>(cell)] = true;
  }
  return cells;
}

CellWriter::CellWriter(sqlite::Database& database, const StudyShape& shape)
    : shape_(shape),
      cell_(database, "INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?)"),
      metric_(database, "INSERT INTO metrics VALUES (?, ?, ?, ?, ?)") {}

void CellWriter::write(std::size_t cell, const StudyCell& result) {
  const std::size_t run = cell / shape_.seeds;
  const std::size_t scenario = run % shape_.first_seeds.size();
  const std::uint64_t seed = shape_.first_seeds[scenario] + cell % shape_.seeds;
  cell_.bind(1, as_integer(cell)).bind(2, as_integer(run / shape_.first_seeds.size()));
  cell_.bind(3, as_integer(scenario)).bind(4, static_cast<std::int64_t>(seed));
  cell_.bind_or_null(5, result.error).bind_or_null(6, result.digest);
  cell_.run();
  for (const auto& [name, amount] : result.metrics) {
    const analysis::Metric* metric = analysis::find_metric(name);
    if (metric == nullptr) throw std::logic_error("a cell with an unknown metric: " + name);
    metric_.bind(1, as_integer(cell)).bind(2, std::string_view(name));
    metric_.bind(3, analysis::to_double(metric->unit, amount));
    metric_.bind(4, analysis::to_string(metric->unit));
    metric_.bind(5, std::string_view(exact_text(amount)));
    metric_.run();
  }
}

void load_cells(sqlite::Database& database, StudyTable& study) {
  study.cells.resize(study.cell_count());
  sqlite::Statement cell(database, "SELECT cell, error, digest FROM cells");
  while (cell.step()) {
    study.cells.at(static_cast<std::size_t>(cell.number(0))) =
        StudyCell{.error = std::string(cell.text(1)), .digest = std::string(cell.text(2))};
  }
  sqlite::Statement metric(database, "SELECT cell, metric, exact FROM metrics");
  while (metric.step()) {
    std::optional<StudyCell>& owner = study.cells.at(static_cast<std::size_t>(metric.number(0)));
    if (!owner) throw sqlite::Error("it has metrics without a cell", 0, 0);
    owner->metrics.insert_or_assign(std::string(metric.text(1)), amount_of(metric.text(2)));
  }
}

}  // namespace firedrill::scenarios
