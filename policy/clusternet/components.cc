#include "policy/clusternet/components.h"

#include <optional>
#include <string_view>
#include <utility>

#include "policy/clusternet/agent/member_lease.h"
#include "policy/clusternet/agent/status_reporter.h"
#include "policy/clusternet/controllers/base_controller.h"
#include "policy/clusternet/controllers/cluster_lifecycle_controller.h"
#include "policy/clusternet/controllers/description_controller.h"
#include "policy/clusternet/controllers/feed_inventory_controller.h"
#include "policy/clusternet/controllers/subscription_controller.h"
#include "policy/clusternet/scheduler/scheduler.h"

namespace firedrill::policy::clusternet {
namespace {

/// client-go's work queue, with as many workers as the controller's own setting says, else as many
/// as the flag threadiness.
ControllerOptions controller_options(std::string_view name,
                                     const ControllerSettings& own,
                                     const Options& options) {
  return {.name = std::string(name),
          .workers = own.workers.value_or(options.controller_manager.threadiness),
          .priority_queue = false,
          .limiter = {}};
}

/// The order of the members is that in which they start, and so in which they hear of changes.
class ControllerManager final : public Component {
 public:
  ControllerManager(Ports& ports, const Options& options)
      : lifecycle_(ports,
                   controller_options(
                       cluster_lifecycle_name, options.components.cluster_lifecycle, options),
                   options.gates.cluster_init) {
    const ComponentSettings& own = options.components;
    // In the reference the inventories are part of the deployer.
    if (!options.gates.deployer) return;
    if (options.gates.feed_inventory) {
      inventories_.emplace(ports,
                           controller_options(feed_inventory_name, own.feed_inventory, options));
    }
    subscriptions_.emplace(ports, controller_options(subscription_name, own.subscription, options));
    bases_.emplace(ports, controller_options(base_controller_name, own.base, options));
    descriptions_.emplace(ports,
                          controller_options(description_controller_name, own.description, options),
                          std::nullopt);
  }

 private:
  ClusterLifecycleController lifecycle_;
  std::optional<FeedInventoryController> inventories_;
  std::optional<SubscriptionController> subscriptions_;
  std::optional<BaseController> bases_;
  std::optional<DescriptionController> descriptions_;
};

class SchedulerProcess final : public Component {
 public:
  SchedulerProcess(Ports& ports, const Options& options) : scheduler_(ports, setup_of(options)) {}

 private:
  static SchedulerSetup setup_of(const Options& options) {
    const SchedulerSettings& own = options.components.scheduler;
    return {
        .options = {.failover = options.gates.fail_over,
                    .feasible_clusters_toleration = options.gates.feasible_clusters_toleration,
                    .percentage_of_clusters_to_score = own.percentage_of_clusters_to_score,
                    .percentage_of_clusters_to_tolerate = own.percentage_of_clusters_to_tolerate},
        .profiles = own.profiles,
        .cycle_time = own.cycle_time};
  }

  Scheduler scheduler_;
};

/// Works only while it holds the lease in its cluster.
class Agent final : public Component {
 public:
  Agent(Ports& ports, const std::string& cluster, const AgentFlags& flags, const Options& options)
      : ports_(ports),
        deployer_options_(controller_options(
            description_controller_name, options.components.description, options)),
        deployer_setup_{.cluster = cluster, .app_pusher = options.gates.app_pusher},
        reporter_(ports, reporter_options(cluster, flags, options)),
        lease_(ports, cluster, flags.process, [this](bool held) { work(held); }) {}

 private:
  static StatusReporterOptions reporter_options(const std::string& cluster,
                                                const AgentFlags& flags,
                                                const Options& options) {
    const AgentSettings& own = options.components.agent;
    return {.cluster = cluster,
            .report_period = flags.cluster_status_update_frequency,
            .collect_period = flags.cluster_status_collect_frequency,
            .collect_phase = own.collect_phase,
            .first_report_immediate = own.first_report_immediate,
            .predictor = options.gates.predictor,
            .predictor_direct_access = flags.predictor_direct_access,
            .socket = options.gates.socket_connection,
            .app_pusher = options.gates.app_pusher};
  }

  void work(bool held) {
    reporter_.run(held);
    deployer_.reset();
    if (held) deployer_.emplace(ports_, deployer_options_, deployer_setup_);
  }

  Ports& ports_;
  ControllerOptions deployer_options_;
  AgentDeployer deployer_setup_;
  StatusReporter reporter_;
  std::optional<DescriptionController> deployer_;
  MemberLease lease_;  ///< Last: it starts the others.
};

}  // namespace

std::unique_ptr<Component> start_controller_manager(Ports& ports, const Options& options) {
  return std::make_unique<ControllerManager>(ports, options);
}

std::unique_ptr<Component> start_scheduler(Ports& ports, const Options& options) {
  return std::make_unique<SchedulerProcess>(ports, options);
}

std::unique_ptr<Component> start_agent(Ports& ports,
                                       const std::string& cluster,
                                       const AgentFlags& flags,
                                       const Options& options) {
  return std::make_unique<Agent>(ports, cluster, flags, options);
}

}  // namespace firedrill::policy::clusternet
