#pragma once

/// Measures a timeline, live or from a file: the sink that runs the folds.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/metrics/fold.h"
#include "analysis/timeline/sink.h"

namespace firedrill::analysis {

class Calculator final : public timeline::Sink {
 public:
  explicit Calculator(ScenarioFacts facts = {});

  void begin(const timeline::Header& header) override { header_ = header; }
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& footer) override;

  /// The amounts of the run so far, as if it ended at `end` with these counts of requests.
  /// Requires: no event is later, and none follows.
  [[nodiscard]] MetricTable measure(sim::Time end, const timeline::ApiCountsByComponent& api);

  [[nodiscard]] const timeline::Header& header() const { return header_; }
  /// The amounts; empty until the timeline has ended. Made when first asked for, since it is large:
  /// what the timeline came from may be gone by then.
  [[nodiscard]] const MetricTable& table();
  /// The same, which is then the caller's.
  [[nodiscard]] MetricTable take_table() {
    (void)table();
    return std::move(table_);
  }
  [[nodiscard]] const RunState& state() const { return state_; }

 private:
  timeline::Header header_;
  RunState state_;
  std::vector<std::unique_ptr<Fold>> folds_;
  std::optional<timeline::Footer> to_measure_;  ///< What `table_` is to be made with yet.
  MetricTable table_;
};

/// `metrics.json`: what was run, each metric of the run that has a value, each measure by workload,
/// cluster and component, what is pending by priority, and every name's unit. Keys sorted bytewise,
/// indented by two; same timeline, same bytes.
[[nodiscard]] std::string format_metrics_json(const timeline::Header& header,
                                              const MetricTable& table);

}  // namespace firedrill::analysis
