#pragma once

/// A replay of one of the files in tests/scenarios/replays, and what to ask of it.

#include <array>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"
#include "policy/api/diagnostic.h"
#include "scenarios/loader.h"
#include "scenarios/runner.h"

namespace firedrill::scenarios {

using Instants = std::vector<sim::Duration>;

struct Replay {
  RunResult result;
  std::vector<timeline::TimelineEvent> events;

  /// `overrides`: as `--set` takes them.
  Replay(const std::string& file, std::vector<std::string> overrides) {
    LoadOptions options;
    options.overrides = std::move(overrides);
    api::Diagnostics diagnostics;
    const auto scenario =
        load_scenario("tests/scenarios/replays/" + file + ".json", options, diagnostics);
    if (!scenario) {
      ADD_FAILURE() << diagnostics.render();
      return;
    }
    timeline::MemorySink sink;
    const std::array<timeline::Sink*, 1> sinks{&sink};
    result = run(*scenario, sinks);
    events = sink.events();
  }

  /// When the events of a type happened for which `wanted` holds.
  template <class Payload, class Wanted>
  [[nodiscard]] Instants when(const Wanted& wanted) const {
    Instants instants;
    for (const timeline::TimelineEvent& event : events) {
      const auto* payload = std::get_if<Payload>(&event.payload);
      if (payload != nullptr && wanted(*payload)) instants.push_back(event.time.time_since_epoch());
    }
    return instants;
  }
  template <class Payload>
  [[nodiscard]] Instants when() const {
    return when<Payload>([](const Payload&) { return true; });
  }
  [[nodiscard]] Instants evictions(const std::string& cluster) const {
    return when<timeline::GracefulEvictionTaskAdded>(
        [&](const auto& added) { return added.cluster == cluster; });
  }
  /// Replicas by cluster, summed over the last assignment of every workload.
  [[nodiscard]] std::map<std::string, std::int64_t> assigned() const {
    std::map<std::string, std::map<std::string, std::int64_t, std::less<>>> last;
    for (const timeline::TimelineEvent& event : events) {
      const auto* scheduled = std::get_if<timeline::BindingScheduled>(&event.payload);
      if (scheduled != nullptr)
        last[scheduled->workload] = {scheduled->clusters.begin(), scheduled->clusters.end()};
    }
    std::map<std::string, std::int64_t> sum;
    for (const auto& [workload, clusters] : last) {
      for (const auto& [cluster, replicas] : clusters)
        sum[cluster] += replicas;
    }
    return sum;
  }
};

}  // namespace firedrill::scenarios
