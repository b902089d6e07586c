/// Areas of whole passes: the scheduler's, with and without affinity groups, and the descheduler's.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/karmada/scheduler/descheduler.h"
#include "policy/karmada/scheduler/schedule.h"
#include "scenarios/conformance/areas/karmada_scheduler.h"
#include "scenarios/conformance/areas/scheduler_input.h"

namespace firedrill::scenarios::conformance {
namespace {

namespace karmada = policy::karmada;
using Json = nlohmann::json;

/// An estimator with recorded answers.
class RecordedEstimator final : public karmada::Estimator {
 public:
  explicit RecordedEstimator(const Json& json) : failing_(json.value("error", false)) {
    const auto answers = json.find("answers");
    if (answers != json.end()) answers->get_to(answers_);
  }

  [[nodiscard]] karmada::Estimates estimate(std::span<const api::Cluster* const> clusters,
                                            const api::BindingSpec&) const override {
    if (failing_) return std::nullopt;
    std::vector<api::Replicas> estimates;
    for (const api::Cluster* cluster : clusters) {
      const auto answer = answers_.find(cluster->metadata.name);
      estimates.push_back(answer == answers_.end() ? karmada::no_estimate : answer->second);
    }
    return estimates;
  }

 private:
  bool failing_;
  std::map<std::string, api::Replicas> answers_;
};

/// A case of `schedule` or `schedule-affinities`.
struct Pass {
  explicit Pass(const Json& input)
      : spec(read_binding_spec(input)),
        status(read_binding_status(input)),
        clusters(read_clusters(input.value("clusters", Json::array()))) {
    options.propagate_empty_workloads = input.value("enableEmptyWorkloadPropagation", false);
    if (input.value("generalEstimator", false)) {
      owned.push_back(std::make_unique<karmada::GeneralEstimator>());
    }
    for (const Json& estimator : input.value("estimators", Json::array())) {
      owned.push_back(std::make_unique<RecordedEstimator>(estimator));
    }
    for (const auto& estimator : owned)
      estimators.push_back(estimator.get());
  }

  [[nodiscard]] karmada::SchedulingInput input() const {
    return {.clusters = clusters,
            .spec = spec,
            .status = status,
            .affinity_name = status.scheduler_observed_affinity_name,
            .options = options};
  }

  api::BindingSpec spec;
  api::BindingStatus status;
  std::vector<std::shared_ptr<const api::Cluster>> clusters;
  karmada::SchedulerOptions options;
  std::vector<std::unique_ptr<karmada::Estimator>> owned;
  std::vector<const karmada::Estimator*> estimators;
};

}  // namespace

Json schedule(const Json& input) {
  const Pass pass(input);
  const karmada::ScheduleResult result = karmada::schedule(pass.input(), pass.estimators);
  Json output = write_result(result);
  if (output.value("errorKind", "") == "FitError") output["numAllClusters"] = pass.clusters.size();
  return output;
}

bool schedule_matches(const Json& expected, const Json& actual) {
  if (expected.contains("error") || expected.value("errorKind", "") != "FitError") {
    return expected == actual;
  }
  Json without_text = actual;
  without_text.erase("error");
  return expected == without_text;
}

Json schedule_affinities(const Json& input) {
  const Pass pass(input);
  const karmada::PassOutcome outcome =
      karmada::schedule_with_affinities(pass.input(), pass.estimators);
  return {{"targets", write_targets(outcome.clusters.value_or(pass.spec.clusters))},
          {"schedulerObservingAffinityName",
           outcome.observed_affinity_name.value_or(pass.status.scheduler_observed_affinity_name)},
          {"scheduled", {{"status", outcome.status}, {"reason", outcome.reason}}},
          {"retry", outcome.retry != karmada::Retry::none}};
}

Json descheduler(const Json& input) {
  const api::ResourceBinding binding = read_descheduled_binding(input);
  const std::vector<karmada::DeschedulingTarget> targets = karmada::descheduling_targets(binding);
  std::vector<karmada::UnschedulableReplicas> answers;
  if (!input.value("estimatorError", false)) {
    const Json unschedulable = input.value("unschedulable", Json::object());
    for (const karmada::DeschedulingTarget& target : targets) {
      if (!target.undesired()) continue;
      answers.push_back({target.cluster, unschedulable.value(target.cluster, api::Replicas{-1})});
    }
  }
  const bool considered =
      karmada::considered_by_descheduler(binding.spec.resource, binding.applied_placement.get());
  karmada::Descheduling result;
  result.clusters = binding.spec.clusters;
  if (considered) result = karmada::deschedule(targets, answers);
  Json replicas = Json::object();
  for (const api::TargetCluster& target : result.clusters)
    replicas[target.name] = target.replicas;
  return {{"considered", considered}, {"updated", result.removed > 0}, {"replicas", replicas}};
}

}  // namespace firedrill::scenarios::conformance
