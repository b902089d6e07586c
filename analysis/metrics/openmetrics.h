#pragma once

/// The metrics of a run as OpenMetrics text, under names of our own and, for what the simulation
/// knows of it, under those of the reference: so existing Prometheus rules can be rehearsed.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/header.h"
#include "analysis/timeline/sink.h"
#include "policy/api/cluster.h"

namespace firedrill::analysis {

/// A metric of the reference.
struct ReferenceFamily {
  std::string_view name;
  std::string_view help;
  bool gauge = true;  ///< Else a counter.
};

/// All that ReferenceMetrics knows of, in the order of its text.
[[nodiscard]] std::span<const ReferenceFamily> reference_families();

/// `name="value"`, with what OpenMetrics wants escaped.
[[nodiscard]] std::string openmetrics_label(std::string_view name, std::string_view value);

/// "# HELP" and "# TYPE" of a family. Counters have no type, since OpenMetrics and the older
/// Prometheus format name them differently.
void append_openmetrics_head(std::string& out, const ReferenceFamily& family);

/// A value of the reference's metrics: whole numbers as such.
void append_openmetrics_value(std::string& out, double value);

/// What the reference's components export, as it stands at the last event so far.
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

  /// Takes a value: index of its family, labels, number.
  using Visit = std::function<void(std::size_t family, const std::string& labels, double value)>;
  /// Shows each value of a cluster, or of an eviction queue.
  void each_of_cluster(const std::string& name, const Visit& visit) const;
  void each_of_queue(const std::string& name, const Visit& visit) const;

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
