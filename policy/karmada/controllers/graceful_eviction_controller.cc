#include "policy/karmada/controllers/graceful_eviction_controller.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "policy/karmada/failover/graceful_eviction.h"

namespace firedrill::policy::karmada {

GracefulEvictionController::GracefulEvictionController(Ports& ports,
                                                       BindingScope scope,
                                                       const GracefulEvictionOptions& options)
    : ports_(ports),
      options_(options),
      controller_(
          ports, options_.controller, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(
          ports.objects.bindings.watch([this, scope](const Change<api::ResourceBinding>& change) {
            if (!change.after || change.after->spec.graceful_eviction_tasks.empty()) return;
            if (options_.after_scheduler && change.after->metadata.generation !=
                                                change.after->status.scheduler_observed_generation)
              return;
            const api::Key key = change.after->metadata.key();
            if (in_scope(scope, key)) controller_.enqueue(key, event_priority(change));
          })) {}

Task<Result> GracefulEvictionController::reconcile(api::Key key) {
  for (int attempts = 1;; ++attempts) {
    Outcome written = Outcome::done;
    auto trying = try_review(key, &written);
    const Result result = co_await trying;
    if (!options_.conflicts.again(attempts, written)) co_return result;
    co_await ports_.timers.sleep(ConflictRetry::pause(ports_.entropy));
  }
}

Task<Result> GracefulEvictionController::try_review(api::Key key, Outcome* outcome) {
  const auto binding = ports_.objects.bindings.get(key);
  if (!binding || binding->metadata.deleting()) co_return Result::done();
  const EvictionReview review =
      review_evictions(*binding, options_.timeout, {ports_.clock.now(), ports_.clock.late_now()},
                       {.health_needs_scheduler = !options_.after_scheduler});
  if (review.changed) {
    for (const FinishedEviction& finished : review.finished) {
      ports_.recorder.task_ends(key, finished.cluster, to_string(finished.end));
    }
    const std::optional<std::int64_t> version =
        options_.locked ? std::optional(binding->metadata.resource_version) : std::nullopt;
    auto writing = ports_.objects.bindings.patch(
        key,
        [&review](api::ResourceBinding& next) { next.spec.graceful_eviction_tasks = review.kept; },
        version);
    const auto written = co_await writing;
    *outcome = written.outcome;
    if (!written.done()) co_return Result::error();
  }
  const std::optional<Duration> wait =
      next_review(review.kept, options_.timeout, ports_.clock.now());
  co_return wait ? Result::requeue_after(*wait) : Result::done();
}

}  // namespace firedrill::policy::karmada
