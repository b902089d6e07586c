#include "policy/karmada/controllers/dependencies_distributor.h"

#include <utility>

#include "policy/karmada/propagation/binding_name.h"
#include "policy/karmada/propagation/dependencies.h"

namespace firedrill::policy::karmada {
namespace {

api::Key key_of(const api::ResourceReference& resource) {
  return binding_key(resource.kind, resource.space, resource.name);
}

}  // namespace

DependenciesDistributor::DependenciesDistributor(Ports& ports, const ControllerOptions& options)
    : ports_(ports),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      binding_watch_(
          ports.objects.bindings.watch([this](const Change<api::ResourceBinding>& change) {
            follow_snapshots(change);
            observe_binding(change);
          })),
      template_watch_(
          ports.objects.templates.watch([this](const Change<api::ResourceTemplate>& change) {
            if (change.before || !change.after) return;
            const auto node = waiting_.extract(change.after->metadata.key());
            if (node.empty()) return;
            for (const api::Key& key : node.mapped())
              controller_.enqueue(key, event_priority(change));
          })) {}

void DependenciesDistributor::observe_binding(const Change<api::ResourceBinding>& change) {
  if (!change.after) return;
  const api::ResourceBinding& after = *change.after;
  const bool fresh = !change.before;
  // A binding that has not been assigned yet has nothing to tell its dependents.
  if (fresh && after.spec.clusters.empty()) return;
  if (!fresh && change.before->metadata.generation == after.metadata.generation) return;
  if (!after.spec.propagate_deps && (fresh || !change.before->spec.propagate_deps)) return;
  controller_.enqueue(after.metadata.key(), event_priority(change));
}

void DependenciesDistributor::follow_snapshots(const Change<api::ResourceBinding>& change) {
  const api::Key key = change.any().metadata.key();
  if (change.before) {
    for (const api::BindingSnapshot& snapshot : change.before->spec.required_by) {
      const auto found = dependents_.find({snapshot.space, snapshot.name});
      if (found == dependents_.end()) continue;
      found->second.erase(key);
      if (found->second.empty()) dependents_.erase(found);
    }
  }
  if (!change.after) return;
  for (const api::BindingSnapshot& snapshot : change.after->spec.required_by)
    dependents_[{snapshot.space, snapshot.name}].insert(key);
}

std::vector<api::ResourceReference> DependenciesDistributor::present_dependencies(
    const api::ResourceBinding& binding, const api::ResourceTemplate& resource) {
  std::vector<api::ResourceReference> present;
  for (const api::ResourceReference& dependency : resource.dependencies) {
    const auto found = ports_.objects.templates.get(key_of(dependency));
    if (found) {
      present.push_back(dependency);
      present.back().uid = found->metadata.uid;
    } else {
      waiting_[key_of(dependency)].insert(binding.metadata.key());
    }
  }
  return present;
}

Task<Result> DependenciesDistributor::reconcile(api::Key key) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding) co_return Result::done();
  std::vector<api::ResourceReference> dependencies;
  if (!binding->metadata.deleting() && binding->spec.propagate_deps) {
    const auto resource = ports_.objects.templates.get(key);
    if (!resource) co_return Result::done();
    dependencies = present_dependencies(*binding, *resource);
  }
  std::set<api::Key> former;
  if (const auto found = dependents_.find(key); found != dependents_.end()) former = found->second;
  for (const api::ResourceReference& dependency : dependencies)
    former.erase(key_of(dependency));
  bool all = true;
  for (const api::Key& dependent : former) {
    auto detaching = detach(key, dependent);
    const bool detached = co_await detaching;
    all = all && detached;
  }
  for (const api::ResourceReference& dependency : dependencies) {
    auto attaching = attach(binding, dependency);
    const bool attached = co_await attaching;
    all = all && attached;
  }
  co_return all ? Result::done() : Result::error();
}

Task<bool> DependenciesDistributor::attach(std::shared_ptr<const api::ResourceBinding> binding,
                                           api::ResourceReference dependency) {
  const auto existing = ports_.objects.bindings.get(key_of(dependency));
  if (!existing) {
    auto creating = ports_.objects.bindings.create(dependent_binding(*binding, dependency));
    const auto created = co_await creating;
    co_return created.done();
  }
  auto writing = ports_.objects.bindings.update(with_requirement(*existing, *binding));
  const auto written = co_await writing;
  co_return written.done();
}

Task<bool> DependenciesDistributor::detach(api::Key binding, api::Key dependent) {
  const auto existing = ports_.objects.bindings.get(dependent);
  if (!existing) co_return true;
  api::ResourceBinding next = *existing;
  drop_snapshot(next.spec.required_by, binding);
  auto writing = ports_.objects.bindings.update(std::move(next));
  const auto written = co_await writing;
  co_return written.done() || written.outcome == Outcome::not_found;
}

}  // namespace firedrill::policy::karmada
