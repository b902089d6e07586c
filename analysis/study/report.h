#pragma once

/// A study's answer for people, documents and programs. The same cells give the same bytes.

#include <string>
#include <vector>

#include "analysis/study/effects.h"
#include "analysis/study/expect.h"
#include "analysis/study/outcome.h"
#include "analysis/study/table.h"
#include "analysis/timeline/output.h"

namespace firedrill::analysis {

struct StudyReport {
  const StudyTable& table;  ///< Outlives the report.
  StudyOutcome outcome;
  std::vector<ObjectiveEffects> effects;
  std::vector<StudyVerdict> verdicts;  ///< In the order of the expectations.

  /// Every expectation held.
  [[nodiscard]] bool passed() const;
};

/// Weighs the cells. Requires: problems_of is empty for each expectation.
[[nodiscard]] StudyReport report_on(const StudyTable& table,
                                    const std::vector<StudyExpectation>& expectations);

/// The unit of a metric that there is.
[[nodiscard]] Unit unit_of(const std::string& metric);

/// The front, the recommended setting in the flags' spelling, what each parameter does, failed
/// cells and expectations. Wide: all points, with constraints and further metrics.
[[nodiscard]] std::string study_text(const StudyReport& report, bool wide);
[[nodiscard]] std::string study_markdown(const StudyReport& report);
/// Everything, unrounded; keys sorted, indented by two.
[[nodiscard]] std::string study_json(const StudyReport& report);

/// A row for each finished cell, in their order: cell, point, scenario, seed, parameters, error,
/// metrics (all that some cell has, by name). RFC 4180; texts that a spreadsheet would take for a
/// formula get an apostrophe ahead.
void write_csv(const StudyTable& table, timeline::Output& output);

/// The setting as words of the reference's command lines, one a flag:
/// `karmada-controller-manager --cluster-failure-threshold=60s`.
[[nodiscard]] std::vector<std::string> setting_in_flags(const StudyTable& table, std::size_t point);
/// What no flag says: `policy: noexecute`.
[[nodiscard]] std::vector<std::string> setting_without_flags(const StudyTable& table,
                                                             std::size_t point);
/// `--set /controlPlane/flags/cluster-failure-threshold=60s`, one a pointer.
[[nodiscard]] std::vector<std::string> setting_in_overrides(const StudyTable& table,
                                                            std::size_t point);
/// "cluster-failure-threshold=60s policy=none".
[[nodiscard]] std::string setting_text(const StudyTable& table, std::size_t point);

}  // namespace firedrill::analysis
