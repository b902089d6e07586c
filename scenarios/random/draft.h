#pragma once

/// A random scenario while it is being made: what later parts need to know of earlier ones.
/// Internal to random_scenario; each function fills in its part, in this order.

#include <string>
#include <vector>

#include "policy/api/quantity.h"
#include "policy/profiles.h"
#include "scenarios/random/dice.h"
#include "scenarios/random/random_scenario.h"
#include "sim/random.h"

namespace firedrill::scenarios::random {

struct Draft {
  Draft(ScenarioFile& made, const RandomSizes& bounds, std::uint64_t seed)
      : file(made), sizes(bounds), streams(seed) {}

  ScenarioFile& file;
  const RandomSizes& sizes;
  sim::Streams streams;
  policy::System system = policy::System::karmada;
  bool asks_estimators = false;             ///< An estimator is asked by scheduler or descheduler.
  bool descheduler = false;                 ///< One is deployed.
  std::vector<std::string> clusters;        ///< Names of those from the start.
  std::vector<std::string> pulling;         ///< Those with an agent that matters.
  std::vector<std::string> taint_policies;  ///< Names, of those from the start.

  [[nodiscard]] Dice dice(std::string_view part) const {
    return Dice(streams.stream(part, "random-scenario"));
  }
  [[nodiscard]] bool karmada() const { return system == policy::System::karmada; }
};

/// Labels of clusters that placements select by.
inline constexpr std::string_view tier_label = "tier";
inline const std::vector<std::string> tiers{"gold", "silver"};
inline const std::vector<std::string> regions{"eu", "us", "ap"};
inline const std::vector<std::string> providers{"aws", "gce"};
/// Taints that people set, and what is tolerated of them.
inline const std::vector<std::string> hand_taints{"drill.example.io/maintenance",
                                                  "drill.example.io/power"};
/// What the taint policies of a random scenario set.
inline constexpr const char* policy_taint = "drill.example.io/not-ready";

/// A quantity of the generator's own, so it parses.
[[nodiscard]] api::Quantity quantity(std::string_view text);

void draw_clusters(Draft& draft);
[[nodiscard]] models::ClusterSpec random_cluster(Draft& draft, Dice& dice, std::string name);
void draw_network(Draft& draft);
void draw_control_plane(Draft& draft);
void draw_workloads(Draft& draft);
[[nodiscard]] models::WorkloadBehaviour random_behaviour(Draft& draft, Dice& dice, bool job);
[[nodiscard]] api::Placement random_placement(Draft& draft, Dice& dice);
[[nodiscard]] models::SubscriptionWish random_wish(Draft& draft, Dice& dice);
void draw_objects(Draft& draft);
void draw_faults(Draft& draft);
void draw_actions(Draft& draft);
/// `apply`, `patch` and `delete`, which speak of whole objects.
[[nodiscard]] models::EventAction random_object_action(Draft& draft, Dice& dice);

/// "namespace/name" and "Kind/namespace/name" of a workload; of one entry with several, any of
/// them.
struct NamedWorkload {
  const models::WorkloadSpec* entry = nullptr;
  std::string name;
  [[nodiscard]] std::string full() const { return entry->kind + "/" + entry->space + "/" + name; }
};
[[nodiscard]] NamedWorkload any_workload(const Draft& draft, Dice& dice);

}  // namespace firedrill::scenarios::random
