#pragma once

/// Where two timelines part: the first event that one has and the other has not, or has otherwise.
/// Events are compared by what they say, not by their numbers: `seq` and `cause` count lines, and
/// one line more shifts all that follow.

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/events.h"
#include "policy/api/diagnostic.h"

namespace firedrill::analysis {

/// How an event of one timeline stands to the other timeline.
enum class DifferenceKind : std::uint8_t {
  later,          ///< The same, at a later time in the right one.
  earlier,        ///< The same, at an earlier time.
  other_cluster,  ///< The same kind and workload, in another cluster.
  other_fields,   ///< The same kind and object, but other fields (and maybe another time).
  extra,          ///< Only the right one has it.
  missing,        ///< Only the left one has it.
  order,          ///< The same instant, but before another event that it stood behind.
  cause,          ///< The same, but something else led to it.
};

/// "later", "otherCluster", … as the JSON output spells them.
[[nodiscard]] std::string_view to_string(DifferenceKind kind);

/// An event in which two timelines differ. `left` is absent for an extra event, `right` for a
/// missing one; else both are the same event as the two have it.
struct Difference {
  DifferenceKind kind = DifferenceKind::other_fields;
  std::optional<timeline::TimelineEvent> left = {};
  std::optional<timeline::TimelineEvent> right = {};
  /// What differs, in words that name the event: "TaintAdded on member1
  /// (cluster.karmada.io/not-ready:NoSchedule) 12.0 s later", "WorkCreated of
  /// Deployment/shop/web in member3 instead of member2", "extra PodsReady of …".
  std::string words = {};
};

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

/// A timeline as text, and its name for messages.
struct TimelineText {
  std::istream& in;
  std::string file = {};
};

/// Reads both in lock-step, as far as it takes to name the first event that differs: `left` is what
/// was expected (the golden), `right` what came. Needs memory for the events between the two
/// versions of that event (65,536 at most; past that it counts as extra or missing), whatever the
/// lengths.
[[nodiscard]] FirstDivergence first_divergence(TimelineText left, TimelineText right);
/// The same for files; one that can't be opened is a problem.
[[nodiscard]] FirstDivergence first_divergence(const std::string& left_file,
                                               const std::string& right_file);

}  // namespace firedrill::analysis
