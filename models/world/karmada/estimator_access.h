#pragma once

/// One process's way to the scheduler-estimators beside the member clusters. An estimator sees its
/// member's nodes and pods as they are; who cannot reach the member has no answer.

#include <functional>
#include <string>
#include <vector>

#include "models/process/member_access.h"
#include "models/process/member_ways.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/karmada/ports.h"
#include "sim/engine.h"

namespace firedrill::models::karmada {

class EstimatorAccess final : public policy::karmada::Estimators {
 public:
  EstimatorAccess(Requests& requests,
                  const CivilClock& clock,
                  const WorldMembers& members,
                  MemberWays& ways)
      : requests_(requests), clock_(clock), members_(members), ways_(ways) {}

  policy::Await<Answers> available(std::vector<std::string> clusters,
                                   policy::karmada::EstimateQuestion question,
                                   api::Duration timeout) override;
  /// A pod counts from the whole second in which it was found not to fit, as its condition shows.
  policy::Await<Answers> unschedulable(std::vector<std::string> clusters,
                                       api::ResourceReference workload,
                                       api::Duration threshold,
                                       api::Duration timeout) override;

 private:
  using Question = std::function<api::Replicas(const MemberCluster&)>;

  /// Asks all of them at once. Takes as long as the slowest, at most the time-out.
  policy::Await<Answers> ask(std::vector<std::string> clusters,
                             api::Duration timeout,
                             Question question);
  [[nodiscard]] static bool answers_in(const WorldMember& member, api::Duration timeout);
  [[nodiscard]] api::Duration time_of_answer(const std::string& cluster,
                                             api::Duration timeout) const;

  Requests& requests_;
  const CivilClock& clock_;
  const WorldMembers& members_;
  MemberWays& ways_;
};

}  // namespace firedrill::models::karmada
