// What explain says of the bundled scenarios: each first eviction is led back to a fault or to an
// event of the scenario, and the time between is accounted for to the nanosecond. Some answers are
// kept as texts in tests/scenarios/explanations; FIREDRILL_UPDATE_GOLDEN=1 writes them anew.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "analysis/explain/explain.h"
#include "analysis/explain/render.h"
#include "analysis/run_state.h"
#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/timeline_file.h"
#include "library.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;

/// The run's timeline as a file.
class TimelineOf {
 public:
  explicit TimelineOf(const Played& run)
      : path_(fs::path(testing::TempDir()) /
              ("explained-" + run.scenario.metadata.name + ".jsonl")) {
    timeline::OutputFile output(path_);
    timeline::JsonLines lines(output);
    lines.begin(run.result.header);
    for (const timeline::TimelineEvent& event : run.events)
      lines.event(event);
    lines.end(run.result.footer);
    output.commit();
    file_.emplace(path_.string());
    fs::remove(path_);
  }
  [[nodiscard]] const timeline::TimelineFile& file() const { return *file_; }

 private:
  fs::path path_;
  std::optional<timeline::TimelineFile> file_;
};

/// The first event that takes a workload from a cluster, with a task or without.
const timeline::TimelineEvent* first_eviction(const Played& run) {
  analysis::RunState state;
  for (const timeline::TimelineEvent& event : run.events) {
    if (std::holds_alternative<timeline::GracefulEvictionTaskAdded>(event.payload) ||
        !state.evicted_without_task(event.payload).empty())
      return &event;
    state.apply(event.payload);
  }
  return nullptr;
}

class Explanations : public testing::TestWithParam<fs::path> {};

TEST_P(Explanations, OfTheFirstEvictionStartsAtItsCauseAndAddsUp) {
  const auto run = played(GetParam());
  ASSERT_NE(run, nullptr);
  const timeline::TimelineEvent* eviction = first_eviction(*run);
  if (eviction == nullptr) return;
  const TimelineOf written(*run);

  const analysis::Chain chain = analysis::causes_of(written.file(), eviction->seq);

  ASSERT_FALSE(chain.steps.empty());
  EXPECT_EQ(chain.steps.back().seq, eviction->seq);
  const analysis::Step& first = chain.steps.front();
  EXPECT_TRUE(first.kind == "FaultStarted" || first.kind == "FaultEnded" ||
              first.kind == "ScenarioEvent")
      << "event " << eviction->seq << " is led back to " << first.kind << " " << first.seq;
  sim::Time time = first.time;
  for (const analysis::Step& step : chain.steps) {
    sim::Duration shares{};
    for (const analysis::Share& share : step.shares) {
      EXPECT_FALSE(share.setting.empty() && share.words.empty()) << step.seq;
      shares += share.length;
    }
    EXPECT_EQ(shares, step.duration) << step.seq;
    time += step.duration;
    EXPECT_EQ(time, step.time) << step.seq;
  }
  EXPECT_EQ(time, eviction->time);
}

INSTANTIATE_TEST_SUITE_P(Files, Explanations, testing::ValuesIn(library_files()), instance_name);

struct Kept {
  const char* scenario;
  const char* question;
};

class KeptExplanation : public testing::TestWithParam<Kept> {};

TEST_P(KeptExplanation, ReadsAsItDid) {
  const fs::path scenario = GetParam().scenario;
  const auto run = played("scenarios/library" / scenario);
  ASSERT_NE(run, nullptr);
  const TimelineOf written(*run);
  const auto question = analysis::read_question(GetParam().question);
  ASSERT_TRUE(question.ok());
  const auto answer = analysis::explain(written.file(), *question);
  ASSERT_TRUE(answer.ok()) << answer.problem();
  const std::string text = analysis::text_of(*answer);

  const fs::path kept =
      fs::path("tests/scenarios/explanations") / (scenario.stem().string() + ".txt");
  if (std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr)
    std::ofstream(kept, std::ios::binary) << text;
  std::ifstream stream(kept, std::ios::binary);
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(stream), {})) << kept;
}

INSTANTIATE_TEST_SUITE_P(
    Answers,
    KeptExplanation,
    testing::Values(Kept{"documents/foo-failover.json", "default/foo"},
                    Kept{"disasters/what-the-rate-means.json", "default/app-9"},
                    Kept{"disasters/recovery-budget-tolerating.json",
                         "{\"kind\":\"GracefulEvictionTaskAdded\"}"},
                    Kept{"disasters/kairship-two-tables.json",
                         "{\"kind\":\"GracefulEvictionTaskAdded\"}"},
                    Kept{"disasters/clusternet-silence-four.json", "default/spare"},
                    Kept{"disasters/why-nothing-happened.json", "default/web"},
                    Kept{"disasters/why-nothing-happened-toleration.json", "default/web"},
                    Kept{"disasters/nowhere-to-go.json", "default/web-0@2h"}),
    [](const auto& kept) {
      std::string name = fs::path(kept.param.scenario).stem().string();
      std::ranges::replace(name, '-', '_');
      return name;
    });

}  // namespace
}  // namespace firedrill::scenarios
