#pragma once

/// What a report shows of one run, folded from its timeline in one pass, live or from a file.
/// Memory grows with clusters, workloads and what they run where, and by four bytes an event; all
/// else has a budget (StepSeries, EventSample).

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/metrics/metric.h"
#include "analysis/report/event_sample.h"
#include "analysis/report/step_series.h"
#include "analysis/timeline/sink.h"

namespace firedrill::analysis {

struct ReportOptions {
  std::size_t events_max = 100'000;  ///< Rows of the table of events; at least 100.
};

/// A stretch of time in which a fault acts.
struct FaultSpan {
  std::string fault;
  std::string type;
  std::string mode;
  std::vector<std::string> clusters;
  std::vector<std::string> links;
  sim::Duration begin{};
  std::optional<sim::Duration> end = {};  ///< Absent: it lasts.
  std::uint64_t seq = 0;                  ///< Of its beginning.
};

class ReportData final : public timeline::Sink {
 public:
  explicit ReportData(const ReportOptions& options = {});

  void begin(const timeline::Header& header) override { header_ = header; }
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& footer) override;

  /// All of it as one JSON object, which holds neither `<`, `>` and `&` nor U+2028 and U+2029: it
  /// can stand in a script element. `table` is what a Calculator measured, `digest` that of the
  /// timeline's text. Requires: the timeline has ended; called once.
  [[nodiscard]] std::string json(const MetricTable& table, std::string_view digest);

 private:
  /// What is drawn of a cluster.
  enum Line : std::size_t { running, ready, pending, condition, no_execute, no_schedule, nodes };
  static constexpr std::size_t line_count = 7;
  static constexpr std::array<std::string_view, line_count> line_names{
      "running", "ready", "pending", "condition", "noExecute", "noSchedule", "nodes"};
  static constexpr std::array<std::string_view, 3> resources{"cpu", "memory", "pods"};

  struct Room {
    std::optional<std::size_t> allocatable = {};  // series, by what was reported
    std::optional<std::size_t> allocated = {};
  };
  struct Cluster {
    std::string name;
    std::string provider = {};
    std::string region = {};
    std::vector<std::string> zones = {};
    std::string sync_mode = {};
    std::array<std::optional<std::size_t>, line_count> lines = {};
    std::array<std::int64_t, line_count> values = {};
    std::array<Room, resources.size()> room = {};
  };
  /// Pods of a workload in a cluster.
  struct Copy {
    std::uint32_t workload = 0;
    std::uint32_t cluster = 0;
    std::int64_t running = 0;
    std::int64_t ready = 0;
    std::int64_t pending = 0;
    std::size_t running_line = 0;
    std::size_t ready_line = 0;
    bool drawn = false;  // it has lines
  };
  struct Queue {
    std::set<std::pair<std::uint32_t, std::uint32_t>> keys;  // workload, cluster
    std::size_t line = 0;
  };
  struct Writer;  // JSON; in report_json.cc

  template <class Other>
  void see(const Other&) {}
  void see(const timeline::FaultStarted& e);
  void see(const timeline::FaultEnded& e);
  void see(const timeline::ClusterJoined& e);
  void see(const timeline::ClusterConditionChanged& e);
  void see(const timeline::TaintAdded& e) { see_taint(e.cluster, e.taint.effect, 1); }
  void see(const timeline::TaintRemoved& e) { see_taint(e.cluster, e.taint.effect, -1); }
  void see(const timeline::ResourceSummaryChanged& e);
  void see(const timeline::CapacityChanged& e);
  void see(const timeline::EvictionQueued& e);
  void see(const timeline::EvictionDequeued& e);
  void see(const timeline::GracefulEvictionTaskAdded& e);
  void see(const timeline::GracefulEvictionTaskRemoved& e);
  void see(const timeline::PodsStarted& e);
  void see(const timeline::PodsReady& e);
  void see(const timeline::PodsStopped& e);
  void see(const timeline::PodsPending& e);

  void see_taint(const std::string& cluster, std::string_view effect, int change);
  void update(Copy& copy, std::int64_t running, std::int64_t ready, std::int64_t pending);
  void draw(Cluster& cluster, Line line, std::int64_t value);
  void draw(std::optional<std::size_t>& line, std::int64_t value);
  [[nodiscard]] SeriesStep step(std::int64_t value) const { return {now_, value, seq_}; }

  std::uint32_t cluster_index(std::string_view name);
  std::uint32_t workload_index(std::string_view name);
  Cluster& cluster(std::string_view name) { return clusters_[cluster_index(name)]; }
  Copy& copy(std::string_view workload, std::string_view cluster);

  timeline::Header header_;
  timeline::Footer footer_;
  sim::Duration now_{};
  std::uint64_t seq_ = 0;

  std::vector<Cluster> clusters_;
  std::vector<std::string> workloads_;
  std::map<std::string, std::uint32_t, std::less<>> cluster_by_name_;
  std::map<std::string, std::uint32_t, std::less<>> workload_by_name_;
  std::vector<Copy> copies_;
  std::unordered_map<std::uint64_t, std::size_t> copy_by_place_;  // for look-up only
  std::size_t copies_drawn_ = 0;

  SeriesSet lines_;       // of clusters, queues and tasks
  SeriesSet copy_lines_;  // of copies
  std::map<std::string, Queue, std::less<>> queues_;
  std::optional<std::size_t> tasks_line_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> tasks_;  // open: workload, cluster

  std::vector<FaultSpan> faults_;
  std::map<std::string, std::size_t, std::less<>> open_faults_;  // by name
  std::uint64_t faults_left_out_ = 0;

  EventSample sample_;
};

}  // namespace firedrill::analysis
