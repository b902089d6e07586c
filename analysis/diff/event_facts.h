#pragma once

/// What an event says, taken apart for comparison: which object it is about, and what it says of
/// it. The parts come from the payload's own description, so a new kind of event needs nothing
/// here.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/timeline/events.h"

namespace firedrill::analysis {

/// An event's identity and content as hashes (64 bits: among the hundred thousand events that are
/// held at a time, two unlike ones are taken for equal once in a thousand million diffs).
struct EventFacts {
  std::uint64_t object = 0;   ///< Kind and object, without the cluster.
  std::uint64_t key = 0;      ///< Kind and object, with the cluster.
  std::uint64_t content = 0;  ///< Key and all other fields, but for points in time.
  std::uint64_t body = 0;     ///< The same without the cluster.
};

[[nodiscard]] EventFacts facts_of(const timeline::Payload& payload);

/// A field of an event, with the fields of a structure (`taint.key`) one by one.
struct EventField {
  enum class Nature : std::uint8_t {
    identity,  ///< Says which object.
    cluster,   ///< Says in which cluster.
    instant,   ///< A point in virtual time; `number` is nanoseconds.
    civil,     ///< A point in civil time; `number` is seconds.
    span,      ///< A length of time; `number` is nanoseconds.
    plain,
    bulky,  ///< Too long to be read in a line.
  };
  std::string name;
  Nature nature = Nature::plain;
  std::string text;
  std::int64_t number = 0;
};

/// The fields that have something to say, in the format's order.
[[nodiscard]] std::vector<EventField> fields_of(const timeline::Payload& payload);

/// What may differ between points and lengths of time that count as equal.
struct TimeAllowance {
  sim::Duration tolerance{};
  /// By how much the right run's civil time is ahead of the left one's.
  std::int64_t civil_seconds = 0;
};

/// Two events of one kind: whether their points in time agree, as they stand or counted from the
/// event itself. (A taint added 12 s later says so in `timeAdded`; that is one difference, not
/// two.)
[[nodiscard]] bool same_instants(const timeline::TimelineEvent& left,
                                 const timeline::TimelineEvent& right,
                                 const TimeAllowance& allowance);

/// "TaintAdded on member1 (cluster.karmada.io/not-ready:NoExecute)", "WorkCreated of
/// Deployment/shop/web in member2": kind and object, which tell an event from its neighbours.
[[nodiscard]] std::string event_name(const timeline::Payload& payload);

/// What the right one says otherwise than the left, but for the cluster and what `same_instants`
/// allows: "replicas 3 instead of 2, reason Timeout instead of Healthy"; "" if nothing.
[[nodiscard]] std::string field_differences(const timeline::TimelineEvent& left,
                                            const timeline::TimelineEvent& right,
                                            const TimeAllowance& allowance);

/// "12.0 s", "1m12.5s", "340 ms", "5 ns": a length of time for people, three digits or so.
[[nodiscard]] std::string rounded_duration(sim::Duration duration);

}  // namespace firedrill::analysis
