#include "policy/karmada/propagation/dependencies.h"

#include <algorithm>
#include <utility>

#include "policy/karmada/controllers/binding_controller.h"
#include "policy/karmada/propagation/binding_name.h"

namespace firedrill::policy::karmada {
namespace {

bool is_of(const api::BindingSnapshot& snapshot, const api::Key& binding) {
  return snapshot.space == binding.space && snapshot.name == binding.name;
}

}  // namespace

api::BindingSnapshot snapshot_of(const api::ResourceBinding& binding) {
  return {binding.metadata.space, binding.metadata.name, binding.spec.clusters};
}

void put_snapshot(std::vector<api::BindingSnapshot>& required_by, api::BindingSnapshot snapshot) {
  const api::Key key{snapshot.space, snapshot.name};
  const auto found = std::ranges::find_if(
      required_by, [&key](const api::BindingSnapshot& other) { return is_of(other, key); });
  if (found == required_by.end()) {
    required_by.push_back(std::move(snapshot));
  } else {
    *found = std::move(snapshot);
  }
}

void drop_snapshot(std::vector<api::BindingSnapshot>& required_by, const api::Key& binding) {
  std::erase_if(required_by,
                [&binding](const api::BindingSnapshot& other) { return is_of(other, binding); });
}

api::ResourceBinding dependent_binding(const api::ResourceBinding& required_by,
                                       const api::ResourceReference& dependency) {
  const api::Key key = binding_key(dependency.kind, dependency.space, dependency.name);
  api::ResourceBinding dependent;
  dependent.metadata.space = key.space;
  dependent.metadata.name = key.name;
  dependent.metadata.finalizers = {binding_finalizer};
  dependent.spec.resource = dependency;
  dependent.spec.required_by = {snapshot_of(required_by)};
  dependent.spec.conflict_resolution = required_by.spec.conflict_resolution;
  dependent.spec.preserve_resources_on_deletion = required_by.spec.preserve_resources_on_deletion;
  return dependent;
}

api::ResourceBinding with_requirement(const api::ResourceBinding& dependent,
                                      const api::ResourceBinding& required_by) {
  api::ResourceBinding next = dependent;
  put_snapshot(next.spec.required_by, snapshot_of(required_by));
  if (!next.spec.placement) {
    next.spec.conflict_resolution = required_by.spec.conflict_resolution;
    next.spec.preserve_resources_on_deletion = required_by.spec.preserve_resources_on_deletion;
  }
  return next;
}

}  // namespace firedrill::policy::karmada
