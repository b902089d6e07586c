#include "policy/karmada/scheduler/capacity_view.h"

#include "policy/karmada/rounds.h"
#include "policy/karmada/status/resource_models.h"
#include "policy/karmada/status/summaries.h"

namespace firedrill::policy::karmada {

CapacityView::CapacityView(Ports& ports, const CapacityRefresh& refresh, bool models)
    : ports_(ports), refresh_(refresh), models_(models) {
  if (refresh_.every && *refresh_.every > Duration::zero()) loop_.emplace(this->refresh().start());
}

std::span<const CapacityView::Snapshot> CapacityView::of(std::span<const Snapshot> listed) {
  if (!refresh_.every) return listed;
  view_.clear();
  view_.reserve(listed.size());
  for (const Snapshot& cluster : listed) {
    const auto kept = readings_.find(cluster->metadata.name);
    const bool known = kept != readings_.end();
    // A cluster that is new since the last reading is seen as its status has it.
    if (loop_ && !known) {
      view_.push_back(cluster);
      continue;
    }
    auto shown = std::make_shared<api::Cluster>(*cluster);
    const Reading reading = loop_ ? kept->second : read(*cluster);
    shown->status.node_summary = reading.nodes;
    shown->status.resource_summary = reading.resources;
    view_.push_back(std::move(shown));
  }
  return view_;
}

Routine CapacityView::refresh() {
  while (true) {
    readings_.clear();
    for (const auto& cluster : ports_.objects.clusters.list())
      readings_.emplace(cluster->metadata.name, read(*cluster));
    Round next{.rank = capacity_round, .name = {}, .period = *refresh_.every};
    auto pause = ports_.timers.until(std::move(next), next_);
    co_await pause;
  }
}

CapacityView::Reading CapacityView::read(const api::Cluster& cluster) const {
  // Nothing is known of a cluster before its first report.
  if (!cluster.status.resource_summary) return {};
  const Inventory inventory = ports_.members.inventory(cluster.metadata.name);
  Reading reading{summarize_nodes(inventory.nodes), summarize_resources(inventory)};
  if (models_) {
    reading.resources->allocatable_modelings =
        count_nodes(cluster.spec.resource_models, inventory.nodes);
  }
  return reading;
}

}  // namespace firedrill::policy::karmada
