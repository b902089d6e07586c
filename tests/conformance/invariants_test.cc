/// No false alarms: every recorded case, with the recordings' latencies, with none, with typical
/// ones, and with the order of simultaneous events shuffled, violates no invariant.

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "models/world/world.h"
#include "scenarios/conformance/end_to_end.h"
#include "scenarios/conformance/end_to_end_users.h"
#include "vector_lists.h"

namespace firedrill::scenarios {
namespace {

enum class Way : std::uint8_t { reference, none, shuffled, typical };

std::vector<std::string> recordings() {
  std::vector<std::string> paths = read_vector_list("passing.txt");
  std::erase_if(paths, [](const std::string& path) {
    // The largest one runs as a case of its own, with the invariants on.
    return path.find("-e2e") == std::string::npos || path.ends_with("scale-50x500.json");
  });
  return paths;
}

class Recordings : public testing::TestWithParam<std::tuple<std::string, Way>> {};

TEST_P(Recordings, ViolateNoInvariant) {
  const auto& [path, way] = GetParam();
  std::ifstream stream(vector_folder + path);
  const nlohmann::json file = nlohmann::json::parse(stream);
  auto spec = world_of_case(file);
  ASSERT_TRUE(spec) << spec.problem();
  models::WorldSpec world_spec = *spec;
  if (way == Way::none || way == Way::typical) {
    models::LatencySpec latency;
    latency.preset =
        way == Way::none ? models::LatencyPreset::none : models::LatencyPreset::typical;
    world_spec.control_plane.latency = latency;
  }
  models::WorldOptions options;
  if (way == Way::shuffled) options.engine.tie_break = sim::TieBreak::shuffled(7);
  models::World world(world_spec, {}, options);
  const RecordedUser user(file, world);
  timeline::Header header;
  world.complete(header);
  (void)world.run(header);
  for (const models::Violation& violation : world.violations()) {
    ADD_FAILURE() << violation.first.invariant << " at "
                  << sim::to_seconds(violation.time - sim::start_time) << ", " << violation.count
                  << " times: " << violation.first.workload << " " << violation.first.cluster
                  << ": " << violation.first.message;
  }
}

std::string name_of(const testing::TestParamInfo<std::tuple<std::string, Way>>& parameter) {
  constexpr std::array<const char*, 4> ways{"reference", "none", "shuffled", "typical"};
  std::string name = std::get<0>(parameter.param);
  name += ways.at(static_cast<std::size_t>(std::get<1>(parameter.param)));
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    All,
    Recordings,
    testing::Combine(testing::ValuesIn(recordings()),
                     testing::Values(Way::reference, Way::none, Way::shuffled, Way::typical)),
    name_of);

}  // namespace
}  // namespace firedrill::scenarios
