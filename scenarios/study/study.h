#pragma once

/// A valid study: scenarios that were read, what is varied in them, which points are tried, what is
/// looked for. Only `load_study` makes one, so whoever holds a Study need not check names again.
///
/// A study that can't be is refused with the place in its file: a path that the scenario doesn't
/// know, an empty range, an unknown metric, a pattern without a file. Each scenario is read once
/// with the values of the first point, so that what is wrong at every point is found before the
/// first run. A scenario that can't be at some other point makes failed cells (cells.h).
///
/// Product specification, section 6. What a study includes lies below its own folder; the scenarios
/// that it names may lie anywhere, and what they include lies below theirs.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/study/table.h"
#include "policy/api/diagnostic.h"
#include "scenarios/source/document.h"
#include "scenarios/study/study_file.h"

namespace firedrill::scenarios {

/// A value of a parameter, and what it does to a scenario.
struct Level {
  analysis::ParameterValue shown;
  api::Json value;                      ///< What goes to the path. Absent of a choice.
  std::vector<PatchOperation> changes;  ///< What the choice changes. Empty of a value.

  friend bool operator==(const Level&, const Level&) = default;
};

/// A range in the numbers that are drawn: nanoseconds of durations.
struct ParameterRange {
  double least = 0;
  double greatest = 0;
  Scale scale = Scale::linear;
  bool integer = false;
  bool is_duration = false;
  std::uint64_t grid_points = 0;  ///< How many values a grid takes; 0: not said.

  friend bool operator==(const ParameterRange&, const ParameterRange&) = default;
};

struct Parameter {
  std::string name;
  std::string path;  ///< JSON pointer with * for every element; "" of choices.
  analysis::ValueKind kind = analysis::ValueKind::text;
  std::vector<Level> levels;  ///< Values as listed; choices by label. Empty of a range.
  std::optional<ParameterRange> range;

  [[nodiscard]] bool is_choice() const { return path.empty(); }
};

/// A level of each parameter, in their order.
using Point = std::vector<Level>;

/// A scenario of a study: its document, without what it expects of a run as it stands.
struct StudyScenario {
  std::string name;  ///< In tables: `metadata.name`, or the path where two have the same.
  std::string path;  ///< As a user in the working directory would name it.
  std::uint64_t first_seed = 0;  ///< Its own: that of seed number 0, those after it follow.
  std::shared_ptr<const Document> document;
};

struct Study {
  std::string name;
  StudyFile file;  ///< As written: objectives, constraints, expect, metadata.
  std::vector<StudyScenario> scenarios;
  std::vector<Parameter> parameters;
  std::vector<Point> points;                 ///< Of the design, in its order; none of a search.
  std::shared_ptr<const Document> document;  ///< As written, to say where something stands.
  /// SHA-256 of all that decides what a cell's result is and which cells there are: parameters,
  /// design, the scenarios' documents, the program's version. Objectives, constraints and
  /// expectations may change without it.
  std::string identity;

  [[nodiscard]] std::uint64_t seeds() const { return file.design.seeds; }
};

/// Loads a study from a file, or from standard input for "-", and its scenarios. Nothing comes back
/// if there was an error; all that can be found are reported, with positions. Of the options, only
/// the limits count.
[[nodiscard]] std::optional<Study> load_study(const std::string& path,
                                              const LoadOptions& options,
                                              api::Diagnostics& diagnostics);

/// The study as those see it who speak of its results: parameters, these points, no cell yet.
[[nodiscard]] analysis::StudyTable study_table(const Study& study, std::span<const Point> points);

}  // namespace firedrill::scenarios
