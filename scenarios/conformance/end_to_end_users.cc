#include "scenarios/conformance/end_to_end_users.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "analysis/timeline/values.h"
#include "policy/api/diagnostic.h"
#include "policy/api/json_reader.h"
#include "policy/api/json_writer.h"
#include "policy/karmada/propagation/binding_name.h"

namespace firedrill::scenarios {
namespace {

using nlohmann::json;

/// What the rival changes: something that no controller looks at.
constexpr const char* rival_annotation = "conformance.firedrill/rival";

sim::Time time_at(const json& seconds) {
  return sim::start_time + std::chrono::milliseconds(std::llround(seconds.get<double>() * 1000));
}

api::GracefulEvictionTask merged(const api::GracefulEvictionTask& task, const json& changes) {
  json document;
  api::write_json(task, document);
  document.merge_patch(changes);
  api::GracefulEvictionTask next;
  api::Diagnostics problems;
  api::ReadContext context(problems, api::UnknownKeys::ignore);
  api::read_json(document, next, context);
  return next;
}

void add_task(api::ResourceBinding& binding, const json& task) {
  const api::GracefulEvictionTask added = merged({}, task);
  std::erase_if(binding.spec.clusters, [&added](const api::TargetCluster& target) {
    return target.name == added.from_cluster;
  });
  binding.spec.graceful_eviction_tasks.push_back(added);
}

void edit_task(api::ResourceBinding& binding, const json& changes) {
  for (api::GracefulEvictionTask& task : binding.spec.graceful_eviction_tasks) {
    if (task.from_cluster == changes.at("fromCluster")) task = merged(task, changes);
  }
}

void remove_task(api::ResourceBinding& binding, const std::string& cluster) {
  std::erase_if(
      binding.spec.graceful_eviction_tasks,
      [&cluster](const api::GracefulEvictionTask& task) { return task.from_cluster == cluster; });
}

api::Key binding_of(const json& file, const std::string& workload) {
  for (const json& value : file.at("workloads")) {
    if (value.at("name") != workload) continue;
    return policy::karmada::binding_key(value.value("kind", "Deployment"),
                                        value.at("namespace").get<std::string>(), workload);
  }
  return {};
}

json clusters_json(const std::vector<api::BindingSnapshot>& required_by) {
  json value = json::object();
  for (const api::BindingSnapshot& snapshot : required_by)
    value[snapshot.name] = timeline::replicas_by_cluster(snapshot.clusters);
  return value;
}

}  // namespace

double recorded_seconds(sim::Time time) {
  const auto elapsed = std::chrono::round<std::chrono::milliseconds>(time - sim::start_time);
  return static_cast<double>(elapsed.count()) / 1000;
}

bool is_user_action(const json& entry) {
  return entry.contains("addEvictionTask") || entry.contains("editEvictionTask") ||
         entry.contains("removeEvictionTask") || entry.contains("writeConflictsUntil");
}

RecordedUser::RecordedUser(const json& file, models::World& world)
    : world_(world), server_(models::karmada::api_server(world.control_plane())) {
  for (const json& entry : file.at("schedule")) {
    if (is_user_action(entry))
      put_on(entry, binding_of(file, entry.at("workload").get<std::string>()));
  }
  // The recordings were made without webhooks: what the controller manager creates has no id.
  server_.bindings.set_admission(
      [&server = server_](const api::ResourceBinding* before, api::ResourceBinding& next) {
        if (before == nullptr && server.writer() == "controller-manager")
          next.metadata.labels.emplace(policy::karmada::permanent_id_label, "");
        return true;
      });
  if (rivalries_.empty()) return;
  server_.bindings.set_before_update([this](const api::Key& key) { write_first(key); });
}

RecordedUser::~RecordedUser() {
  server_.bindings.set_before_update({});
  server_.bindings.set_admission({});
}

void RecordedUser::put_on(const json& entry, const api::Key& binding) {
  if (entry.contains("writeConflictsUntil")) {
    rivalries_.push_back(
        {binding, time_at(entry.at("at")), time_at(entry.at("writeConflictsUntil"))});
    return;
  }
  world_.engine().at(time_at(entry.at("at")), sim::Phase::world, [this, &entry, binding] {
    (void)server_.bindings.patch(binding, [&entry](api::ResourceBinding& next) {
      if (entry.contains("addEvictionTask")) {
        add_task(next, entry.at("addEvictionTask"));
      } else if (entry.contains("editEvictionTask")) {
        edit_task(next, entry.at("editEvictionTask"));
      } else {
        remove_task(next, entry.at("removeEvictionTask").get<std::string>());
      }
    });
  });
}

void RecordedUser::write_first(const api::Key& binding) {
  const sim::Time now = world_.engine().now();
  const bool rivals = std::ranges::any_of(rivalries_, [&](const Rivalry& rivalry) {
    return rivalry.binding == binding && rivalry.from <= now && now < rivalry.until;
  });
  if (!rivals || server_.writer() != "controller-manager") return;
  const auto stored = server_.bindings.find(binding);
  if (!stored) return;
  conflicts_.push_back({{"t", recorded_seconds(now)},
                        {"kind", "WriteConflict"},
                        {"binding", stored->spec.resource.name}});
  const models::Writer writer(server_, "user");
  (void)server_.bindings.patch(binding, [this](api::ResourceBinding& next) {
    next.metadata.annotations[rival_annotation] = std::to_string(conflicts_.size());
  });
}

RecordedNotes::RecordedNotes(models::World& world)
    : world_(world), server_(models::karmada::api_server(world.control_plane())) {
  server_.bindings.add_watcher(*this);
  server_.works.add_watcher(*this);
}

RecordedNotes::~RecordedNotes() {
  server_.bindings.remove_watcher(*this);
  server_.works.remove_watcher(*this);
}

json RecordedNotes::note(const char* kind, const std::string& binding) const {
  return {{"t", recorded_seconds(std::as_const(world_).engine().now())},
          {"kind", kind},
          {"binding", binding}};
}

void RecordedNotes::changed(const models::Change<api::ResourceBinding>& change) {
  static const api::ResourceBinding nothing;
  const std::string& name = change.any().spec.resource.name;
  const api::ResourceBinding& before = change.before ? *change.before : nothing;
  if (!change.after) {
    if (!before.metadata.deleting()) events_.push_back(note("BindingDeleting", name));
    events_.push_back(note("BindingDeleted", name));
    return;
  }
  const api::ResourceBinding& after = *change.after;
  if (!before.metadata.deleting() && after.metadata.deleting())
    events_.push_back(note("BindingDeleting", name));
  if (before.spec.reschedule_triggered_at != after.spec.reschedule_triggered_at)
    events_.push_back(note("RescheduleTriggered", name));
  if (before.spec.required_by != after.spec.required_by) {
    events_.push_back(note("RequiredByChanged", name));
    events_.back()["requiredBy"] = clusters_json(after.spec.required_by);
  }
}

void RecordedNotes::changed(const models::Change<api::Work>& change) {
  if (!change.after) return;
  const api::Work& after = *change.after;
  const bool suspended = after.spec.suspend_dispatching;
  if (change.before && change.before->spec.suspend_dispatching == suspended) return;
  if (!change.before && !suspended) return;
  json event = note("WorkSuspensionChanged", after.spec.manifest.resource.name);
  event["cluster"] = after.cluster;
  event["suspended"] = suspended;
  if (change.before) {
    events_.push_back(std::move(event));
  } else {
    event["kind"] = "WorkCreated";
    suspended_.push_back(std::move(event));
  }
}

}  // namespace firedrill::scenarios
