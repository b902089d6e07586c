#include "analysis/diff/divergence.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../story.h"
#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/output.h"

namespace firedrill::analysis {
namespace {

using namespace timeline;

class Divergence : public testing::Test {
 protected:
  [[nodiscard]] static std::string path(const std::string& name) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    return (std::filesystem::path(testing::TempDir()) / (std::string(test->name()) + "-" + name))
        .string();
  }

  static std::string write(const std::string& name, const std::vector<Told>& story) {
    std::string file = path(name);
    OutputFile output(file);
    JsonLines writer(output);
    tell(writer, story, 1000);
    output.commit();
    return file;
  }
};

TEST_F(Divergence, IsTheFirstEventThatDiffers) {
  const std::string left = write("left", {{10, ProbeFailed{"a", "refused"}},
                                          {40, WorkDeleting{web, "a"}},
                                          {50, PodsStopped{web, "a", 1, 0, "Deleted"}}});
  const std::string right = write("right", {{10, ProbeFailed{"a", "refused"}},
                                            {45, PodsStopped{web, "a", 1, 0, "Crashed"}},
                                            {52, WorkDeleting{web, "a"}}});
  const FirstDivergence first = first_divergence(left, right);
  EXPECT_FALSE(first.problem);
  EXPECT_TRUE(first.settings.empty());
  EXPECT_EQ(first.text(), "at 40s: WorkDeleting of Deployment/shop/web in a 12.0 s later");
  ASSERT_TRUE(first.divergence);
  EXPECT_EQ(first.divergence->left->seq, 2U);
  EXPECT_EQ(first.divergence->right->seq, 3U);
  EXPECT_EQ(first_divergence(left, left).text(), "");
}

TEST_F(Divergence, OfOneThatEndsEarlierIsWhatIsMissing) {
  const std::string left = write("left", {{10, ProbeFailed{"a", "refused"}}});
  const std::string right = write("right", {});
  EXPECT_EQ(first_divergence(left, right).text(), "at 10s: missing ProbeFailed on a");
  EXPECT_EQ(first_divergence(right, left).text(), "at 10s: extra ProbeFailed on a");
}

TEST_F(Divergence, TellsWhatIsNoTimeline) {
  const std::string left = write("left", {{10, ProbeFailed{"a", "refused"}}});
  const std::string right = path("right");
  std::ofstream(right) << "{\"kind\":\"Footer\"}\n";
  const FirstDivergence first = first_divergence(left, right);
  ASSERT_TRUE(first.problem);
  EXPECT_EQ(first.problem->position.file, right);
  EXPECT_EQ(first.problem->position.line, 1U);
  EXPECT_FALSE(first.divergence);
  EXPECT_TRUE(first_divergence(left, path("nowhere")).problem);
}

TEST(SettingDifferences, StandInTheSpellingOfTheCommandLine) {
  Header left{
      .scenario = "s",
      .seed = 1,
      .flags = {{"cluster-failure-threshold", api::Json("30s")}, {"only-left", api::Json(1)}},
      .feature_gates = {{"Failover", true}}};
  Header right = left;
  right.seed = 2;
  right.flags["cluster-failure-threshold"] = api::Json("10s");
  right.flags.erase("only-left");
  right.feature_gates["Failover"] = false;
  const auto found = setting_differences(left, right);
  std::string text;
  for (const SettingDifference& difference : found)
    text += difference.setting + ": " + difference.left + " → " + difference.right + "\n";
  EXPECT_EQ(text,
            "seed: 1 → 2\n"
            "--cluster-failure-threshold: 30s → 10s\n"
            "--only-left: 1 → \n"
            "--feature-gates=Failover: true → false\n");
  EXPECT_TRUE(setting_differences(left, left).empty());
}

}  // namespace
}  // namespace firedrill::analysis
