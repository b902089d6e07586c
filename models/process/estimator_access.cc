#include "models/process/estimator_access.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "models/process/request.h"
#include "policy/karmada/estimator/accurate.h"

namespace firedrill::models {

policy::Await<policy::Estimators::Answers> EstimatorAccess::ask(std::vector<std::string> clusters,
                                                                api::Duration timeout,
                                                                Question question) {
  const auto drops_packets = [this](const std::string& cluster) {
    const auto site = sites_.find(cluster);
    return site != sites_.end() && site->second.outages.drops_packets();
  };
  const api::Duration way =
      std::ranges::any_of(clusters, drops_packets) ? timeout : api::Duration::zero();
  return request<Answers>(
      engine_, way, [this, clusters = std::move(clusters), question = std::move(question)] {
        Answers answers;
        answers.reserve(clusters.size());
        for (const std::string& cluster : clusters) {
          std::optional<api::Replicas>& answer = answers.emplace_back();
          const auto site = sites_.find(cluster);
          if (site == sites_.end()) continue;
          const Outages& outages = site->second.outages;
          if (outages.connected() && outages.serving() && site->second.estimator.answers())
            answer = question(*site->second.member);
        }
        return answers;
      });
}

policy::Await<policy::Estimators::Answers> EstimatorAccess::available(
    std::vector<std::string> clusters, policy::EstimateQuestion question, api::Duration timeout) {
  return ask(std::move(clusters), timeout,
             [question = std::move(question)](const MemberCluster& member) {
               const auto assumed = question.assumed.find(member.name());
               return policy::karmada::accurate_estimate(
                   member.inventory(), question,
                   assumed == question.assumed.end()
                       ? std::span<const policy::AssumedWorkload>()
                       : std::span<const policy::AssumedWorkload>(assumed->second));
             });
}

policy::Await<policy::Estimators::Answers> EstimatorAccess::unschedulable(
    std::vector<std::string> clusters,
    api::ResourceReference workload,
    api::Duration threshold,
    api::Duration timeout) {
  return ask(std::move(clusters), timeout,
             [this, workload = std::move(workload), threshold](const MemberCluster& member) {
               // Older than the threshold, by a stamp that was cut to whole seconds.
               const auto latest =
                   std::chrono::ceil<std::chrono::seconds>(clock_.now() - threshold);
               return member.unschedulable(workload, clock_.virtual_time(latest));
             });
}

}  // namespace firedrill::models
