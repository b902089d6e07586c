#include "models/world/invariants/invariants.h"

#include <utility>

namespace firedrill::models {

Invariants::Invariants(ApiServer& server,
                       const CivilClock& clock,
                       sim::Engine& engine,
                       timeline::Recorder& recorder,
                       const InvariantOptions& options,
                       bool enabled)
    : server_(server),
      engine_(engine),
      enabled_(enabled),
      violations_(engine, recorder),
      bindings_(server, clock, clusters_, options.bindings, violations_),
      works_(server, options.inject_state, violations_),
      evictions_(server, options.evictions, violations_),
      scheduling_(server, violations_) {
  if (!enabled_) return;
  server_.clusters.add_watcher(*this);
  server_.bindings.add_watcher(*this);
  server_.works.add_watcher(*this);
}

Invariants::~Invariants() {
  if (!enabled_) return;
  server_.clusters.remove_watcher(*this);
  server_.bindings.remove_watcher(*this);
  server_.works.remove_watcher(*this);
}

void Invariants::started(std::string_view component) {
  if (component == "controller-manager") evictions_.restart();
  if (component == "scheduler") scheduling_.restart();
}

void Invariants::dequeued(const policy::karmada::EvictionDequeued& entry) {
  if (enabled_) evictions_.dequeued(entry);
}

void Invariants::task_ends(const api::Key& binding,
                           std::string_view cluster,
                           std::string_view reason) {
  if (enabled_) bindings_.announce_task_end(binding, cluster, reason);
}

void Invariants::decided(const std::shared_ptr<const api::ResourceBinding>& binding,
                         std::shared_ptr<const policy::Decision> decision) {
  if (enabled_ && binding) scheduling_.decided(*binding, std::move(decision));
}

void Invariants::works_synced(const api::Key& binding, std::int64_t generation) {
  if (enabled_) works_.synced(binding, generation);
}

void Invariants::changed(const Change<api::Cluster>& change) {
  clusters_.changed(change, engine_.now());
}

void Invariants::changed(const Change<api::ResourceBinding>& change) {
  bindings_.changed(change);
  scheduling_.changed(change);
  works_.changed(change);
}

void Invariants::changed(const Change<api::Work>& change) {
  works_.changed(change);
}

}  // namespace firedrill::models
