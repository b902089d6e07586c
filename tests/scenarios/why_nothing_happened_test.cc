// "What did I forget?": sixteen combinations of four switches, of which one moves something. The
// pre-flight check names those that are missing, and doing as it says is enough.

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "library.h"
#include "policy/api/diagnostic.h"
#include "preflight_support.h"
#include "scenarios/loader.h"
#include "scenarios/preflight/preflight.h"

namespace firedrill::scenarios {
namespace {

class FourSwitches : public testing::TestWithParam<int> {
 protected:
  static constexpr const char* path =
      "scenarios/library/disasters/why-nothing-happened-solved.json";

  static Sets off(int missing) {
    Sets sets{"/expect=[]", "/simulation/duration=11m"};
    if ((missing & 1) != 0) sets.emplace_back("/controlPlane/featureGates/Failover=false");
    if ((missing & 2) != 0)
      sets.emplace_back("/controlPlane/flags/enable-no-execute-taint-eviction=false");
    if ((missing & 4) != 0) sets.emplace_back("/objects=[]");
    if ((missing & 8) != 0)
      sets.emplace_back(
          R"(/workloads/0/placement/clusterTolerations=[{"key":"disaster.example.io/not-ready","operator":"Exists"}])");
    return sets;
  }
  static bool migrates(const Sets& sets) {
    const auto run = play(path, sets);
    const auto& events = run->events;
    return std::ranges::any_of(events, [](const timeline::TimelineEvent& event) {
      const auto* added = std::get_if<timeline::GracefulEvictionTaskAdded>(&event.payload);
      return added != nullptr && added->cluster == "member1";
    });
  }
  static std::vector<analysis::Finding> findings(const Sets& sets) {
    LoadOptions options;
    options.overrides = sets;
    api::Diagnostics diagnostics;
    const auto scenario = load_scenario(path, options, diagnostics);
    if (!scenario) throw std::invalid_argument(diagnostics.render());
    return preflight_findings(*scenario);
  }
};

TEST_P(FourSwitches, MoveSomethingOnlyTogetherAndAreNamedWhereMissing) {
  const int missing = GetParam();
  Sets sets = off(missing);
  EXPECT_EQ(migrates(sets), missing == 0);
  const std::vector<analysis::Finding> found = findings(sets);
  Codes codes;
  constexpr std::array<const char*, 4> names{"FailoverGateOff", "EvictionDisabled",
                                             "NoNoExecuteSource", "ToleratesForever"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((missing & (1 << i)) != 0) codes.emplace_back(names[i]);
  }
  EXPECT_EQ(codes_of(found), codes);

  // Whoever does as they are told gets what they want.
  const Sets told = advice(found);
  EXPECT_GE(told.size(), codes.size());
  sets.insert(sets.end(), told.begin(), told.end());
  EXPECT_TRUE(migrates(sets));
  EXPECT_EQ(codes_of(findings(sets)), Codes{});
}

INSTANTIATE_TEST_SUITE_P(AllSixteen, FourSwitches, testing::Range(0, 16));

}  // namespace
}  // namespace firedrill::scenarios
