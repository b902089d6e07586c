#include "policy/clusternet/controllers/subscription_controller.h"

#include <algorithm>
#include <set>
#include <utility>

#include "policy/clusternet/deployment/descriptions.h"

namespace firedrill::policy::clusternet {
namespace {

bool kept_by(const api::ObjectMeta& metadata) {
  return std::ranges::find(metadata.finalizers, app_finalizer) != metadata.finalizers.end();
}

/// How objects are indexed by their subscription.
std::string index_value(const api::Key& subscription) {
  return subscription.space + "/" + subscription.name;
}

/// The object is as it was asked for, or it is no more.
template <class Object>
bool settled(const Written<Object>& written) {
  return written.done() || written.outcome == Outcome::not_found;
}

}  // namespace

SubscriptionController::SubscriptionController(Ports& ports, const ControllerOptions& options)
    : ports_(ports),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      subscription_watch_(ports.objects.subscriptions.watch(
          [this](const Change<Subscription>& change) { observe(change); })),
      base_watch_(ports.objects.bases.watch([this](const Change<Base>& change) {
        if (!change.after) controller_.enqueue(change.before->subscription);
      })) {}

void SubscriptionController::observe(const Change<Subscription>& change) {
  if (!change.after) return;
  const bool rebound = !change.before || change.after->metadata.deleting() ||
                       !(change.before->status.targets == change.after->status.targets) ||
                       change.before->status.scheduled_spec != change.after->status.scheduled_spec;
  if (rebound) controller_.enqueue(change.after->metadata.key());
}

SubscriptionController::Bases SubscriptionController::bases_of(const api::Key& subscription) const {
  return ports_.objects.bases.select(Index::subscription, index_value(subscription));
}

Task<Result> SubscriptionController::reconcile(api::Key key) {
  const auto subscription = ports_.objects.subscriptions.get(key);
  if (!subscription) co_return Result::done();
  if (subscription->metadata.deleting()) {
    auto deleting = reconcile_deletion(subscription);
    const Result result = co_await deleting;
    co_return result;
  }
  if (!kept_by(subscription->metadata)) {
    auto keeping = ports_.objects.subscriptions.patch(key, [](Subscription& next) {
      if (!kept_by(next.metadata)) next.metadata.finalizers.emplace_back(app_finalizer);
    });
    const auto kept = co_await keeping;
    if (!kept.done())
      co_return kept.outcome == Outcome::not_found ? Result::done() : Result::error();
  }
  const Bases before = bases_of(key);
  std::set<std::string> spaces;
  bool all = true;
  for (std::size_t i = 0; i < subscription->status.targets.binding_clusters.size(); ++i) {
    const std::string& identity = subscription->status.targets.binding_clusters[i];
    // The namespace goes with its cluster; what is in a missing one is left alone.
    if (!ports_.objects.clusters.get(cluster_key(identity))) continue;
    spaces.insert(space_of(identity));
    auto binding = bind(subscription, i);
    const bool bound = co_await binding;
    all = all && bound;
  }
  for (const auto& base : before) {
    if (spaces.contains(base->metadata.space)) continue;
    auto removing = remove_base(base->metadata.key());
    const bool removed = co_await removing;
    auto tidying = remove_localizations(key, base->metadata.space, {});
    const bool tidied = co_await tidying;
    all = all && removed && tidied;
  }
  co_return all ? Result::done() : Result::error();
}

Task<Result> SubscriptionController::reconcile_deletion(
    std::shared_ptr<const Subscription> subscription) {
  const api::Key key = subscription->metadata.key();
  const Bases bases = bases_of(key);
  for (const auto& base : bases) {
    auto removing = remove_base(base->metadata.key());
    (void)co_await removing;
    auto tidying = remove_localizations(key, base->metadata.space, {});
    (void)co_await tidying;
  }
  if (!bases.empty()) co_return Result::error();
  auto freeing = ports_.objects.subscriptions.patch(
      key, [](Subscription& next) { std::erase(next.metadata.finalizers, app_finalizer); });
  const auto freed = co_await freeing;
  co_return settled(freed) ? Result::done() : Result::error();
}

Task<bool> SubscriptionController::bind(std::shared_ptr<const Subscription> subscription,
                                        std::size_t index) {
  // The reference writes the Base first, and its Description may be made before the Localizations
  // are there: a race, decided here for the replicas that were scheduled.
  auto localizing = write_localizations(subscription, index);
  const bool localized = co_await localizing;
  const std::string& identity = subscription->status.targets.binding_clusters[index];
  auto writing = write_base(desired_base(*subscription, identity));
  const bool written = co_await writing;
  co_return localized&& written;
}

Task<bool> SubscriptionController::write_base(Base desired) {
  const api::Key key = desired.metadata.key();
  const auto existing = ports_.objects.bases.get(key);
  if (!existing) {
    auto creating = ports_.objects.bases.create(std::move(desired));
    const auto created = co_await creating;
    co_return created.done();
  }
  // One on its way out cannot be taken back: the attempt fails until it is gone.
  if (existing->metadata.deleting()) co_return false;
  if (existing->feeds == desired.feeds) co_return true;
  auto updating = ports_.objects.bases.patch(
      key, [feeds = std::move(desired.feeds)](Base& next) { next.feeds = feeds; });
  const auto updated = co_await updating;
  co_return updated.done();
}

Task<bool> SubscriptionController::write_localizations(
    std::shared_ptr<const Subscription> subscription, std::size_t index) {
  const api::Key key = subscription->metadata.key();
  DesiredLocalizations desired;
  if (subscription->spec.dividing()) {
    const auto inventory = ports_.objects.inventories.get(key);
    if (!inventory) co_return false;
    desired = desired_localizations(*subscription, *inventory, index);
  }
  bool all = !desired.short_list;
  std::vector<std::string> names;
  for (const Localization& localization : desired.list) {
    names.push_back(localization.metadata.name);
    const api::Key at = localization.metadata.key();
    const auto existing = ports_.objects.localizations.get(at);
    if (existing && existing->replicas == localization.replicas) continue;
    auto writing = existing ? ports_.objects.localizations.patch(
                                  at, [replicas = localization.replicas](
                                          Localization& next) { next.replicas = replicas; })
                            : ports_.objects.localizations.create(localization);
    const auto written = co_await writing;
    all = all && written.done();
  }
  const std::string& identity = subscription->status.targets.binding_clusters[index];
  auto tidying = remove_localizations(key, space_of(identity), std::move(names));
  const bool tidied = co_await tidying;
  co_return all&& tidied;
}

Task<bool> SubscriptionController::remove_localizations(api::Key subscription,
                                                        std::string space,
                                                        std::vector<std::string> kept) {
  bool all = true;
  for (const auto& localization :
       ports_.objects.localizations.select(Index::subscription, index_value(subscription))) {
    const api::ObjectMeta& metadata = localization->metadata;
    if (metadata.space != space || std::ranges::find(kept, metadata.name) != kept.end()) continue;
    auto removing = ports_.objects.localizations.remove(metadata.key());
    const auto removed = co_await removing;
    all = all && settled(removed);
  }
  co_return all;
}

Task<bool> SubscriptionController::remove_base(api::Key key) {
  const auto base = ports_.objects.bases.get(key);
  if (!base || base->metadata.deleting()) co_return true;
  auto removing = ports_.objects.bases.remove(key);
  const auto removed = co_await removing;
  co_return settled(removed);
}

}  // namespace firedrill::policy::clusternet
