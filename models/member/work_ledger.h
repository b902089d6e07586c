#pragma once

/// How much work each stateful workload has done, wherever it ran: to tell what a start loses. One
/// ledger a run, shared by the clusters.

#include <optional>
#include <unordered_map>
#include <vector>

#include "policy/api/name.h"
#include "sim/time.h"

namespace firedrill::models {

/// What a start finds.
struct ResumePoint {
  bool from_state = false;  ///< It has the preserved state; else it begins from nothing.
  std::optional<sim::Duration>
      checkpoint_every;  ///< Work since the last checkpoint is lost; none: nothing is.
};

class WorkLedger {
 public:
  /// A start of the workload in the cluster: what is done is set back to what it resumes from.
  /// Returns the work lost; absent if none had been done anywhere.
  std::optional<sim::Duration> resume(const api::Name& workload,
                                      const api::Name& cluster,
                                      const ResumePoint& point,
                                      sim::Time now);
  /// It works in the cluster from now on; nothing new if it does already.
  void begin(const api::Name& workload, const api::Name& cluster, sim::Time now);
  /// It stopped working there.
  void end(const api::Name& workload, const api::Name& cluster, sim::Time now);
  /// What was done is done for good: nothing of it can be lost.
  void finish(const api::Name& workload);

 private:
  struct Copy {
    api::Name cluster;
    sim::Duration base{};  // done when it began
    std::optional<sim::Time> working_since;
  };
  struct Progress {
    sim::Duration done{};      // the furthest that a copy that has stopped got
    std::vector<Copy> copies;  // few: one a cluster that it starts or works in

    [[nodiscard]] Copy* find(const api::Name& cluster);
  };

  [[nodiscard]] static sim::Duration done(const Copy& copy, sim::Time now);

  std::unordered_map<api::Name, Progress> workloads_;  // for look-up only
};

}  // namespace firedrill::models
