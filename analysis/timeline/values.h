#pragma once

/// Values that stand in timeline payloads: instants and spans as decimal seconds, replicas by
/// cluster, an eviction task, the essence of a scheduling decision.

#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/describe.h"
#include "sim/time.h"

namespace firedrill::timeline {

/// A span of virtual time; seconds in the text, exact to the nanosecond.
struct Span {
  sim::Duration length{};

  constexpr Span() = default;
  template <class Rep, class Period>
  constexpr Span(
      std::chrono::duration<Rep, Period> duration)  // NOLINT(google-explicit-constructor)
      : length(duration) {}

  friend constexpr auto operator<=>(const Span&, const Span&) = default;
};

/// An instant of virtual time; seconds since the scenario's start in the text.
struct Instant {
  sim::Time time{};

  constexpr Instant() = default;
  constexpr Instant(sim::Time instant)  // NOLINT(google-explicit-constructor): the same thing
      : time(instant) {}

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
};

namespace detail {
[[nodiscard]] api::Result<Span> span_of(double seconds);
[[nodiscard]] std::optional<double> seconds_of_span(const Span& span);
[[nodiscard]] api::Result<Instant> instant_of(double seconds);
[[nodiscard]] std::optional<double> seconds_of_instant(const Instant& instant);
}  // namespace detail

// For schema and reference pages. The timeline's own writer and reader go by the integer: a double
// is exact to the nanosecond for 104 days only.
template <class V>
void describe_forms(V& v, Span&) {
  v.begin("Span", "A length of virtual time.");
  v.form(api::Form<double>{"Seconds."}, &detail::span_of, &detail::seconds_of_span);
}

template <class V>
void describe_forms(V& v, Instant&) {
  v.begin("Instant", "An instant of virtual time.");
  v.form(api::Form<double>{"Seconds since the scenario's start."}, &detail::instant_of,
         &detail::seconds_of_instant);
}

/// Replicas by cluster (spec.clusters of a binding), in the name's order.
using ReplicasByCluster = std::map<std::string, api::Replicas, std::less<>>;

[[nodiscard]] ReplicasByCluster replicas_by_cluster(const std::vector<api::TargetCluster>& targets);

/// The name by which a timeline speaks of a workload: `Kind/namespace/name` of its template.
[[nodiscard]] std::string workload_name(const api::ResourceReference& resource);

/// What a new graceful eviction task says; its cluster stands beside it.
struct EvictionTask {
  std::string purge_mode;
  std::string reason;
  std::string producer;
  std::optional<api::Replicas> replicas = {};
  std::optional<std::int64_t> grace_period_seconds = {};
  std::optional<bool> suppress_deletion = {};
  api::Labels preserved_label_state = {};
  std::vector<api::Name> clusters_before_failover = {};
  std::string message = {};

  friend bool operator==(const EvictionTask&, const EvictionTask&) = default;
};

template <class V>
void describe(V& v, EvictionTask& t) {
  v.begin("TimelineEvictionTask", "A graceful eviction task, as it was added.");
  v.field("purgeMode", t.purge_mode,
          "Directly, Gracefully or Never; absent where the release's tasks have none.");
  v.required("reason", t.reason, "Why, as one word.");
  v.required("producer", t.producer, "Which controller evicted.");
  v.field("replicas", t.replicas, "Replicas that were assigned there.");
  v.field("gracePeriodSeconds", t.grace_period_seconds,
          "Longest wait, instead of graceful-eviction-timeout.");
  v.field("suppressDeletion", t.suppress_deletion, "Whether the old copy is kept.");
  v.field("preservedLabelState", t.preserved_label_state, "State carried over, as labels.");
  v.field("clustersBeforeFailover", t.clusters_before_failover, "Targets before the eviction.");
  v.field("message", t.message, "Why, in prose.");
}

[[nodiscard]] EvictionTask eviction_task(const api::GracefulEvictionTask& task);

/// A cluster that a scheduling pass looked at.
struct Considered {
  std::string cluster;
  std::int64_t score = 0;
  api::Replicas available = 0;
  api::Replicas assigned = 0;
  std::string reason = {};

  friend bool operator==(const Considered&, const Considered&) = default;
};

template <class V>
void describe(V& v, Considered& c) {
  v.begin("Considered", "A cluster that a scheduling pass looked at.");
  v.required("cluster", c.cluster, "Cluster.");
  v.required("score", c.score, "Sum of the plugins' scores.");
  v.required("available", c.available, "Replicas that would fit, as the scheduler believed.");
  v.required("assigned", c.assigned, "Replicas assigned.");
  v.field("reason", c.reason, "Why a filter refused it; only with full detail.");
}

/// Why a scheduling pass ended as it did.
struct Decision {
  std::int64_t candidates = 0;
  std::map<std::string, std::int64_t, std::less<>> rejected;
  std::vector<Considered> considered;

  friend bool operator==(const Decision&, const Decision&) = default;
};

template <class V>
void describe(V& v, Decision& d) {
  v.begin("Decision", "Why a scheduling pass ended as it did.");
  v.required("candidates", d.candidates, "Clusters that passed the filters.");
  v.required("rejected", d.rejected, "Clusters refused, by the filter's reason.");
  v.required("considered", d.considered,
             "The chosen clusters and the ten best others; every cluster with full detail.");
}

}  // namespace firedrill::timeline
