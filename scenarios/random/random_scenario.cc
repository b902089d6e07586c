#include "scenarios/random/random_scenario.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "scenarios/random/draft.h"

namespace firedrill::scenarios {
namespace random {

api::Quantity quantity(std::string_view text) {
  return api::Quantity::parse(text).value();
}

NamedWorkload any_workload(const Draft& draft, Dice& dice) {
  const models::WorkloadSpec& entry = dice.one_of(draft.file.workloads);
  if (entry.count == 1) return {&entry, entry.name};
  return {&entry, fmt::format("{}-{}", entry.name, dice.whole(0, entry.count - 1))};
}

namespace {

void check_sizes(const RandomSizes& sizes) {
  const bool enough = sizes.clusters >= 2 && sizes.workloads >= 1 && sizes.copies >= 1 &&
                      sizes.replicas >= 1 && sizes.bursts >= 1 && sizes.faults >= 1 &&
                      sizes.actions >= 0 && sizes.duration >= std::chrono::minutes(10);
  if (!enough) throw std::logic_error("sizes below their least");
  if (!sizes.profile.empty() && policy::find_profile(sizes.profile) == nullptr)
    throw std::logic_error("no such profile");
}

std::string_view random_profile(Dice& dice) {
  // Karmada has most to vary.
  return dice.one_of<std::string_view>({"karmada", "karmada", "karmada", "karmada", "kairship",
                                        "kairship", "kairship-as-documented", "clusternet",
                                        "clusternet"});
}

void draw_simulation(Draft& draft) {
  Dice dice = draft.dice("simulation");
  const auto longest =
      std::chrono::duration_cast<std::chrono::seconds>(draft.sizes.duration).count();
  const std::int64_t upper = std::max<std::int64_t>(
      dice.chance(0.5) ? longest / 10 : (dice.chance(0.8) ? longest / 3 : longest), 600);
  SimulationSpec& simulation = draft.file.simulation;
  simulation.duration = dice.seconds(480, upper);
  if (dice.chance(0.3))
    simulation.start_time += std::chrono::hours(dice.whole(0, 23)) + std::chrono::seconds(17);
  if (dice.chance(0.1)) simulation.detail = models::Detail::full;
}

/// Times go up through a file that people read.
void sort_events(std::vector<models::ScenarioEvent>& events) {
  const auto start = [](const models::ScenarioEvent& event) {
    return event.at.value_or(event.every.value_or(api::Duration{}));
  };
  std::ranges::stable_sort(
      events, [&](const auto& left, const auto& right) { return start(left) < start(right); });
}

}  // namespace
}  // namespace random

ScenarioFile random_scenario(std::uint64_t seed, const RandomSizes& sizes) {
  random::check_sizes(sizes);
  ScenarioFile file;
  file.api_version = "firedrill/v1";
  file.kind = "Scenario";
  file.metadata.name = fmt::format("random-{}", seed);
  file.metadata.calm_twin = false;  // Nobody chose its thresholds with care.
  file.simulation.seed = seed;
  random::Draft draft(file, sizes, seed);
  random::Dice dice = draft.dice("profile");
  const std::string_view any = random::random_profile(dice);
  const std::string_view profile = sizes.profile.empty() ? any : sizes.profile;
  file.control_plane.profile = profile;
  draft.system = policy::find_profile(profile)->system;
  random::draw_simulation(draft);
  random::draw_clusters(draft);
  random::draw_network(draft);
  random::draw_control_plane(draft);
  random::draw_workloads(draft);
  random::draw_objects(draft);
  random::draw_faults(draft);
  random::draw_actions(draft);
  random::sort_events(file.events);
  return file;
}

}  // namespace firedrill::scenarios
