#pragma once

/// The metrics of a run as OpenMetrics text, under names of our own and, for what the simulation
/// knows of it, under those of the reference: so existing Prometheus rules can be rehearsed.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/header.h"
#include "analysis/timeline/sink.h"
#include "policy/api/cluster.h"

namespace firedrill::analysis {

/// What the reference's components export, as it stands when the run ends.
///
/// Follows karmada pkg/metrics/cluster.go: cluster_ready_state, cluster_{memory,cpu,pod}_
/// {allocatable,allocated}_*, eviction_queue_depth, eviction_processing_total. Not told by a
/// timeline, hence left out: numbers of nodes as the control plane counts them, API versions of
/// queued kinds (eviction_kind_total), durations of single reconciles.
class ReferenceMetrics final : public timeline::Sink {
 public:
  void begin(const timeline::Header&) override {}
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer&) override {}

  /// Its part of the text, by name.
  [[nodiscard]] std::string text() const;

 private:
  struct Cluster {
    bool ready = false;
    api::ResourceSummary summary;
  };
  struct Queue {
    std::set<std::tuple<std::string, std::string>> keys;         // workload, cluster
    std::map<std::string, std::int64_t, std::less<>> processed;  // by result
  };

  std::map<std::string, Cluster> clusters_;  // that have joined
  std::map<std::string, Queue> queues_;
};

/// "firedrill_" and the metric's name in the words of Prometheus: snake case, the unit at the end,
/// no ending that is reserved for counters. A resource becomes a label.
[[nodiscard]] std::string openmetrics_name(const Metric& metric);

/// The whole text, up to "# EOF". It is read by strict parsers of OpenMetrics and by those of the
/// older Prometheus format alike; counters have no type, since the two name them differently.
[[nodiscard]] std::string format_openmetrics(const timeline::Header& header,
                                             const MetricTable& table,
                                             const ReferenceMetrics& reference);

}  // namespace firedrill::analysis
