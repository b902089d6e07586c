#include "policy/clusternet/controllers/feed_inventory_controller.h"

#include <algorithm>
#include <utility>

#include "policy/clusternet/deployment/feed_order.h"

namespace firedrill::policy::clusternet {

FeedInventoryController::FeedInventoryController(Ports& ports, const ControllerOptions& options)
    : ports_(ports),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      subscription_watch_(
          ports.objects.subscriptions.watch([this](const Change<Subscription>& change) {
            if (change.before && change.after && change.before->spec == change.after->spec) return;
            controller_.enqueue(change.any().metadata.key());
          })),
      template_watch_(
          ports.objects.templates.watch([this](const Change<api::ResourceTemplate>& change) {
            observe_template(change.any().metadata.key());
          })) {}

void FeedInventoryController::observe_template(const api::Key& key) {
  for (const auto& subscription : ports_.objects.subscriptions.list()) {
    const bool fed = std::ranges::find(subscription->spec.feeds, key, &template_key) !=
                     subscription->spec.feeds.end();
    if (fed) controller_.enqueue(subscription->metadata.key());
  }
}

Task<Result> FeedInventoryController::reconcile(api::Key key) {
  const auto subscription = ports_.objects.subscriptions.get(key);
  if (!subscription || subscription->metadata.deleting() || !subscription->spec.dividing()) {
    auto removing = remove(key);
    const Result result = co_await removing;
    co_return result;
  }
  FeedInventory desired;
  desired.metadata.space = key.space;
  desired.metadata.name = key.name;
  for (const Feed& feed : subscription->spec.feeds) {
    const auto resource = ports_.objects.templates.get(template_key(feed));
    // The template's own event brings the subscription back.
    if (!resource) co_return Result::done();
    desired.feeds.push_back(feed_order(feed, *resource));
  }
  const auto existing = ports_.objects.inventories.get(key);
  if (!existing) {
    auto creating = ports_.objects.inventories.create(std::move(desired));
    const auto created = co_await creating;
    co_return created.done() ? Result::done() : Result::error();
  }
  if (existing->feeds == desired.feeds) co_return Result::done();
  auto updating = ports_.objects.inventories.patch(
      key, [feeds = std::move(desired.feeds)](FeedInventory& next) { next.feeds = feeds; });
  const auto updated = co_await updating;
  co_return updated.done() ? Result::done() : Result::error();
}

Task<Result> FeedInventoryController::remove(api::Key key) {
  if (!ports_.objects.inventories.get(key)) co_return Result::done();
  auto removing = ports_.objects.inventories.remove(key);
  const auto removed = co_await removing;
  co_return removed.done() || removed.outcome == Outcome::not_found ? Result::done()
                                                                    : Result::error();
}

}  // namespace firedrill::policy::clusternet
