#pragma once

/// What governs a workload under the profile that runs: a policy with its placement, or a
/// Subscription. The system's own words win; where there are none those of the other system are
/// mapped (mapping.h). Internal to the loader.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "models/spec/cluster_spec.h"
#include "models/spec/workload_spec.h"
#include "policy/api/meta.h"
#include "policy/clusternet/api/subscription.h"
#include "scenarios/manifests.h"
#include "scenarios/mapping.h"
#include "scenarios/reading.h"

namespace firedrill::scenarios {

/// A workload and what governs it.
struct Governed {
  models::WorkloadSpec workload;  ///< Karmada: with all that its policy says, after admission.
  const PastedPolicy* policy = nullptr;              ///< Karmada: null = its own.
  const PastedSubscription* subscription = nullptr;  ///< Clusternet: null = its own.
  policy::clusternet::SubscriptionSpec own;          ///< Clusternet: of its own, without feeds.
};

class Governance {
 public:
  /// `clusters`: all, also those that join later. The references must outlive it.
  Governance(const PastedObjects& pasted,
             const std::vector<models::ClusterSpec>& clusters,
             Reading& reading);

  /// An entry of `workloads` as it was written at `pointer`. What is wrong with its governing
  /// fields is reported.
  [[nodiscard]] Governed govern_entry(models::WorkloadSpec workload,
                                      const nlohmann::json& written,
                                      const std::string& pointer);

  /// A pasted template, which stands at `pointer`. Nothing if nobody governs it, which is reported.
  [[nodiscard]] std::optional<Governed> govern_template(models::WorkloadSpec workload,
                                                        const std::string& pointer);

  /// Feeds that no workload of the scenario is. To be called when all are governed.
  void check_feeds(const NameIndex& workloads);

 private:
  using Notes = std::vector<MappingNote>;

  [[nodiscard]] const PastedSubscription* feeder(const models::WorkloadSpec& workload) const;
  void index_feeds();
  void report(const MappingNote& note, const std::string& pointer, bool refused);
  void report(const Notes& refusals, const Notes& differences, const std::string& pointer);
  void leave_out(const models::WorkloadSpec& workload, const std::string& pointer);
  void map_to_placement(models::WorkloadSpec& workload,
                        const policy::clusternet::SubscriptionSpec& spec,
                        const std::string& pointer);
  [[nodiscard]] policy::clusternet::SubscriptionSpec map_to_subscription(
      const models::WorkloadSpec& workload, const std::string& pointer);

  const PastedObjects& pasted_;
  std::vector<api::Labels> labels_;  ///< Of each cluster, as registration sets them.
  Reading& reading_;
  std::map<std::string, const PastedSubscription*, std::less<>> feeders_;  ///< By workload's name.
};

}  // namespace firedrill::scenarios
