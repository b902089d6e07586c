#pragma once

/// Variants side by side: what each one's runs measured, and how far each is from the first, the
/// reference. Runs of one seed met the same disaster (common random numbers), so changes are taken
/// seed by seed and only then averaged: what chance does to both sides cancels out.
///
/// All numbers here are in the scale in which amounts are held (nanoseconds, replica-nanoseconds,
/// …): whole numbers stay whole, and a change of exactly 10 s is not 9.999999999.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/compare/statistics.h"
#include "analysis/metrics/metric.h"

namespace firedrill::analysis {

/// A run's metrics by name; those without a value are not there.
using MetricValues = std::map<std::string, Amount, std::less<>>;

[[nodiscard]] MetricValues metric_values(const MetricTable& table);

/// A variant's runs, one a seed, in the order of the seeds; none if it was refused.
struct VariantRuns {
  std::string label;
  std::vector<MetricValues> runs;
};

/// How far a variant is from the reference.
struct Change {
  Estimate delta;        ///< Over the seeds in which both have a value.
  double reference = 0;  ///< Mean of the reference over these seeds.

  /// As a share of the reference; nothing where that is zero.
  [[nodiscard]] std::optional<double> relative() const;
};

/// A metric of a variant.
struct Cell {
  std::optional<Estimate> value = {};  ///< Over the seeds in which it has one.
  std::optional<Change> change = {};   ///< Nothing for the reference, nor without a common seed.
};

struct Row {
  std::string metric = {};
  Unit unit = Unit::count;
  std::vector<Cell> cells = {};  ///< By variant.

  /// No variant has a value other than zero.
  [[nodiscard]] bool idle() const;
};

/// A row for every metric that a run has a value of, by name.
class Comparison {
 public:
  /// Requires: a variant has one run for each seed, or none at all.
  explicit Comparison(std::span<const VariantRuns> variants);

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// Null if no run has a value of it.
  [[nodiscard]] const Row* find(std::string_view metric) const;
  /// The variant of that index has no runs.
  [[nodiscard]] bool refused(std::size_t variant) const { return refused_.at(variant); }

 private:
  std::vector<Row> rows_;
  std::vector<bool> refused_;
};

/// The nearest double, in the scale in which the amount is held.
[[nodiscard]] double held(const Amount& amount);

/// The number in the unit as it is printed: seconds for nanoseconds.
[[nodiscard]] double in_unit(Unit unit, double held);
/// And back.
[[nodiscard]] double as_held(Unit unit, double printed);

}  // namespace firedrill::analysis
