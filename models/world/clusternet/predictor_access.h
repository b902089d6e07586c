#pragma once

/// The scheduler's way to the predictors that agents run beside their members' nodes. Directly, or
/// through the websocket that the agent keeps open to the hub.

#include <string>
#include <vector>

#include "models/process/member_ways.h"
#include "models/world/processes.h"
#include "models/world/world_member.h"
#include "policy/clusternet/ports.h"
#include "sim/engine.h"

namespace firedrill::models::clusternet {

class PredictorAccess final : public policy::clusternet::Predictors {
 public:
  /// `latency`: of a predictor whose cluster says nothing of its own. All but that outlive this.
  PredictorAccess(Requests& requests,
                  const WorldMembers& members,
                  const Processes& processes,
                  MemberWays& ways,
                  api::Duration latency)
      : requests_(requests),
        members_(members),
        processes_(processes),
        ways_(ways),
        latency_(latency) {}

  /// Takes as long as the slowest member.
  policy::Await<Answers> ask(std::vector<policy::clusternet::PredictorQuestion> questions,
                             api::Duration timeout) override;

 private:
  using Question = policy::clusternet::PredictorQuestion;

  [[nodiscard]] policy::clusternet::Prediction answer(const Question& question,
                                                      api::Duration timeout) const;
  /// Whether requests to the predictor get through and it runs.
  [[nodiscard]] bool reaches(const WorldMember& member) const;
  /// How long one request takes, answered or not.
  [[nodiscard]] api::Duration time_of(const WorldMember& member, api::Duration timeout) const;
  [[nodiscard]] api::Duration time_to_answer(const WorldMember& member) const;

  Requests& requests_;
  const WorldMembers& members_;
  const Processes& processes_;
  MemberWays& ways_;
  api::Duration latency_;
};

}  // namespace firedrill::models::clusternet
