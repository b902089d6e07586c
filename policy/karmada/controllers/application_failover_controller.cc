#include "policy/karmada/controllers/application_failover_controller.h"

#include <utility>

namespace firedrill::policy::karmada {
namespace {

bool asks_for_failover(const api::ResourceBinding* binding) {
  return binding != nullptr && binding->spec.failover && binding->spec.failover->application;
}

}  // namespace

ApplicationFailoverController::ApplicationFailoverController(
    Ports& ports,
    BindingScope scope,
    const ControllerOptions& options,
    const ApplicationFailoverOptions& decision,
    const ResourceInterpreter& interpreter)
    : ports_(ports),
      decision_(decision),
      interpreter_(interpreter),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(
          ports.objects.bindings.watch([this, scope](const Change<api::ResourceBinding>& change) {
            if (!asks_for_failover(change.before.get()) && !asks_for_failover(change.after.get()))
              return;
            const api::Key key = change.any().metadata.key();
            if (in_scope(scope, key)) controller_.enqueue(key, event_priority(change));
          })) {}

Task<Result> ApplicationFailoverController::reconcile(api::Key key) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding || !watches_application(*binding, interpreter_)) {
    unhealthy_.erase(key);
    co_return Result::done();
  }
  ApplicationFailoverStep step = check_application(*binding, unhealthy_[key], decision_,
                                                   {ports_.clock.now(), ports_.clock.late_now()});
  unhealthy_[key] = step.since;
  if (step.problem) co_return Result::error();
  api::BindingSpec spec = binding->spec;
  if (step.spec) {
    spec = *step.spec;
    api::ResourceBinding next = *binding;
    next.spec = std::move(*step.spec);
    auto writing = ports_.objects.bindings.update(std::move(next));
    const auto written = co_await writing;
    if (!written.done()) co_return Result::error();
  }
  forget_recovered(unhealthy_[key], spec, binding->status);
  co_return Result::requeue_after(step.requeue);
}

}  // namespace firedrill::policy::karmada
