#pragma once

/// A timeline as Chrome trace JSON, to be looked at in Perfetto: a process for the control plane
/// and for each cluster, tracks for workloads and components, arrows from causes to effects, what
/// lasts as spans, replicas and eviction queues as counters.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/exports/trace_writer.h"
#include "analysis/timeline/output.h"
#include "analysis/timeline/sink.h"

namespace firedrill::exports {

/// Browsers gave up on traces of about 900 MB (google/perfetto#99).
inline constexpr std::uint64_t trace_bytes_max = 500'000'000;

/// Writes the trace as the events happen, up to a size; what is left out after it is counted, and
/// the trace says so itself. Memory grows with the names that occur, with what lasts at one time,
/// and by 16 bytes for each event that is in the file.
class Trace final : public timeline::Sink {
 public:
  /// The output must outlive this; it is flushed at the end, and committing it is the caller's.
  explicit Trace(timeline::Output& output, std::uint64_t bytes_max = trace_bytes_max);

  void begin(const timeline::Header& header) override;
  void event(const timeline::TimelineEvent& event) override;
  void end(const timeline::Footer& footer) override;

  /// Events that aren't in the trace, since it would have become too large.
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

 private:
  using Pair = std::pair<std::string, std::string>;

  /// Something that lasts, by what it is and whom it concerns.
  using SpanKey = std::tuple<std::string, std::string, std::string>;  // cluster, category, rest
  struct OpenSpan {
    std::uint32_t process = 0;
    std::string id;
    std::string name;
  };
  struct Replicas {
    std::int64_t running = 0;
    std::int64_t ready = 0;
    std::int64_t pending = 0;
  };

  [[nodiscard]] std::uint32_t process_of(std::string_view cluster);
  [[nodiscard]] std::uint32_t track_of(const timeline::TimelineEvent& event);
  void add_slice(const timeline::TimelineEvent& event);

  void open(SpanKey key, std::string name);
  void close(const SpanKey& key);
  void close_all();

  template <class T>
  void follow(const T&) {}
  void follow(const timeline::FaultStarted& fault);
  void follow(const timeline::FaultEnded& fault);
  void follow(const timeline::ClusterRemoved& removed);
  void follow(const timeline::ComponentStopped& stopped);
  void follow(const timeline::ComponentStarted& started);
  void follow(const timeline::ProbeFailed& probe);
  void follow(const timeline::ProbeRecovered& probe);
  void follow(const timeline::ClusterConditionChanged& turn);
  void follow(const timeline::TaintAdded& added);
  void follow(const timeline::TaintRemoved& removed);
  void follow(const timeline::EvictionQueued& queued);
  void follow(const timeline::EvictionDequeued& taken);
  void follow(const timeline::GracefulEvictionTaskAdded& task);
  void follow(const timeline::GracefulEvictionTaskRemoved& task);
  void follow(const timeline::PodsStarted& pods);
  void follow(const timeline::PodsReady& pods);
  void follow(const timeline::PodsStopped& pods);
  void follow(const timeline::PodsPending& pods);

  void change(const std::string& workload, const std::string& cluster, const Replicas& now);
  [[nodiscard]] Replicas& replicas_of(const std::string& workload, const std::string& cluster);
  void write_counters();

  TraceWriter writer_;
  std::uint64_t bytes_max_;
  std::string about_;
  std::string arguments_;
  sim::Time now_{};
  std::uint64_t left_out_ = 0;
  std::uint64_t spans_ = 0;         // so far
  std::vector<SlicePlace> places_;  // by seq - 1
  std::map<SpanKey, OpenSpan> open_;
  std::map<Pair, Replicas> copies_;  // by workload and cluster
  std::map<std::string, Replicas, std::less<>> by_cluster_;
  std::map<std::string, std::set<Pair>, std::less<>> queues_;  // their keys
  std::set<std::string> changed_clusters_;                     // since counters were written
  std::set<std::string> changed_queues_;
};

}  // namespace firedrill::exports
