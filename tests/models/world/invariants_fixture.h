#pragma once

/// A store with one binding over clusters a, b, c, the checker on it, and who writes: users,
/// scheduler, controller manager.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"
#include "models/world/karmada/invariants/invariants.h"
#include "sim/engine.h"

namespace firedrill::models::karmada {

using namespace std::chrono_literals;
using Binding = api::ResourceBinding;
using Names = std::vector<std::string>;

class InvariantsTest : public testing::Test {
 protected:
  InvariantsTest() {
    recorder.begin({});
    for (const char* name : {"a", "b", "c"}) {
      api::Cluster cluster;
      cluster.metadata.name = name;
      cluster.spec.region = name;
      (void)server.clusters.create(cluster);
    }
    Binding binding;
    binding.metadata.space = web.space;
    binding.metadata.name = web.name;
    binding.spec.resource = {"apps/v1", "Deployment", "default", "web", "uid"};
    binding.spec.replicas = 4;
    binding.spec.placement = divided();
    binding.applied_placement = binding.spec.placement;
    (void)server.bindings.create(binding);
    user([](Binding& next) { next.spec.clusters = {{"a", 4}}; });
  }

  static std::shared_ptr<const api::Placement> divided(
      std::vector<api::Toleration> tolerations = {},
      std::vector<api::SpreadConstraint> spread = {}) {
    api::Placement placement;
    placement.replica_scheduling = api::ReplicaScheduling{};
    placement.replica_scheduling->type = "Divided";
    placement.replica_scheduling->preference = "Aggregated";
    placement.cluster_tolerations = std::move(tolerations);
    placement.spread_constraints = std::move(spread);
    return std::make_shared<const api::Placement>(placement);
  }

  std::shared_ptr<const Binding> stored() { return server.bindings.find(web); }

  void user(const std::function<void(Binding&)>& change) {
    (void)server.bindings.patch(web, change);
  }

  /// A write by a component that has read `known`, from then on until now.
  void component(std::string_view who,
                 const std::function<void(Binding&)>& change,
                 std::shared_ptr<const Binding> known = nullptr,
                 sim::Duration took = {}) {
    const Basis<Binding> basis{engine.now(), engine.now() - took, known ? known : stored()};
    const Writer writer(server, who);
    server.bindings.exchange_basis(&basis);
    (void)server.bindings.patch(web, change);
    server.bindings.exchange_basis(nullptr);
  }
  void scheduler(std::vector<api::TargetCluster> targets,
                 std::shared_ptr<const Binding> known = nullptr,
                 sim::Duration took = {}) {
    component(
        "scheduler", [&](Binding& next) { next.spec.clusters = targets; }, known, took);
  }
  void manager(const std::function<void(Binding&)>& change) {
    component("controller-manager", change);
  }

  static api::GracefulEvictionTask task(std::string from, std::string producer = "someone") {
    api::GracefulEvictionTask task;
    task.from_cluster = std::move(from);
    task.purge_mode = "Gracefully";
    task.producer = std::move(producer);
    return task;
  }
  static void evict(Binding& next, const std::string& from, const std::string& producer) {
    std::erase_if(next.spec.clusters, [&](const auto& target) { return target.name == from; });
    next.spec.graceful_eviction_tasks.push_back(task(from, producer));
  }
  void taint(const std::string& cluster, std::vector<api::Taint> taints) {
    (void)server.clusters.patch({{}, cluster},
                                [&](api::Cluster& next) { next.spec.taints = taints; });
  }
  [[nodiscard]] api::Taint no_execute() const {
    return {"gone", {}, "NoExecute", api::StoredTime::floor(clock.now())};
  }
  void pass_time(sim::Duration time) { engine.run_until(engine.now() + time); }

  /// A write of a Work by the binding controller.
  void write_work(const std::string& cluster, api::Labels labels = {}) {
    as_manager([&] {
      api::Work work;
      work.metadata.space = api::execution_space(cluster);
      work.metadata.name = "web";
      work.metadata.finalizers = {"member"};
      work.cluster = cluster;
      work.binding = web;
      work.spec.manifest.resource = stored()->spec.resource;
      work.spec.manifest.replicas = 4;
      work.spec.manifest.injected_labels = std::move(labels);
      (void)server.works.create(work);
    });
  }
  void delete_work(const std::string& cluster) {
    as_manager([&] { (void)server.works.remove({api::execution_space(cluster), "web"}); });
  }
  void as_manager(const std::function<void()>& write) {
    const Basis<api::Work> basis{engine.now(), engine.now(), nullptr};
    const Writer writer(server, "controller-manager");
    server.works.exchange_basis(&basis);
    write();
    server.works.exchange_basis(nullptr);
  }
  void sync() { invariants.works_synced(web, stored()->metadata.generation); }

  void dequeue(std::int64_t worker,
               const std::string& name,
               sim::Duration step = {},
               const char* outcome = "Evicted") {
    policy::karmada::EvictionDequeued entry{.binding = {"default", name},
                                            .cluster = "a",
                                            .queue = "ResourceBinding",
                                            .worker = worker,
                                            .outcome = outcome};
    entry.taken_at = clock.now() - step;
    invariants.dequeued(entry);
  }

  /// Names of what was found violated since the last call.
  Names news() {
    Names names;
    for (; read < sink.events().size(); ++read) {
      const auto* violated = std::get_if<timeline::InvariantViolated>(&sink.events()[read].payload);
      if (violated != nullptr) names.push_back(violated->invariant);
    }
    return names;
  }

  const api::Key web{"default", "web-deployment"};
  sim::Engine engine;
  CivilClock clock{engine, api::Timestamp{}};
  timeline::MemorySink sink;
  timeline::Recorder recorder{engine, {&sink}};
  Violations violations{engine, recorder};
  ApiServer server{clock};
  Invariants invariants{server,
                        clock,
                        engine,
                        violations,
                        {.bindings = {.graceful_eviction_timeout = 10min},
                         .evictions = {.rate = 0.5, .workers = 3, .qps = 10, .bucket_size = 4},
                         .inject_state = true}};
  std::size_t read = 0;
};

}  // namespace firedrill::models::karmada
