#include "policy/karmada/controllers/binding_controller.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "policy/karmada/propagation/binding_name.h"
#include "policy/karmada/propagation/works.h"

namespace firedrill::policy::karmada {
namespace {

using namespace std::chrono_literals;

/// How often the end of a copy that is purged Directly is looked for; hard-coded upstream.
constexpr Duration direct_purge_poll = 5s;

/// spec.completions of a Job's template; absent for everything else.
std::optional<api::Replicas> template_completions(const api::ResourceTemplate& resource) {
  if (resource.kind != "Job" || !resource.spec.present() || !resource.spec.document().is_object())
    return {};
  const auto found = resource.spec.document().find("completions");
  if (found == resource.spec.document().end() || !found->is_number_integer()) return {};
  return found->get<api::Replicas>();
}

}  // namespace

BindingController::BindingController(Ports& ports,
                                     BindingScope scope,
                                     const BindingControllerOptions& options,
                                     const ResourceInterpreter& interpreter)
    : ports_(ports),
      options_(options),
      interpreter_(interpreter),
      controller_(
          ports, options_.controller, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(
          ports.objects.bindings.watch([this, scope](const Change<api::ResourceBinding>& change) {
            if (!change.after) return;
            if (change.before &&
                change.before->metadata.generation == change.after->metadata.generation)
              return;
            const api::Key key = change.after->metadata.key();
            if (in_scope(scope, key)) controller_.enqueue(key, event_priority(change));
          })) {}

BindingController::Works BindingController::works_of(const api::ResourceBinding& binding) const {
  const std::string id = permanent_id(binding.metadata.labels, binding.metadata.key());
  return ports_.objects.works.select(Index::binding, id);
}

Task<Result> BindingController::reconcile(api::Key key) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding) co_return Result::done();
  if (binding->metadata.deleting()) {
    auto task = reconcile_deletion(binding);
    const Result result = co_await task;
    co_return result;
  }
  Works works = works_of(*binding);
  auto removing = remove_works(orphan_works(binding->spec, works));
  const bool removed = co_await removing;
  if (!removed) co_return Result::error();
  if (waits_for_direct_purge(binding->spec, works_of(*binding)))
    co_return Result::requeue_after(direct_purge_poll);
  const auto resource = ports_.objects.templates.get(key);
  if (!resource) co_return Result::done();
  auto writing = write_works(binding, resource);
  const bool written = co_await writing;
  if (!written) co_return Result::error();
  ports_.recorder.works_synced(key, binding->metadata.generation);
  co_return Result::done();
}

Task<Result> BindingController::reconcile_deletion(
    std::shared_ptr<const api::ResourceBinding> binding) {
  auto removing = remove_works(works_of(*binding));
  const bool removed = co_await removing;
  if (!removed) co_return Result::error();
  auto freeing = ports_.objects.bindings.patch(
      binding->metadata.key(),
      [](api::ResourceBinding& next) { std::erase(next.metadata.finalizers, binding_finalizer); });
  const auto freed = co_await freeing;
  co_return freed.done() || freed.outcome == Outcome::not_found ? Result::done() : Result::error();
}

Task<bool> BindingController::remove_works(Works works) {
  bool all = true;
  for (const auto& work : works) {
    if (work->metadata.deleting()) continue;
    auto removing = ports_.objects.works.remove(work->metadata.key());
    const auto removed = co_await removing;
    all = all && (removed.done() || removed.outcome == Outcome::not_found);
  }
  co_return all;
}

Task<bool> BindingController::write_works(std::shared_ptr<const api::ResourceBinding> binding,
                                          std::shared_ptr<const api::ResourceTemplate> resource) {
  bool all = true;
  const bool revised = interpreter_.revises_replicas(resource->api_version, resource->kind);
  for (const CopyTarget& target : copy_targets(binding->spec, template_completions(*resource),
                                               options_.inject_state, options_.division)) {
    auto writing = write_work(desired_work(*binding, *resource, target, revised));
    const bool written = co_await writing;
    all = all && written;
  }
  co_return all;
}

Task<bool> BindingController::write_work(api::Work desired) {
  const api::Key key = desired.metadata.key();
  const auto existing = ports_.objects.works.get(key);
  if (!existing) {
    auto creating = ports_.objects.works.create(std::move(desired));
    const auto created = co_await creating;
    co_return created.done();
  }
  // A Work on its way out cannot be taken back: the attempt fails until it is gone.
  if (existing->metadata.deleting()) co_return false;
  if (existing->spec == desired.spec) co_return true;
  auto updating = ports_.objects.works.patch(
      key, [spec = std::move(desired.spec)](api::Work& next) { next.spec = spec; });
  const auto updated = co_await updating;
  co_return updated.done();
}

}  // namespace firedrill::policy::karmada
