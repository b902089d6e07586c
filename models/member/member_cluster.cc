#include "models/member/member_cluster.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "analysis/timeline/values.h"
#include "models/member/background.h"
#include "models/member/quota_usage.h"

namespace firedrill::models {
namespace {

/// Completions that a Job has to reach: its share of a divided one, or what its spec says, or else
/// as many as run in parallel.
std::int64_t completions_of(const api::Manifest& manifest) {
  if (manifest.completions) return *manifest.completions;
  const std::int64_t parallelism = manifest.replicas.value_or(1);
  if (!manifest.spec.present() || !manifest.spec.document().is_object()) return parallelism;
  const auto written = manifest.spec.document().find("completions");
  const bool counts = written != manifest.spec.document().end() && written->is_number_integer();
  return counts ? written->get<std::int64_t>() : parallelism;
}

}  // namespace

using policy::MemberOutcome;

MemberCluster::MemberCluster(const MemberSurroundings& surroundings, const MemberOptions& options)
    : surroundings_(surroundings),
      name_(options.name),
      quotas_(options.quotas),
      background_(options.background),
      epoch_(options.epoch),
      controller_(surroundings, options) {
  plain_pods_.shape = WorkloadShape::pods;
  if (background_) follow_background();
}

/// Load that is not ours is what it is from now on, until it changes.
void MemberCluster::follow_background() {
  const sim::Time now = surroundings_.engine.now();
  controller_.set_background(background_at(*background_, now, epoch_));
  const auto next = next_background_change(*background_, now, epoch_);
  if (!next) return;
  surroundings_.engine.at(*next, sim::Phase::world, [this] { follow_background(); });
}

const Resident* MemberCluster::find(const api::ResourceReference& workload) const {
  const auto found = by_name_.find(WorkloadKey(workload));
  return found == by_name_.end() ? nullptr : found->second;
}

Resident* MemberCluster::find(const api::ResourceReference& workload) {
  return const_cast<Resident*>(std::as_const(*this).find(workload));
}

const WorkloadModel& MemberCluster::model_of(const api::ResourceReference& workload,
                                             std::int64_t generation) const {
  if (const WorkloadModel* model = surroundings_.models.find(workload, generation)) return *model;
  return shape_of_kind(workload.kind) == WorkloadShape::pods ? plain_pods_ : plain_inert_;
}

Resident& MemberCluster::resident(const api::Manifest& manifest) {
  const api::ResourceReference& workload = manifest.resource;
  if (Resident* known = find(workload)) return *known;
  const WorkloadModel& model = model_of(workload, manifest.template_generation);
  std::string name = timeline::workload_name(workload);
  const bool several = !model.components.empty();
  PodRequest request = controller_.pods().nodes().compile(
      several ? model.components.front().requests : model.requests,
      several ? model.components.front().claim : model.claim);
  Resident& added = residents_.emplace_back(model, std::move(request), surroundings_.streams,
                                            "pod/" + name_ + "/" + name);
  added.workload = workload;
  added.name = name;
  controller_.adopt(added);
  by_name_.emplace(WorkloadKey(added.workload), &added);
  return added;
}

MemberOutcome MemberCluster::apply(const api::Manifest& manifest, bool overwrite) {
  if (!powered_) return MemberOutcome::unreachable;
  Resident& at = resident(manifest);
  if (at.object) {
    if (!at.object->managed && !overwrite) return MemberOutcome::unmanaged;
    update(at, manifest);
    return MemberOutcome::done;
  }
  at.workload = manifest.resource;
  at.object.emplace();
  (void)take_manifest(at, manifest);
  surroundings_.observer.manifest_delivered(controller_.place(at), ManifestAction::created);
  controller_.changed(at);
  controller_.object_created(at);
  return MemberOutcome::done;
}

void MemberCluster::update(Resident& at, const api::Manifest& manifest) {
  ResidentObject& object = *at.object;
  if (object.managed && object.manifest == manifest) return;
  const bool new_spec = object.manifest.replicas != manifest.replicas ||
                        object.manifest.completions != manifest.completions ||
                        object.manifest.spec != manifest.spec ||
                        object.manifest.template_generation != manifest.template_generation;
  object.managed = true;
  const bool new_model = take_manifest(at, manifest);
  if (new_spec) ++object.generation;
  surroundings_.observer.manifest_delivered(controller_.place(at), ManifestAction::updated);
  controller_.changed(at);
  if (new_spec) controller_.spec_changed(at, new_model);
}

/// The object is as the manifest says, and its pods behave as that generation of the template does.
/// Whether that is new.
bool MemberCluster::take_manifest(Resident& at, const api::Manifest& manifest) {
  at.object->manifest = manifest;
  if (at.model->management == PodManagement::to_completion)
    at.object->completions = completions_of(manifest);
  const WorkloadModel& model = model_of(manifest.resource, manifest.template_generation);
  if (&model == at.model) return false;
  controller_.model_changed(at, model);
  return true;
}

MemberOutcome MemberCluster::remove(const api::ResourceReference& workload) {
  if (!powered_) return MemberOutcome::unreachable;
  Resident* at = find(workload);
  if (at == nullptr || !at->object || !at->object->managed) return MemberOutcome::done;
  at->object.reset();
  surroundings_.observer.manifest_delivered(controller_.place(*at), ManifestAction::deleted);
  controller_.changed(*at);
  controller_.object_deleted(*at);
  return MemberOutcome::done;
}

MemberOutcome MemberCluster::release(const api::ResourceReference& workload) {
  if (!powered_) return MemberOutcome::unreachable;
  Resident* at = find(workload);
  if (at == nullptr || !at->object) return MemberOutcome::done;
  if (!at->object->managed) return MemberOutcome::unmanaged;
  at->object->managed = false;
  controller_.changed(*at);
  return MemberOutcome::done;
}

std::shared_ptr<const policy::MemberObject> MemberCluster::observe(
    const api::ResourceReference& workload) const {
  const Resident* at = find(workload);
  if (at == nullptr || !at->object || !at->object->managed) return nullptr;
  if (!at->snapshot) {
    at->snapshot = std::make_shared<const policy::MemberObject>(
        policy::MemberObject{.manifest = at->object->manifest,
                             .generation = at->object->generation,
                             .status = at->object->status});
  }
  return at->snapshot;
}

std::vector<api::ResourceReference> MemberCluster::managed() const {
  std::vector<api::ResourceReference> objects;
  for (const Resident& resident : residents_) {
    if (resident.object && resident.object->managed)
      objects.push_back(resident.object->manifest.resource);
  }
  return objects;
}

std::vector<api::ResourceReference> MemberCluster::objects() const {
  std::vector<api::ResourceReference> all;
  for (const Resident& resident : residents_) {
    if (resident.object) all.push_back(resident.object->manifest.resource);
  }
  return all;
}

policy::Inventory MemberCluster::inventory() const {
  const PodRunner& pods = controller_.pods();
  return {.nodes = pods.nodes().views(),
          .pending = pods.pending_requests(),
          .pending_pods = pods.pending(),
          .quotas = quota_views()};
}

std::vector<policy::QuotaView> MemberCluster::quota_views() const {
  std::vector<policy::QuotaView> views;
  for (const api::ResourceQuota& quota : quotas_) {
    policy::QuotaView& view = views.emplace_back();
    view.space = quota.metadata.space;
    view.spec = quota.spec;
    view.used = used_of(quota, residents_);
  }
  return views;
}

std::int64_t MemberCluster::unschedulable(const api::ResourceReference& workload,
                                          sim::Time since_before) const {
  const Resident* at = find(workload);
  if (at == nullptr) return 0;
  std::int64_t sum = controller_.pods().pending_since_before(*at, since_before);
  for (const WorkloadPods& part : at->parts)
    sum += controller_.pods().pending_since_before(part, since_before);
  return sum;
}

bool MemberCluster::holds(const api::ResourceReference& workload) const {
  const Resident* at = find(workload);
  return at != nullptr && at->object;
}

PodTotals MemberCluster::totals(const api::ResourceReference& workload) const {
  const Resident* at = find(workload);
  if (at == nullptr) return {};
  return {.running = at->all_running(), .ready = at->counted_ready(), .pending = at->all_pending()};
}

void MemberCluster::set_power(bool powered) {
  if (std::exchange(powered_, powered) == powered) return;
  if (powered) {
    controller_.power_on();
  } else {
    controller_.power_off();
  }
}

void MemberCluster::nodes_changed() {
  const NodePool& nodes = controller_.pods().nodes();
  surroundings_.observer.capacity_changed(name_, static_cast<std::int64_t>(nodes.size()),
                                          nodes.allocatable());
}

void MemberCluster::add_nodes(std::int64_t count) {
  controller_.pods().nodes().add_alike(count);
  nodes_changed();
  controller_.nodes_opened();
}

void MemberCluster::remove_last_nodes(std::int64_t count) {
  const NodeMoves moves = controller_.pods().nodes().remove_last(
      static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  nodes_changed();
  controller_.nodes_moved(moves);
}

void MemberCluster::set_nodes(const std::vector<MemberNode>& nodes) {
  const NodeMoves moves = controller_.pods().nodes().replace(nodes);
  nodes_changed();
  controller_.nodes_moved(moves);
}

void MemberCluster::cordon_first(std::int64_t count) {
  controller_.pods().nodes().cordon(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  controller_.nodes_opened();
}

bool MemberCluster::set_ready_cap(const api::ResourceReference& workload, std::int64_t cap) {
  Resident* at = find(workload);
  if (at == nullptr || !at->object) return false;
  controller_.set_ready_cap(*at, cap);
  return true;
}

bool MemberCluster::merge_status(const api::ResourceReference& workload,
                                 const api::Json& document) {
  Resident* at = find(workload);
  if (at == nullptr || !at->object || !document.present()) return false;
  controller_.merge_document(*at, document.document());
  return true;
}

}  // namespace firedrill::models
