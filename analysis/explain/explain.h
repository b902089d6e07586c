#pragma once

/// Answers to "why?" about a timeline on disk: for an event, for where a workload is at a time, and
/// for a workload that nothing happened to. Causes are those that the timeline names; what took the
/// time between two of them is read from the header's settings and from the events between.
/// Memory doesn't grow with the timeline; a question about an event takes O(steps · log size), the
/// others go through the file once or twice.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "analysis/explain/explanation.h"
#include "analysis/timeline/selector.h"
#include "analysis/timeline/timeline_file.h"
#include "policy/api/result.h"

namespace firedrill::analysis {

/// The event of that number. Requires: 1 … count.
struct AboutEvent {
  std::uint64_t seq = 0;
};
/// The first event that matches.
struct AboutMatch {
  timeline::Selector selector;
};
/// Where a workload is at a time, after all that happens then: `namespace/name`, or
/// `Kind/namespace/name`.
struct AboutPlacement {
  std::string workload;
  sim::Time time{};
};
/// A workload's first eviction, or why there was none.
struct AboutWorkload {
  std::string workload;
};

using Question = std::variant<AboutEvent, AboutMatch, AboutPlacement, AboutWorkload>;

/// Reads what the user typed: `41`, `shop/web@14m`, `shop/web`, `{"kind": …}`.
[[nodiscard]] api::Result<Question> read_question(std::string_view text);

/// A problem: there is no such event, none matches, no workload of that name; a selector that can
/// never match is told so, with names that are near. Throws timeline::BadTimeline.
[[nodiscard]] api::Result<Explanation> explain(const timeline::TimelineFile& file,
                                               const Question& question);

/// The causes of one event, from the first one on. Events of kinds that this version doesn't know
/// are passed over. Requires: `seq` is 1 … count. Throws timeline::BadTimeline.
[[nodiscard]] Chain causes_of(const timeline::TimelineFile& file, std::uint64_t seq);

}  // namespace firedrill::analysis
