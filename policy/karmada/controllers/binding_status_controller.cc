#include "policy/karmada/controllers/binding_status_controller.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policy/karmada/propagation/binding_name.h"
#include "policy/karmada/status/health.h"

namespace firedrill::policy::karmada {
namespace {

/// Whether the Works that are to stay all carry the binding's own resource. One that does not
/// spoils the whole status (pkg/util/helper/workstatus.go, assembleWorkStatus).
bool all_of_resource(const std::vector<std::shared_ptr<const api::Work>>& works,
                     const api::ResourceReference& resource) {
  const std::string name = api::work_name(resource);
  return std::ranges::all_of(works, [&name](const std::shared_ptr<const api::Work>& work) {
    return work->metadata.deleting() || work->metadata.name == name;
  });
}

}  // namespace

BindingStatusController::BindingStatusController(Ports& ports,
                                                 BindingScope scope,
                                                 const ControllerOptions& options)
    : ports_(ports),
      scope_(scope),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      binding_watch_(
          ports.objects.bindings.watch([this](const Change<api::ResourceBinding>& change) {
            if (change.before || change.after->spec.clusters.empty()) return;
            const api::Key key = change.after->metadata.key();
            if (in_scope(scope_, key)) controller_.enqueue(key, event_priority(change));
          })),
      work_watch_(ports.objects.works.watch(
          [this](const Change<api::Work>& change) { observe_work(change); })),
      template_watch_(
          ports.objects.templates.watch([this](const Change<api::ResourceTemplate>& change) {
            if (!change.before || !change.after) return;
            const api::Key key = change.after->metadata.key();
            if (in_scope(scope_, key)) controller_.enqueue(key, event_priority(change));
          })) {}

void BindingStatusController::observe_work(const Change<api::Work>& change) {
  if (!change.before || !in_scope(scope_, change.before->binding)) return;
  // A request to delete is no news: what the copy last reported stands until the Work is gone.
  if (!change.after || change.before->status != change.after->status) {
    controller_.enqueue(change.before->binding, event_priority(change));
  }
}

Task<Result> BindingStatusController::reconcile(api::Key key) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding) co_return Result::done();
  const auto works =
      ports_.objects.works.select(Index::binding, permanent_id(binding->metadata.labels, key));
  if (!all_of_resource(works, binding->spec.resource)) co_return Result::error();
  api::BindingStatus next = binding->status;
  next.aggregated_status = aggregate_status(works);
  const api::Condition applied =
      fully_applied_condition(binding->spec, next.aggregated_status, ports_.clock.now());
  api::set_condition(next.conditions, applied);
  if (next == binding->status) co_return Result::done();
  auto writing = ports_.objects.bindings.patch_status(
      key, [items = std::move(next.aggregated_status), applied](api::ResourceBinding& stored) {
        stored.status.aggregated_status = items;
        api::set_condition(stored.status.conditions, applied);
      });
  const auto written = co_await writing;
  co_return written.done() || written.outcome == Outcome::not_found ? Result::done()
                                                                    : Result::error();
}

}  // namespace firedrill::policy::karmada
