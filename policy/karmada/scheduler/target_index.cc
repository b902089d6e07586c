#include "policy/karmada/scheduler/target_index.h"

#include <algorithm>

namespace firedrill::policy::karmada {
namespace {

std::string_view name_of(const api::TargetCluster* target) {
  return target->name;
}

}  // namespace

TargetIndex::TargetIndex(const std::vector<api::TargetCluster>& targets) : targets_(targets) {
  if (targets.size() <= scanned_max) return;
  by_name_.reserve(targets.size());
  for (const api::TargetCluster& target : targets)
    by_name_.push_back(&target);
  std::ranges::stable_sort(by_name_, {}, name_of);
}

const api::TargetCluster* TargetIndex::find(std::string_view cluster) const {
  if (by_name_.empty()) {
    const auto found = std::ranges::find(targets_, cluster, &api::TargetCluster::name);
    return found == targets_.end() ? nullptr : &*found;
  }
  const auto found = std::ranges::lower_bound(by_name_, cluster, {}, name_of);
  return found == by_name_.end() || (*found)->name != cluster ? nullptr : *found;
}

}  // namespace firedrill::policy::karmada
