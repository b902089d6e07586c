#include "policy/clusternet/controllers/base_controller.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "policy/clusternet/deployment/descriptions.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;

/// How often a pruning that failed is tried again; hard-coded upstream.
constexpr Duration retry_period = 5s;

api::Key base_key(const std::string& space, const api::Key& subscription) {
  return {space, base_name(subscription)};
}

}  // namespace

BaseController::BaseController(Ports& ports, const ControllerOptions& options)
    : ports_(ports),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      base_watch_(
          ports.objects.bases.watch([this](const Change<Base>& change) { observe_base(change); })),
      localization_watch_(
          ports.objects.localizations.watch([this](const Change<Localization>& change) {
            const Localization& any = change.any();
            controller_.enqueue(base_key(any.metadata.space, any.subscription));
          })),
      description_watch_(
          ports.objects.descriptions.watch([this](const Change<Description>& change) {
            if (change.after) return;
            controller_.enqueue({change.before->metadata.space, change.before->base});
          })),
      template_watch_(
          ports.objects.templates.watch([this](const Change<api::ResourceTemplate>& change) {
            if (change.after) observe_template(change.after->metadata.key());
          })) {}

void BaseController::observe_base(const Change<Base>& change) {
  if (!change.after) return;
  const bool same = change.before && !change.after->metadata.deleting() &&
                    change.before->feeds == change.after->feeds;
  if (!same) controller_.enqueue(change.after->metadata.key());
}

void BaseController::observe_template(const api::Key& key) {
  for (const auto& base : ports_.objects.bases.list()) {
    if (std::ranges::find(base->feeds, key, &template_key) != base->feeds.end())
      controller_.enqueue(base->metadata.key());
  }
}

Task<Result> BaseController::reconcile(api::Key key) {
  const auto base = ports_.objects.bases.get(key);
  if (!base) co_return Result::done();
  if (base->metadata.deleting()) {
    auto deleting = reconcile_deletion(base);
    const Result result = co_await deleting;
    co_return result;
  }
  std::optional<Description> desired = desired_description(
      *base, [this](const api::Key& at) { return ports_.objects.templates.get(at); },
      [this](const api::Key& at) { return ports_.objects.localizations.get(at); });
  if (!desired) co_return Result::error();
  auto writing = write(std::move(*desired));
  const Result result = co_await writing;
  co_return result;
}

Task<Result> BaseController::reconcile_deletion(std::shared_ptr<const Base> base) {
  const api::Key at{base->metadata.space, description_name(base->subscription)};
  if (const auto description = ports_.objects.descriptions.get(at)) {
    if (!description->metadata.deleting()) {
      auto removing = ports_.objects.descriptions.remove(at);
      (void)co_await removing;
    }
    // Waits for it to be gone, whose event comes earlier than the back-off as a rule.
    co_return Result::error();
  }
  auto freeing = ports_.objects.bases.patch(base->metadata.key(), [](Base& next) {
    std::erase(next.metadata.finalizers, app_finalizer);
  });
  const auto freed = co_await freeing;
  co_return freed.done() || freed.outcome == Outcome::not_found ? Result::done() : Result::error();
}

Task<Result> BaseController::write(Description desired) {
  const api::Key key = desired.metadata.key();
  const auto current = ports_.objects.descriptions.get(key);
  if (!current) {
    auto creating = ports_.objects.descriptions.create(std::move(desired));
    const auto created = co_await creating;
    co_return created.done() ? Result::done() : Result::error();
  }
  if (current->metadata.deleting()) co_return Result::error();
  if (current->manifests == desired.manifests) co_return Result::done();
  prune(*current, desired);
  auto updating = ports_.objects.descriptions.patch(
      key, [manifests = std::move(desired.manifests)](Description& next) {
        next.manifests = manifests;
      });
  const auto updated = co_await updating;
  co_return updated.done() ? Result::done() : Result::error();
}

void BaseController::prune(const Description& current, const Description& desired) {
  std::erase_if(pruning_, [](const Routine& routine) { return routine.done(); });
  std::vector<api::ResourceReference> objects = pruned_objects(current, desired);
  if (objects.empty()) return;
  pruning_.push_back(pruning(cluster_key(current.cluster).name, std::move(objects)).start());
}

Routine BaseController::pruning(std::string cluster, std::vector<api::ResourceReference> objects) {
  while (true) {
    bool all = true;
    for (const api::ResourceReference& object : objects) {
      auto removing = ports_.members.remove(cluster, object);
      const MemberOutcome outcome = co_await removing;
      all = all && outcome == MemberOutcome::done;
    }
    if (all) co_return;
    co_await ports_.timers.sleep(retry_period);
  }
}

}  // namespace firedrill::policy::clusternet
