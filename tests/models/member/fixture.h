#pragma once

/// A member cluster on an engine of its own, and an observer that writes down what it is told.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "models/member/member_cluster.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

inline api::Quantity quantity(const std::string& text) {
  return api::Quantity::parse(text).value();
}

inline MemberNode node(std::string name, const std::string& cpu, const std::string& pods = "110") {
  return {.name = std::move(name),
          .allocatable = {
              {"cpu", quantity(cpu)}, {"memory", quantity("64Gi")}, {"pods", quantity(pods)}}};
}

inline sim::Distribution constant(sim::Duration duration) {
  return {.shape = sim::Constant{duration}};
}

inline WorkloadModel pods_of(const std::string& cpu,
                             sim::Duration startup,
                             std::int32_t priority = 0) {
  WorkloadModel model;
  model.shape = WorkloadShape::pods;
  if (!cpu.empty()) model.requests = {{"cpu", quantity(cpu)}};
  model.priority = priority;
  model.startup = constant(startup);
  return model;
}

inline api::ResourceReference deployment(const std::string& name) {
  return {.api_version = "apps/v1",
          .kind = "Deployment",
          .space = "default",
          .name = name,
          .uid = "uid-" + name};
}

inline api::Manifest manifest(const api::ResourceReference& workload,
                              std::optional<std::int64_t> replicas,
                              std::int64_t template_generation = 1) {
  return {.resource = workload,
          .template_generation = template_generation,
          .replicas = replicas,
          .completions = {},
          .spec = {},
          .injected_labels = {}};
}

/// Keeps each call as a line: "11.080 web started 2 total 2".
class Notes final : public MemberObserver {
 public:
  explicit Notes(sim::Engine& engine) : engine_(engine) {}

  void manifest_delivered(const WorkloadPlace& place, ManifestAction action) override {
    constexpr const char* words[] = {"created", "updated", "deleted"};
    note(place, words[static_cast<std::size_t>(action)]);
  }
  void pods_started(const WorkloadPlace& place, std::int64_t count, std::int64_t total) override {
    note(place, fmt::format("started {} total {}", count, total));
  }
  void pods_stopped(const WorkloadPlace& place,
                    std::int64_t count,
                    std::int64_t total,
                    StopReason reason) override {
    constexpr const char* words[] = {"Deleted",   "ScaledDown", "Crashed",
                                     "PowerLoss", "NodeLost",   "Completed"};
    note(place, fmt::format("stopped {} total {} {}", count, total,
                            words[static_cast<std::size_t>(reason)]));
  }
  void pods_ready(const WorkloadPlace& place, std::int64_t count, std::int64_t total) override {
    note(place, fmt::format("ready {} total {}", count, total));
  }
  void pods_pending(const WorkloadPlace& place, std::int64_t total) override {
    note(place, fmt::format("pending {}", total));
  }
  void state_resumed(const WorkloadPlace& place,
                     const std::optional<api::Labels>& from,
                     std::optional<sim::Duration> lost) override {
    note(place, fmt::format("resumed from {} lost {}", from ? from->begin()->second : "nothing",
                            lost ? fmt::format("{:.3f}", sim::to_seconds(*lost)) : "nothing"));
  }
  void capacity_changed(std::string_view,
                        std::int64_t nodes,
                        const api::ResourceList& allocatable) override {
    lines.push_back(fmt::format("{:.3f} capacity {} nodes, cpu {}", now(), nodes,
                                allocatable.at("cpu").text()));
    if (heard) heard();
  }
  void object_changed(const WorkloadPlace& place) override {
    changes.push_back(fmt::format("{:.3f} {}", now(), place.workload.name));
    if (heard) heard();
  }

  /// The lines since the last call.
  std::vector<std::string> take() { return std::exchange(lines, {}); }

  std::vector<std::string> lines;
  std::vector<std::string> changes;
  std::function<void()> heard;  ///< Called with each call; may be empty.

 private:
  [[nodiscard]] double now() const { return sim::to_seconds(engine_.now() - sim::start_time); }
  void note(const WorkloadPlace& place, const std::string& text) {
    lines.push_back(fmt::format("{:.3f} {} {}", now(), place.workload.name, text));
    if (heard) heard();
  }

  sim::Engine& engine_;
};

/// All that a cluster needs. Describe workloads in `models` before they are applied.
struct Site {
  explicit Site(std::vector<MemberNode> nodes,
                sim::Duration reaction = std::chrono::milliseconds(50),
                PodPlacement placement = PodPlacement::first_fit,
                std::uint64_t seed = 1,
                std::optional<BackgroundSpec> background = {})
      : streams(seed),
        cluster({.engine = engine,
                 .streams = streams,
                 .models = models,
                 .ledger = ledger,
                 .observer = notes},
                {.name = "member1",
                 .nodes = std::move(nodes),
                 .placement = placement,
                 .reaction = reaction,
                 .background = std::move(background)}) {}

  void apply(const api::ResourceReference& workload, std::int64_t replicas) {
    if (cluster.apply(manifest(workload, replicas), false) != policy::MemberOutcome::done) {
      throw std::logic_error("apply refused");
    }
  }
  void remove(const api::ResourceReference& workload) {
    if (cluster.remove(workload) != policy::MemberOutcome::done)
      throw std::logic_error("remove refused");
  }
  /// Looks after each event of the run that changed anything, when its instant is complete.
  void watch(std::function<void()> look) {
    notes.heard = [this, look = std::move(look)] {
      if (!engine.is_pending(look_)) look_ = engine.at(engine.now(), sim::Phase::observe, look);
    };
  }
  void run_to(sim::Duration since_start) { engine.run_through(sim::start_time + since_start); }
  [[nodiscard]] std::int64_t pods_on(NodeIndex index) const { return cluster.nodes().pods(index); }
  [[nodiscard]] api::ObjectStatus status(const api::ResourceReference& workload) const {
    return cluster.observe(workload)->status;
  }

  sim::Engine engine;
  sim::Streams streams;
  WorkloadModels models;
  WorkLedger ledger;
  Notes notes{engine};
  MemberCluster cluster;

 private:
  sim::EventHandle look_{};
};

}  // namespace firedrill::models
