#pragma once

/// The reference's metrics over virtual time, as a Prometheus that scrapes the control plane would
/// have them: what alert rules are rehearsed on.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/metrics/openmetrics.h"
#include "analysis/timeline/output.h"
#include "analysis/timeline/sink.h"
#include "sim/time.h"

namespace firedrill::analysis {

/// Scrapes at the start and then at each full interval, up to the end; a scrape sees what is
/// recorded for its instant. Memory: 16 bytes for each scrape at which a value is another than at
/// the one before, whatever the number of events.
class ReferenceSeries final : public timeline::Sink {
 public:
  /// Requires: the interval is a positive number of whole seconds.
  explicit ReferenceSeries(sim::Duration interval);

  void begin(const timeline::Header& header) override;
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& footer) override;

  /// As OpenMetrics text with time stamps, series by series, for `promtool tsdb create-blocks-from
  /// openmetrics`.
  void write_openmetrics(timeline::Output& output) const;
  /// As `input_series` of a file for `promtool test rules`, to stand below the other keys of an
  /// entry of its `tests`.
  void write_rule_test(timeline::Output& output) const;

 private:
  /// From a scrape on, a series has a value: none if it isn't there.
  struct Run {
    std::uint64_t scrape = 0;
    double value = absent;
  };
  static constexpr double absent = std::numeric_limits<double>::infinity();
  using Series = std::map<std::string, std::vector<Run>, std::less<>>;  // by labels

  void scrape_before(sim::Time time);
  void look(const std::string& cluster);
  void keep(std::size_t family, const std::string& labels, double value);

  sim::Duration interval_;
  std::int64_t start_ = 0;  // Unix time, in seconds
  ReferenceMetrics metrics_;
  std::uint64_t scrapes_ = 0;  // that have been
  std::set<std::string> changed_clusters_;
  std::set<std::string> changed_queues_;
  std::vector<Series> series_;  // by family
};

}  // namespace firedrill::analysis
