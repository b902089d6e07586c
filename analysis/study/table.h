#pragma once

/// A study and what its runs measured, as plain data: whoever runs cells fills it
/// (scenarios/study), and everything that is said of a study is said of it (analysis/study).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/compare/comparison.h"
#include "analysis/study/goals.h"

namespace firedrill::analysis {

enum class ValueKind : std::uint8_t {
  text,  ///< A word, a switch, or a choice's name: values have no order but that of the file.
  number,
  duration,  ///< Its number is in seconds.
};

/// A value of a parameter.
struct ParameterValue {
  std::string text = {};  ///< As a flag takes it: "60s", "0.5", "true"; a choice's name.
  std::optional<double> number = {};  ///< Unless the kind is text.

  friend bool operator==(const ParameterValue&, const ParameterValue&) = default;
};

/// The reference's flag behind a parameter.
struct FlagSpelling {
  std::string process = {};  ///< "karmada-controller-manager".
  std::string flag = {};     ///< "--cluster-failure-threshold"; its value follows after "=".

  friend bool operator==(const FlagSpelling&, const FlagSpelling&) = default;
};

struct StudyParameter {
  std::string name = {};  ///< Unlike all others: as tables, CSV and expectations call it.
  ValueKind kind = ValueKind::text;
  /// JSON pointers as `--set` takes them, "*" expanded; none for a choice. Several get one value.
  std::vector<std::string> pointers = {};
  std::string path = {};  ///< As the study's file has it, with "*"; empty for a choice.
  bool logarithmic = false;
  std::vector<FlagSpelling> flags = {};  ///< None where no flag of the reference stands behind it.
  /// What the scenario says without the study (the flag's default where it says nothing); absent
  /// where that isn't known, or isn't the same in all scenarios.
  std::optional<ParameterValue> own = {};
};

/// A setting: a value for each parameter, in their order.
struct StudyPoint {
  std::vector<ParameterValue> values = {};
  /// It belongs to the design; else it is only there to be compared with (see own_point).
  bool designed = true;
};

struct StudyScenario {
  std::string name = {};  ///< Unlike all others: metadata.name, or the file's.
  std::string path = {};
  std::uint64_t first_seed = 0;  ///< That of seed number 0; those after it follow.
};

/// What came of a run.
struct StudyCell {
  std::string error = {};  ///< Why it failed; empty if it did not.
  MetricValues metrics = {};
  std::string digest = {};  ///< SHA-256 of its timeline; empty with an error, or if not asked for.

  [[nodiscard]] bool failed() const { return !error.empty(); }
};

/// Where a cell's run stands.
struct CellPlace {
  std::size_t point = 0;
  std::size_t scenario = 0;
  std::size_t seed = 0;  ///< Number of the seed, from 0.

  friend bool operator==(const CellPlace&, const CellPlace&) = default;
};

struct StudyTable {
  std::string name = {};
  std::string design = {};  ///< "grid", "sobol", …
  std::vector<StudyParameter> parameters = {};
  std::vector<StudyPoint> points = {};
  /// The point at which every scenario is as its file has it, if it is among the points.
  std::optional<std::size_t> own_point = {};
  std::vector<StudyScenario> scenarios = {};
  std::size_t seeds = 1;  ///< Runs of each scenario at each point.
  std::vector<Objective> objectives = {};
  std::vector<MetricBound> constraints = {};
  std::vector<std::string> metrics = {};  ///< Further ones that are wanted in tables.
  /// By index (see cell_index), each one; nothing where no run has finished.
  std::vector<std::optional<StudyCell>> cells = {};

  [[nodiscard]] std::size_t cell_count() const { return points.size() * scenarios.size() * seeds; }
  [[nodiscard]] std::size_t cell_index(const CellPlace& place) const {
    return (place.point * scenarios.size() + place.scenario) * seeds + place.seed;
  }
  [[nodiscard]] CellPlace cell_place(std::size_t index) const {
    const std::size_t run = index / seeds;
    return {
        .point = run / scenarios.size(), .scenario = run % scenarios.size(), .seed = index % seeds};
  }
};

}  // namespace firedrill::analysis
