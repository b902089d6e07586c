#include "models/world/karmada/estimator_access.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include "models/process/request.h"
#include "policy/karmada/estimator/accurate.h"

namespace firedrill::models::karmada {

policy::Await<policy::karmada::Estimators::Answers> EstimatorAccess::ask(
    std::vector<std::string> clusters, api::Duration timeout, Question question) {
  // All are asked at once: the slowest says how long it takes.
  api::Duration way{};
  for (const std::string& cluster : clusters)
    way = std::max(way, time_of_answer(cluster, timeout));
  return request<Answers>(
      requests_, way,
      [this, timeout, clusters = std::move(clusters), question = std::move(question)] {
        Answers answers;
        answers.reserve(clusters.size());
        for (const std::string& cluster : clusters) {
          std::optional<api::Replicas>& answer = answers.emplace_back();
          const auto member = members_.find(cluster);
          if (member != members_.end() && answers_in(member->second, timeout))
            answer = question(*member->second.cluster);
        }
        return answers;
      });
}

bool EstimatorAccess::answers_in(const WorldMember& member, api::Duration timeout) {
  return member.connected() && member.outages.serving() && member.estimator.answers() &&
         member.spec.estimator.latency < timeout;
}

api::Duration EstimatorAccess::time_of_answer(const std::string& cluster,
                                              api::Duration timeout) const {
  const auto found = members_.find(cluster);
  if (found == members_.end()) return {};
  const WorldMember& member = found->second;
  if (member.drops_packets() || member.estimator.hangs > 0) return timeout;
  return std::min(member.spec.estimator.latency + ways_.question(cluster), timeout);
}

policy::Await<policy::karmada::Estimators::Answers> EstimatorAccess::available(
    std::vector<std::string> clusters,
    policy::karmada::EstimateQuestion question,
    api::Duration timeout) {
  return ask(std::move(clusters), timeout,
             [question = std::move(question)](const MemberCluster& member) {
               const auto assumed = question.assumed.find(member.name());
               return policy::karmada::accurate_estimate(
                   member.inventory(), question,
                   assumed == question.assumed.end()
                       ? std::span<const policy::karmada::AssumedWorkload>()
                       : std::span<const policy::karmada::AssumedWorkload>(assumed->second));
             });
}

policy::Await<policy::karmada::Estimators::Answers> EstimatorAccess::unschedulable(
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

}  // namespace firedrill::models::karmada
