#include "policy/karmada/controllers/graceful_eviction_controller.h"

#include <utility>

#include "policy/karmada/failover/graceful_eviction.h"

namespace firedrill::policy::karmada {

GracefulEvictionController::GracefulEvictionController(Ports& ports,
                                                       BindingScope scope,
                                                       const ControllerOptions& options,
                                                       Duration timeout,
                                                       ConflictRetry conflicts)
    : ports_(ports),
      timeout_(timeout),
      conflicts_(conflicts),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(
          ports.objects.bindings.watch([this, scope](const Change<api::ResourceBinding>& change) {
            if (!change.after || change.after->spec.graceful_eviction_tasks.empty()) return;
            const api::Key key = change.after->metadata.key();
            if (in_scope(scope, key)) controller_.enqueue(key, event_priority(change));
          })) {}

Task<Result> GracefulEvictionController::reconcile(api::Key key) {
  for (int attempts = 1;; ++attempts) {
    Outcome written = Outcome::done;
    auto trying = try_review(key, &written);
    const Result result = co_await trying;
    if (!conflicts_.again(attempts, written)) co_return result;
    co_await ports_.timers.sleep(ConflictRetry::pause(ports_.entropy));
  }
}

Task<Result> GracefulEvictionController::try_review(api::Key key, Outcome* outcome) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding || binding->metadata.deleting()) co_return Result::done();
  const EvictionReview review =
      review_evictions(*binding, timeout_, {ports_.clock.now(), ports_.clock.late_now()});
  if (review.changed) {
    for (const FinishedEviction& finished : review.finished) {
      ports_.recorder.task_ends(key, finished.cluster, to_string(finished.end));
    }
    auto writing = ports_.objects.bindings.patch(
        key,
        [&review](api::ResourceBinding& next) { next.spec.graceful_eviction_tasks = review.kept; },
        binding->metadata.resource_version);
    const auto written = co_await writing;
    *outcome = written.outcome;
    if (!written.done()) co_return Result::error();
  }
  const std::optional<Duration> wait = next_review(review.kept, timeout_, ports_.clock.now());
  co_return wait ? Result::requeue_after(*wait) : Result::done();
}

}  // namespace firedrill::policy::karmada
