#pragma once

/// Where two timelines part: the first event that one has and the other has not, or has otherwise.
/// Events are compared by what they say, not by their numbers: `seq` and `cause` count lines, and
/// one line more shifts all that follow.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/diff/difference.h"
#include "analysis/timeline/header.h"
#include "analysis/timeline/timeline_file.h"
#include "policy/api/diagnostic.h"

namespace firedrill::analysis {

/// A setting of the header in which two timelines differ, in its spelling on the command line or in
/// the scenario: "seed", "--cluster-failure-threshold", "featureGates/Failover",
/// "components/taint-manager/evictionWorkers". A value that one doesn't have is "".
struct SettingDifference {
  std::string setting = {};
  std::string left = {};
  std::string right = {};
};

/// What comparing two timelines from their start brings to light first.
struct FirstDivergence {
  /// What is wrong with one of them; then the rest is empty.
  std::optional<api::Diagnostic> problem = {};
  /// Version, scenario, seed, flags … that differ. Such a difference alone is no divergence.
  std::vector<SettingDifference> settings = {};
  /// Nothing if both tell the same story.
  std::optional<Difference> divergence = {};

  /// "at 1m12s: TaintAdded on member1 (…) 12.0 s later", or "".
  [[nodiscard]] std::string text() const;
};

/// Walks both in lock-step, as far as it takes to name the first event that differs: `left` is what
/// was expected (the golden), `right` what came. Needs memory for the events between the two
/// versions of that event (65,536 of each at most; past that it counts as extra or missing),
/// whatever the lengths. Throws timeline::BadTimeline.
[[nodiscard]] FirstDivergence first_divergence(const timeline::TimelineFile& left,
                                               const timeline::TimelineFile& right);
/// The same for files by name; what is wrong with one of them is the result's `problem`.
[[nodiscard]] FirstDivergence first_divergence(const std::string& left_file,
                                               const std::string& right_file);

/// What two headers say differently, in the order of the format.
[[nodiscard]] std::vector<SettingDifference> setting_differences(const timeline::Header& left,
                                                                 const timeline::Header& right);

}  // namespace firedrill::analysis
