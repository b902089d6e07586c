#include "policy/karmada/controllers/work_status_controller.h"

namespace firedrill::policy::karmada {

WorkStatusController::WorkStatusController(Ports& ports,
                                           const ControllerOptions& options,
                                           std::string only,
                                           const ResourceInterpreter& interpreter)
    : ports_(ports),
      only_(std::move(only)),
      interpreter_(interpreter),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(ports.members.watch(
          [this](const std::string& cluster, const api::ResourceReference& object) {
            if (serves(cluster))
              controller_.enqueue({api::execution_space(cluster), api::work_name(object)});
          })) {}

bool WorkStatusController::serves(const std::string& cluster) const {
  if (!only_.empty()) return cluster == only_;
  const auto found = ports_.objects.clusters.get({{}, cluster});
  return found && found->spec.sync_mode == api::sync_push;
}

Task<Result> WorkStatusController::reconcile(api::Key key) {
  const auto work = ports_.objects.works.get(key);
  if (!work || work->metadata.deleting()) co_return Result::done();
  const auto object = ports_.members.observe(work->cluster, work->spec.manifest.resource);
  // Gone from the member: the last status stays.
  if (!object) co_return Result::done();
  const api::ManifestStatus status{.status = object->status,
                                   .health = interpreter_.health(*object)};
  if (work->status.manifest == status) co_return Result::done();
  auto writing = ports_.objects.works.patch_status(
      key, [status](api::Work& next) { next.status.manifest = status; });
  const auto written = co_await writing;
  co_return written.done() || written.outcome == Outcome::not_found ? Result::done()
                                                                    : Result::error();
}

}  // namespace firedrill::policy::karmada
