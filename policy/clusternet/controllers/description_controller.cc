#include "policy/clusternet/controllers/description_controller.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "policy/clusternet/deployment/descriptions.h"

namespace firedrill::policy::clusternet {
namespace {

using namespace std::chrono_literals;

/// client-go's DefaultBackoff, with which requests to a cluster are repeated before the key goes
/// back to the queue: four tries, 10, 50 and 250 ms apart.
constexpr int tries = 4;
constexpr Duration first_pause = 10ms;
constexpr int pause_factor = 5;

Duration pause_after(int tries_made) {
  Duration pause = first_pause;
  for (int i = 1; i < tries_made; ++i)
    pause *= pause_factor;
  return pause;
}

}  // namespace

DescriptionController::DescriptionController(Ports& ports,
                                             const ControllerOptions& options,
                                             std::optional<AgentDeployer> agent)
    : ports_(ports),
      agent_(std::move(agent)),
      controller_(ports, options, [this](api::Key key) { return reconcile(std::move(key)); }),
      watch_(ports.objects.descriptions.watch(
          [this](const Change<Description>& change) { observe(change); })) {}

void DescriptionController::observe(const Change<Description>& change) {
  if (!change.after) return;
  const Description& after = *change.after;
  if (agent_ && cluster_key(after.cluster).name != agent_->cluster) return;
  const bool same =
      change.before && !after.metadata.deleting() && change.before->manifests == after.manifests;
  if (!same) controller_.enqueue(after.metadata.key());
}

DescriptionController::Deployable DescriptionController::deployable(
    const Description& description) const {
  const auto cluster = ports_.objects.clusters.get(cluster_key(description.cluster));
  if (!cluster) return Deployable::unknown;
  if (agent_) {
    return deployable_by_agent(cluster->spec.sync_mode, agent_->app_pusher) ? Deployable::yes
                                                                            : Deployable::no;
  }
  if (cluster->spec.sync_mode == sync_mode_pull) return Deployable::no;
  if (!cluster->status.app_pusher) return Deployable::unknown;
  return *cluster->status.app_pusher ? Deployable::yes : Deployable::no;
}

Task<Result> DescriptionController::reconcile(api::Key key) {
  const auto description = ports_.objects.descriptions.get(key);
  if (!description) co_return Result::done();
  const bool deleting = description->metadata.deleting();
  if (deleting && !agent_) {
    const auto cluster = ports_.objects.clusters.get(cluster_key(description->cluster));
    if (is_lost(cluster.get())) {
      auto freeing = free(key);
      const Result result = co_await freeing;
      co_return result;
    }
  }
  switch (deployable(*description)) {
    case Deployable::no:
      co_return Result::done();
    case Deployable::unknown:
      co_return Result::error();
    case Deployable::yes:
      break;
  }
  auto task = deleting ? offload(description) : apply(description);
  const Result result = co_await task;
  co_return result;
}

Task<Result> DescriptionController::apply(std::shared_ptr<const Description> description) {
  const std::string cluster = cluster_key(description->cluster).name;
  bool all = true;
  for (const api::Manifest& manifest : description->manifests) {
    auto applying = apply_object(cluster, manifest);
    const bool applied = co_await applying;
    all = all && applied;
  }
  DescriptionStatus status{.phase = std::string(all ? phase_success : phase_failure),
                           .reason = all ? "" : "not all objects could be applied"};
  if (!(status == description->status)) {
    auto writing = ports_.objects.descriptions.patch_status(
        description->metadata.key(),
        [status = std::move(status)](Description& next) { next.status = status; });
    const auto written = co_await writing;
    if (!written.done() && written.outcome != Outcome::not_found) all = false;
  }
  co_return all ? Result::done() : Result::error();
}

Task<Result> DescriptionController::offload(std::shared_ptr<const Description> description) {
  const std::string cluster = cluster_key(description->cluster).name;
  bool all = true;
  for (const api::Manifest& manifest : description->manifests) {
    auto removing = remove_object(cluster, manifest.resource);
    const bool removed = co_await removing;
    all = all && removed;
  }
  if (!all) co_return Result::error();
  auto freeing = free(description->metadata.key());
  const Result result = co_await freeing;
  co_return result;
}

Task<Result> DescriptionController::free(api::Key key) {
  auto freeing = ports_.objects.descriptions.patch(
      key, [](Description& next) { std::erase(next.metadata.finalizers, app_finalizer); });
  const auto freed = co_await freeing;
  co_return freed.done() || freed.outcome == Outcome::not_found ? Result::done() : Result::error();
}

Task<bool> DescriptionController::apply_object(std::string cluster, api::Manifest manifest) {
  for (int tried = 1;; ++tried) {
    // What stands there under that name is taken over: this is how orphans are adopted.
    auto applying = ports_.members.apply(cluster, manifest, true);
    const MemberOutcome outcome = co_await applying;
    if (outcome == MemberOutcome::done) co_return true;
    if (tried == tries) co_return false;
    co_await ports_.timers.sleep(pause_after(tried));
  }
}

Task<bool> DescriptionController::remove_object(std::string cluster,
                                                api::ResourceReference object) {
  for (int tried = 1;; ++tried) {
    auto removing = ports_.members.remove(cluster, object);
    const MemberOutcome outcome = co_await removing;
    if (outcome == MemberOutcome::done) co_return true;
    if (tried == tries) co_return false;
    co_await ports_.timers.sleep(pause_after(tried));
  }
}

}  // namespace firedrill::policy::clusternet
