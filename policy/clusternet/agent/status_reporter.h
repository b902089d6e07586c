#pragma once

/// What an agent tells the hub of its cluster: one loop looks at the cluster and keeps what it saw,
/// another posts it (spec/clusternet.md 3; clusternet pkg/agent/status_manager.go,
/// pkg/controllers/clusters/clusterstatus).

#include <memory>
#include <optional>
#include <string>

#include "policy/clusternet/ports.h"
#include "policy/runtime/task.h"

namespace firedrill::policy::clusternet {

struct StatusReporterOptions {
  std::string cluster;        ///< Name of the ManagedCluster.
  Duration report_period{};   ///< cluster-status-update-frequency.
  Duration collect_period{};  ///< cluster-status-collect-frequency.
  Duration collect_phase{};   ///< From the first report to the first look.
  bool first_report_immediate = false;
  bool predictor = false;                ///< Gate Predictor.
  bool predictor_direct_access = false;  ///< Its flag.
  bool socket = false;                   ///< Gate SocketConnection.
  bool app_pusher = false;               ///< Gate AppPusher.
};

class StatusReporter {
 public:
  StatusReporter(Ports& ports, StatusReporterOptions options);

  /// Runs both loops from now on, or ends them; what was seen last is kept in memory.
  void run(bool on);

 private:
  /// A look at the cluster.
  struct Observation {
    bool ready = false;
    Timestamp at;
  };

  Routine collect_loop();
  Routine report_loop();
  Task<bool> collect();
  Task<bool> healthy(std::string path);
  /// Up to five tries to post what was seen last.
  Task<bool> report();
  [[nodiscard]] ManagedClusterStatus status_to_post() const;
  /// Null if the hub has none.
  [[nodiscard]] std::shared_ptr<const ManagedCluster> own_cluster() const;

  Ports& ports_;
  StatusReporterOptions options_;
  std::optional<Observation> seen_;
  std::shared_ptr<const ManagedCluster> known_;  ///< As the agent last read or wrote it.
  std::optional<Routine> collecting_;
  std::optional<Routine> reporting_;
};

}  // namespace firedrill::policy::clusternet
