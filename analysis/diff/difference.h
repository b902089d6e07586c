#pragma once

/// A difference between two timelines, of one event.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/diff/event_facts.h"
#include "analysis/timeline/events.h"

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

/// Finds the words for `kind`, `left` and `right`.
[[nodiscard]] std::string difference_words(const Difference& difference,
                                           const TimeAllowance& allowance);

}  // namespace firedrill::analysis
