#pragma once

/// Clusternet in the world: three members and one Deployment in each of them, on an instant hub.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "analysis/timeline/memory_sink.h"
#include "models/world/clusternet/control_plane.h"
#include "models/world/world.h"

namespace firedrill::models::clusternet {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

inline ClusterSpec member(const std::string& name) {
  ClusterSpec spec;
  spec.name = name;
  spec.sync_mode = SyncMode::dual;
  NodeSpec node;
  node.allocatable.emplace("cpu", api::Quantity::parse("16").value());
  node.allocatable.emplace("pods", api::Quantity::parse("110").value());
  spec.nodes = {node};
  return spec;
}

inline policy::clusternet::Subscription to_everywhere(const std::string& name) {
  policy::clusternet::Subscription subscription;
  subscription.metadata.space = "default";
  subscription.metadata.name = name;
  policy::clusternet::Subscriber everywhere;
  everywhere.cluster_affinity.emplace();
  everywhere.weight = 1;
  subscription.spec.subscribers = {everywhere};
  subscription.spec.feeds = {{"Deployment", "apps/v1", "default", name}};
  return subscription;
}

inline void add_workload(WorldSpec& world,
                         const std::string& name,
                         const policy::clusternet::Subscription& subscription,
                         api::Replicas replicas = 2) {
  WorkloadSpec entry;
  entry.name = name;
  entry.api_version = "apps/v1";
  entry.replicas = replicas;
  entry.requests.emplace("cpu", api::Quantity::parse("1").value());
  WorkloadInstance instance;
  instance.name = name;
  instance.uid = fmt::format("00000000-0000-0000-0000-{:012}", world.workloads.size() + 1);
  instance.subscription = subscription.metadata.key();
  instance.spec = std::make_shared<const WorkloadSpec>(std::move(entry));
  world.workloads.push_back(std::move(instance));
  world.subscriptions.push_back(
      {std::make_shared<const policy::clusternet::Subscription>(subscription), {}});
}

inline WorldSpec three_members() {
  WorldSpec world;
  world.control_plane.profile = "clusternet";
  world.control_plane.latency.preset = LatencyPreset::none;
  world.duration = 1h;
  world.seed = 7;
  world.start_time = api::Timestamp{std::chrono::seconds(1'767'225'600)};
  for (const char* name : {"a", "b", "c"})
    world.clusters.push_back(member(name));
  return world;
}

inline ScenarioEvent outage(OutageMode mode, api::Duration at, api::Duration lasts) {
  ScenarioEvent event;
  event.pointer = "/events/0";
  event.at = at;
  event.lasts = lasts;
  OutageEvent outage;
  outage.clusters.names = {"a"};
  outage.mode = mode;
  if (mode == OutageMode::apiserver) outage.answer = no_answer;
  event.action = outage;
  return event;
}

template <class Action>
ScenarioEvent by_user(api::Duration at, Action action) {
  ScenarioEvent event;
  event.pointer = "/events/0";
  event.at = at;
  event.action = std::move(action);
  return event;
}

struct Played {
  std::vector<timeline::TimelineEvent> events;
  std::vector<Violation> violations;
  timeline::Footer footer;

  /// "1620 HeartbeatLost a" for each event of these kinds from that time on; seconds are cut to
  /// tenths, so that a report that needs a second try is in time.
  template <class... Kinds>
  [[nodiscard]] Lines lines(api::Duration from = {}) const {
    Lines lines;
    for (const timeline::TimelineEvent& event : events) {
      if (event.time < sim::start_time + from) continue;
      std::visit(
          [&]<class Event>(const Event& payload) {
            if constexpr ((std::is_same_v<Event, Kinds> || ...)) {
              const auto tenths = (event.time - sim::start_time) / 100ms;
              lines.push_back(fmt::format("{} {} {}", static_cast<double>(tenths) / 10, Event::kind,
                                          told(payload)));
            }
          },
          event.payload);
    }
    return lines;
  }

  /// Kinds from the first event of `Kind` at or after `from` up to what led to it.
  template <class Kind>
  [[nodiscard]] Lines causes(api::Duration from) const {
    for (const timeline::TimelineEvent& event : events) {
      if (event.time < sim::start_time + from || !std::holds_alternative<Kind>(event.payload))
        continue;
      Lines kinds;
      for (const timeline::TimelineEvent* at = &event;; at = &events[at->cause - 1]) {
        kinds.emplace_back(std::visit(
            [](const auto& payload) { return std::remove_cvref_t<decltype(payload)>::kind; },
            at->payload));
        if (at->cause == 0) return kinds;
      }
    }
    return {"nothing"};
  }

 private:
  static std::string told(const timeline::HeartbeatLost& e) { return e.cluster; }
  static std::string told(const timeline::HeartbeatSeen& e) { return e.cluster; }
  static std::string told(const timeline::ClusterConditionChanged& e) {
    return e.cluster + " " + e.condition + "=" + e.status;
  }
  static std::string told(const timeline::TaintAdded& e) { return e.cluster + " " + e.taint.key; }
  static std::string told(const timeline::TaintRemoved& e) { return e.cluster + " " + e.taint.key; }
  static std::string told(const timeline::SubscriptionQueued& e) {
    return e.workload + " " + e.reason;
  }
  static std::string told(const timeline::SubscriptionScheduled& e) {
    std::string text = e.workload;
    for (const auto& [cluster, feeds] : e.clusters) {
      for (const auto& [feed, replicas] : feeds)
        text += fmt::format(" {}={}", cluster, replicas);
    }
    return text;
  }
  static std::string told(const timeline::SubscriptionFailed& e) {
    return e.workload + " " + e.reason;
  }
  static std::string told(const timeline::DescriptionCreated& e) { return e.cluster; }
  static std::string told(const timeline::DescriptionDeleted& e) { return e.cluster; }
  static std::string told(const timeline::ManifestDelivered& e) {
    return e.cluster + " " + e.action;
  }
  static std::string told(const timeline::PodsReady& e) {
    return fmt::format("{} {}", e.cluster, e.total);
  }
  static std::string told(const timeline::PodsStopped& e) {
    return fmt::format("{} {} {}", e.cluster, e.total, e.reason);
  }
  static std::string told(const timeline::ScenarioEvent& e) {
    return e.type + " " + e.target + (e.applied ? "" : " (nothing)");
  }
  static std::string told(const timeline::ClusterJoined& e) {
    return e.cluster + " " + e.sync_mode;
  }
  static std::string told(const timeline::ClusterRemoved& e) { return e.cluster; }
  static std::string told(const timeline::ProbeFailed& e) { return e.cluster + " " + e.answer; }
};

inline Played play(const WorldSpec& spec) {
  timeline::MemorySink sink;
  World world(spec, {&sink});
  timeline::Header header;
  world.complete(header);
  Played played;
  played.footer = world.run(header);
  played.events = sink.events();
  played.violations = world.violations();
  return played;
}

}  // namespace firedrill::models::clusternet
