#pragma once

/// Events in words, for people who read an explanation.

#include <string>
#include <string_view>
#include <vector>

#include "analysis/explain/explanation.h"
#include "analysis/timeline/events.h"

namespace firedrill::analysis {

/// "default/foo" of "Deployment/default/foo"; "name" of "Kind//name".
[[nodiscard]] std::string short_name(std::string_view workload);

/// An instant of the run as people write it: "14m5s".
[[nodiscard]] std::string clock_text(sim::Time time);

/// "1st", "2nd", "13th".
[[nodiscard]] std::string ordinal(std::uint64_t number);

/// "{member1: 2, member2: 1}" as "member1 2, member2 1"; "nowhere" if there is none.
[[nodiscard]] std::string replicas_text(const timeline::ReplicasByCluster& clusters);

/// What happened: "first failed probe of member1: refused".
[[nodiscard]] std::string words_of(const timeline::TimelineEvent& event);

/// What else the event says, a line each: of a scheduling pass each cluster's score, room and
/// filter reason, as far as its decision tells.
[[nodiscard]] std::vector<std::string> details_of(const timeline::TimelineEvent& event);

/// The reference's rule that the event is the outcome of; empty for events of the world.
[[nodiscard]] ReferenceRule rule_of(const timeline::TimelineEvent& event,
                                    bool clusternet,
                                    bool two_stages);

}  // namespace firedrill::analysis
