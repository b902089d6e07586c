#include "models/world/karmada/invariants/invariants.h"

#include <utility>

namespace firedrill::models::karmada {

Invariants::Invariants(ApiServer& server,
                       const CivilClock& clock,
                       sim::Engine& engine,
                       Violations& violations,
                       const InvariantOptions& options,
                       bool enabled)
    : server_(server),
      engine_(engine),
      enabled_(enabled),
      bindings_(server, clock, clusters_, options.bindings, violations),
      works_(server, options.inject_state, violations),
      evictions_(server, clock, options.evictions, violations),
      scheduling_(server, violations) {
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
  const bool same = change.before && change.after &&
                    change.before->spec.taints == change.after->spec.taints &&
                    change.before->metadata.deleting() == change.after->metadata.deleting();
  if (!same) clusters_.changed(change.any().metadata.name, change.after, engine_.now());
}

void Invariants::changed(const Change<api::ResourceBinding>& change) {
  bindings_.changed(change);
  scheduling_.changed(change);
  works_.changed(change);
}

void Invariants::changed(const Change<api::Work>& change) {
  works_.changed(change);
}

}  // namespace firedrill::models::karmada
