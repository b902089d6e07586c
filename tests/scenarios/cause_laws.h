#pragma once

/// What holds of the causes of every timeline, looked at while the run goes on: causes are earlier,
/// none is a sibling, an eviction leads back to what the scenario did.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/timeline/events.h"
#include "analysis/timeline/sink.h"

namespace firedrill::scenarios {

class CauseLaws final : public timeline::Sink {
 public:
  void begin(const timeline::Header& /*header*/) override {}
  void end(const timeline::Footer& /*footer*/) override {}
  void event(const timeline::TimelineEvent& event) override {
    const Line line{.cause = event.cause,
                    .kind = timeline::kind_name(event.payload),
                    .time = event.time,
                    .cluster = cluster_of(event.payload),
                    .workload = workload_of(event.payload)};
    lines_.push_back(line);
    if (event.cause == 0) return check_root(event, line);
    if (event.cause >= event.seq) return complain(event, "is led to by a later event");
    const Line& cause = lines_[event.cause - 1];
    if (cause.kind == line.kind && cause.time == line.time)
      complain(event, "is led to by its sibling " + std::to_string(event.cause));
    const bool akin = cause.cluster == line.cluster || cause.workload == line.workload;
    if (line.kind == timeline::EvictionQueued::kind && !akin)
      complain(event, "is led to by what concerns another cluster and workload");
    if (evicts(event)) check_eviction(event);
  }

  /// What is wrong, the first few.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  /// How many events took a workload from a cluster.
  [[nodiscard]] std::size_t evictions() const { return evictions_; }

 private:
  using Name = std::size_t;  // A hash: enough to tell two apart, nearly always.
  static constexpr std::size_t problems_max = 5;

  struct Line {
    std::uint64_t cause = 0;
    std::string_view kind;
    sim::Time time{};
    Name cluster = 0;
    Name workload = 0;
  };

  static Name cluster_of(const timeline::Payload& payload) {
    return std::visit(
        []<class Event>(const Event& event) -> Name {
          if constexpr (requires { std::hash<std::string>()(event.cluster); })
            return std::hash<std::string>()(event.cluster);
          else
            return 0;
        },
        payload);
  }
  static Name workload_of(const timeline::Payload& payload) {
    return std::visit(
        []<class Event>(const Event& event) -> Name {
          if constexpr (requires { std::hash<std::string>()(event.workload); })
            return std::hash<std::string>()(event.workload);
          else
            return 1;
        },
        payload);
  }

  static bool evicts(const timeline::TimelineEvent& event) {
    if (const auto* dequeued = std::get_if<timeline::EvictionDequeued>(&event.payload))
      return dequeued->outcome == "Evicted";
    return std::holds_alternative<timeline::GracefulEvictionTaskAdded>(event.payload) ||
           std::holds_alternative<timeline::DescriptionDeleted>(event.payload);
  }
  static bool done_by_the_scenario(std::string_view kind) {
    return kind == timeline::FaultStarted::kind || kind == timeline::FaultEnded::kind ||
           kind == timeline::ScenarioEvent::kind;
  }

  /// What nothing leads to: what the scenario does, and what comes of it at its start.
  void check_root(const timeline::TimelineEvent& event, const Line& line) {
    constexpr std::array kinds{
        timeline::ClusterJoined::kind,        timeline::FaultStarted::kind,
        timeline::FaultEnded::kind,           timeline::ScenarioEvent::kind,
        timeline::BindingScheduled::kind,     timeline::SchedulingFailed::kind,
        timeline::AffinityGroupChanged::kind, timeline::SubscriptionQueued::kind,
        timeline::ExpectationFailed::kind};
    for (const std::string_view kind : kinds) {
      if (line.kind == kind) return;
    }
    complain(event, "is led to by nothing");
  }

  void check_eviction(const timeline::TimelineEvent& event) {
    ++evictions_;
    std::uint64_t first = event.seq;
    while (lines_[first - 1].cause != 0)
      first = lines_[first - 1].cause;
    if (!done_by_the_scenario(lines_[first - 1].kind)) {
      complain(event, "leads back to " + std::string(lines_[first - 1].kind) + " " +
                          std::to_string(first));
    }
  }

  void complain(const timeline::TimelineEvent& event, const std::string& what) {
    if (problems_.size() == problems_max) return;
    problems_.push_back(std::string(timeline::kind_name(event.payload)) + " " +
                        std::to_string(event.seq) + " " + what);
  }

  std::vector<Line> lines_;  ///< By `seq`, from 1.
  std::vector<std::string> problems_;
  std::size_t evictions_ = 0;
};

}  // namespace firedrill::scenarios
