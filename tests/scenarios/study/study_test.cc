// Studies as files: what is read, what is refused and where; and their cells, whoever plays them.

#include "scenarios/study/study.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scenarios/loader.h"
#include "scenarios/runner.h"
#include "scenarios/study/cells.h"
#include "scenarios/study/design.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const std::string folder = "tests/scenarios/study/";

std::vector<std::string> malformed_files() {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder + "malformed"))
    names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

class MalformedStudy : public testing::TestWithParam<std::string> {};

TEST_P(MalformedStudy, GivesTheLocatedErrorOfItsFirstLine) {
  const std::string file = folder + "malformed/" + GetParam() + ".json";
  std::ifstream stream(file, std::ios::binary);
  std::string expected;
  std::getline(stream, expected);
  const std::string lead = "// expect: ";
  ASSERT_TRUE(expected.starts_with(lead)) << "the first line must name the error";
  expected.erase(0, lead.size());

  api::Diagnostics diagnostics;
  EXPECT_FALSE(load_study(file, {}, diagnostics).has_value());
  EXPECT_FALSE(diagnostics.ok());
  const std::string report = diagnostics.render();
  EXPECT_THAT("\n" + report, HasSubstr("\n" + folder + expected + "\n"));
  for (const api::Diagnostic& diagnostic : diagnostics.shown()) {
    EXPECT_GT(diagnostic.position.line, 0U) << api::render(diagnostic);
    EXPECT_FALSE(diagnostic.remedy.empty()) << api::render(diagnostic);
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus,
                         MalformedStudy,
                         testing::ValuesIn(malformed_files()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

Study load(const std::string& name) {
  api::Diagnostics diagnostics;
  auto study = load_study(folder + name, {}, diagnostics);
  EXPECT_TRUE(study.has_value()) << diagnostics.render();
  return *std::move(study);
}

/// A study of the text, as if it stood in the tests' folder.
std::optional<Study> load_text(const std::string& text, api::Diagnostics& diagnostics) {
  const fs::path file =
      fs::path(testing::TempDir()) /
      (testing::UnitTest::GetInstance()->current_test_info()->name() + std::string(".json"));
  std::string absolute = text;
  const std::string world = "WORLD";
  if (const std::size_t at = absolute.find(world); at != std::string::npos)
    absolute.replace(at, world.size(), fs::absolute(folder + "world.json").string());
  std::ofstream(file) << absolute;
  auto study = load_study(file.string(), {}, diagnostics);
  fs::remove(file);
  return study;
}

Study load_text(const std::string& text) {
  api::Diagnostics diagnostics;
  auto study = load_text(text, diagnostics);
  EXPECT_TRUE(study.has_value()) << diagnostics.render();
  return *std::move(study);
}

/// A study of the small world with such parameters.
std::string study_text(const std::string& parameters, const std::string& design = "{}") {
  return R"({"apiVersion": "firedrill/v1", "kind": "Study", "scenarios": ["WORLD"],
             "parameters": [)" +
         parameters + R"(], "design": )" + design +
         R"(, "objectives": [{"minimize": "workload.unavailability.p95"}]})";
}

/// "30s 0.5 evict": the point's values.
std::string setting_of(const Point& point) {
  std::string text;
  for (const Level& level : point)
    text += (text.empty() ? "" : " ") + level.shown.text;
  return text;
}

const std::string threshold =
    R"({"path": "/controlPlane/flags/cluster-failure-threshold", "values": ["10s", "30s"]})";

TEST(StudyFiles, NameScenariosParametersAndPoints) {
  const Study study = load("thresholds.json");
  EXPECT_EQ(study.name, "thresholds");
  ASSERT_THAT(study.scenarios, SizeIs(2));
  EXPECT_EQ(study.scenarios[0].name, "world");
  EXPECT_EQ(study.scenarios[0].path, folder + "world.json");
  EXPECT_EQ(study.scenarios[0].first_seed, 11U);
  ASSERT_THAT(study.parameters, SizeIs(3));
  EXPECT_EQ(study.parameters[0].name, "cluster-failure-threshold");
  EXPECT_EQ(study.parameters[0].kind, analysis::ValueKind::duration);
  EXPECT_EQ(study.parameters[2].name, "policy");
  EXPECT_THAT(study.points, SizeIs(3 * 2 * 2));
  EXPECT_EQ(cell_space(study).count(study.points.size()), 3U * 2 * 2 * 2 * 2);
}

TEST(StudyFiles, TellAnalysisWhatFlagsAndScenariosSay) {
  const Study study = load("thresholds.json");
  const analysis::StudyTable table = study_table(study, study.points);
  const analysis::StudyParameter& failure = table.parameters[0];
  EXPECT_THAT(failure.pointers, ElementsAre("/controlPlane/flags/cluster-failure-threshold"));
  ASSERT_FALSE(failure.flags.empty());
  EXPECT_EQ(failure.flags[0].process, "karmada-controller-manager");
  EXPECT_EQ(failure.flags[0].flag, "--cluster-failure-threshold");
  ASSERT_TRUE(failure.own);
  EXPECT_EQ(failure.own->text, "30s");
  // The scenario says nothing of the rate: it is the flag's default.
  ASSERT_TRUE(table.parameters[1].own);
  EXPECT_EQ(table.parameters[1].own->number, 0.5);
  ASSERT_TRUE(table.parameters[2].own);
  EXPECT_EQ(table.parameters[2].own->text, "evict");
  ASSERT_TRUE(table.own_point);
  EXPECT_EQ(setting_of(study.points[*table.own_point]), "30s 0.5 evict");
}

TEST(StudyFiles, HaveOneIdentityWhateverIsAskedOfTheirResults) {
  const std::string before = load_text(study_text(threshold)).identity;
  std::string other_question = study_text(threshold);
  other_question.replace(other_question.find("p95"), 3, "p50");
  EXPECT_EQ(load_text(other_question).identity, before);
  EXPECT_NE(load_text(study_text(threshold, R"({"seeds": 2})")).identity, before);
  std::string other_value = study_text(threshold);
  other_value.replace(other_value.find("10s"), 3, "11s");
  EXPECT_NE(load_text(other_value).identity, before);
}

TEST(StudyFiles, PatternsStandForFilesInOrderOfTheirNames) {
  std::string text = study_text(threshold);
  text.replace(text.find("WORLD"), 5, fs::absolute(folder).string() + "[cw]*");
  api::Diagnostics none;
  EXPECT_FALSE(load_text(text, none).has_value()) << "only * and ? are patterns";
  text.replace(text.find("[cw]*"), 5, "?al*.json");
  EXPECT_EQ(load_text(text).scenarios.at(0).name, "calm");
}

TEST(StudyFiles, SearchesHaveNoPointsOfTheirOwn) {
  const Study study = load_text(study_text(threshold, R"({"method": "nsga2", "points": 10})"));
  EXPECT_TRUE(study.points.empty());
}

std::map<CellIndex, analysis::StudyCell> play(const Study& study,
                                              const std::vector<CellIndex>& cells,
                                              const CellOptions& options) {
  std::map<CellIndex, analysis::StudyCell> results;
  run_cells(study, study.points, cells, options, [&](const CellResult& result) {
    EXPECT_TRUE(results.emplace(result.index, result.cell).second) << "twice: " << result.index;
  });
  return results;
}

std::vector<CellIndex> all_cells(const Study& study) {
  std::vector<CellIndex> cells;
  for (CellIndex i = 0; i < cell_space(study).count(study.points.size()); ++i)
    cells.push_back(i);
  return cells;
}

bool same(const std::map<CellIndex, analysis::StudyCell>& a,
          const std::map<CellIndex, analysis::StudyCell>& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.error == y.second.error &&
           x.second.metrics == y.second.metrics && x.second.digest == y.second.digest;
  });
}

TEST(Cells, AreTheSameForAnyNumberOfThreadsAndInAnyOrder) {
  const Study study = load("thresholds.json");
  const auto alone = play(study, all_cells(study), {.threads = 1, .digest = true});
  EXPECT_EQ(alone.size(), all_cells(study).size());
  EXPECT_TRUE(same(alone, play(study, all_cells(study), {.threads = 2, .digest = true})));
  std::vector<CellIndex> backwards = all_cells(study);
  std::ranges::reverse(backwards);
  EXPECT_TRUE(same(alone, play(study, backwards, {.threads = 4, .digest = true})));
}

TEST(Cells, MeetTheSameDisastersAtEveryPoint) {
  const Study study = load("thresholds.json");
  const CellSpace space = cell_space(study);
  for (const CellIndex index : {CellIndex{0}, space.index({3, 0, 0}), space.index({7, 0, 0})}) {
    const auto text = cell_text(study, study.points, index);
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(nlohmann::json::parse(*text).at("simulation").at("seed"), 11);
  }
  const auto next = cell_text(study, study.points, space.index({3, 0, 1}));
  EXPECT_EQ(nlohmann::json::parse(*next).at("simulation").at("seed"), 12);
}

TEST(Cells, CanBePlayedAgainFromTheirText) {
  const Study study = load("thresholds.json");
  const CellIndex index = cell_space(study).index({5, 0, 1});
  const auto cells = play(study, {index}, {.threads = 1, .digest = true});
  const auto text = cell_text(study, study.points, index);
  ASSERT_TRUE(text.ok());
  api::Diagnostics diagnostics;
  const auto scenario = load_scenario_text(*text, "cell.json", {}, diagnostics);
  ASSERT_TRUE(scenario) << diagnostics.render();
  const RunResult result = run(*scenario);
  EXPECT_EQ(result.footer.digest, cells.at(index).digest);
  EXPECT_EQ(analysis::metric_values(result.metrics), cells.at(index).metrics);
  EXPECT_FALSE(cells.at(index).metrics.empty());
}

TEST(Cells, DigestsAreMadeOnDemandOnlyAndChangeNoMetric) {
  const Study study = load("thresholds.json");
  const auto with = play(study, {0}, {.threads = 1, .digest = true});
  const auto without = play(study, {0}, {.threads = 1, .digest = false});
  EXPECT_THAT(with.at(0).digest, SizeIs(64));
  EXPECT_EQ(without.at(0).digest, "");
  EXPECT_EQ(with.at(0).metrics, without.at(0).metrics);
}

TEST(Cells, FailWhereTheScenarioCannotBe) {
  const Study study =
      load_text(study_text(R"({"path": "/clusters/*/background/share", "values": [0.5, 1.5]})"));
  const auto cells = play(study, all_cells(study), {.threads = 2});
  EXPECT_FALSE(cells.at(0).failed());
  EXPECT_TRUE(cells.at(1).failed());
  EXPECT_THAT(cells.at(1).error, HasSubstr("/clusters/0/background/share: "));
  EXPECT_THAT(cells.at(1).error, HasSubstr("(and 2 more)"));
  EXPECT_TRUE(cells.at(1).metrics.empty());
}

TEST(Cells, FailWhereARunMakesNoProgress) {
  const Study study = load_text(study_text(threshold));
  CellOptions options;
  options.limits.events_at_one_instant = 5;
  const auto cells = play(study, all_cells(study), options);
  EXPECT_THAT(cells.at(0).error, HasSubstr("limit events-at-one-instant"));
}

TEST(Cells, StopWhenAskedAndHandOverNothingAfterwards) {
  const Study study = load("thresholds.json");
  std::size_t seen = 0;
  CellOptions options;
  options.threads = 1;
  options.stop = [&] { return seen >= 3; };
  EXPECT_THROW(
      run_cells(study, study.points, all_cells(study), options, [&](const CellResult&) { ++seen; }),
      Interrupted);
  EXPECT_GE(seen, 3U);
  EXPECT_LT(seen, all_cells(study).size());
}

TEST(Cells, PassOnWhatTheReceiverThrows) {
  const Study study = load("thresholds.json");
  EXPECT_THROW(run_cells(study, study.points, all_cells(study), {.threads = 2},
                         [](const CellResult&) { throw std::runtime_error("full"); }),
               std::runtime_error);
}

TEST(Shards, ShareOutEveryCellOnce) {
  for (CellIndex index = 0; index < 100; ++index) {
    int owners = 0;
    for (std::uint64_t number = 1; number <= 7; ++number)
      owners += Shard{number, 7}.has(index) ? 1 : 0;
    EXPECT_EQ(owners, 1);
  }
}

TEST(CellSpaces, CountPointsThenScenariosThenSeeds) {
  const CellSpace space{.scenarios = 3, .seeds = 5};
  EXPECT_EQ(space.index({2, 1, 4}), (2U * 3 + 1) * 5 + 4);
  EXPECT_EQ(space.cell(39), (Cell{2, 1, 4}));
  EXPECT_EQ(space.count(2), 30U);
}

}  // namespace
}  // namespace firedrill::scenarios
