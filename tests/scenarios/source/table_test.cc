#include "scenarios/source/table.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files.h"

namespace firedrill::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Table : public Files {};

constexpr const char* measured =
    R"({"d": {"distribution": "empirical", "file": "t.csv", "max": 9}})";
constexpr const char* traced = R"({"background": {"trace": "t.csv"}})";

TEST_F(Table, BecomesTheValuesOfADistribution) {
  write("a.json", measured);
  write("t.csv", "# Spring\nvalue\n1.5s\r\n\n  20 \n1h\n");
  EXPECT_EQ(loaded("a.json"),
            R"({"d":{"distribution":"empirical","max":9,"values":["1.5s","20s","1h"]}})");
}

TEST_F(Table, HasWeights) {
  write("a.json", measured);
  write("t.csv", "value, p\n1s, 3\n2s, 0.5");
  EXPECT_EQ(loaded("a.json"),
            R"({"d":{"distribution":"empirical","max":9,"p":[3.0,0.5],"values":["1s","2s"]}})");
}

TEST_F(Table, BecomesThePointsOfATrace) {
  write("a.json", traced);
  write("t.csv", "time,share\n0,0.5\n90s,1\n");
  EXPECT_EQ(loaded("a.json"),
            R"({"background":{"trace":[{"at":"0s","share":0.5},{"at":"90s","share":1.0}]}})");
  write("t.csv", "time,cpu,nvidia.com/gpu\n5,1500m,2\n");
  EXPECT_EQ(
      loaded("a.json"),
      R"({"background":{"trace":[{"at":"5s","resources":{"cpu":"1500m","nvidia.com/gpu":"2"}}]}})");
}

TEST_F(Table, IsRelativeToTheFileThatNamesItAndListedAmongTheFiles) {
  write("a.json", R"({"x": {"include": "sub/b.json"}, "y": {"include": "sub/b.json"}})");
  write("sub/b.json", measured);
  write("sub/t.csv", "value\n1s\n");
  const auto document = load("a.json");
  ASSERT_TRUE(document);
  EXPECT_THAT(document->files, ElementsAre(path("a.json"), path("sub/b.json"), path("sub/t.csv")));
}

TEST_F(Table, CanBeNamedByAnOption) {
  write("a.json", R"({"background": {"share": 0.5}})");
  write("t.csv", "time,share\n0,0.5\n");
  LoadOptions options;
  options.overrides = {R"(/background={"trace": "t.csv"})"};
  EXPECT_EQ(loaded("a.json", options), R"({"background":{"trace":[{"at":"0s","share":0.5}]}})");
}

TEST_F(Table, LeavesOtherObjectsAlone) {
  const std::string text =
      R"({"a":{"distribution":"weibull","file":"t.csv"},"b":{"file":"t.csv"},"trace":"t.csv"})";
  write("a.json", text);
  EXPECT_EQ(loaded("a.json"), text);
}

TEST_F(Table, ReportsEveryMistakeWithItsLineAndColumn) {
  write("a.json", traced);
  write("t.csv", "time,cpu\n0s,1\n0s, -2\n9d,x\n12s\n");
  EXPECT_FALSE(load("a.json"));
  const std::string report = diagnostics_.render();
  EXPECT_THAT(report,
              HasSubstr("t.csv:3:1: /background/trace: \"0s\" is not after the row before"));
  EXPECT_THAT(report, HasSubstr("t.csv:3:5: /background/trace: \"-2\" is no amount"));
  EXPECT_THAT(report, HasSubstr("t.csv:4:1: /background/trace: \"9d\" is no length of time"));
  EXPECT_THAT(report, HasSubstr("t.csv:4:4: /background/trace: \"x\" is no amount"));
  EXPECT_THAT(report, HasSubstr("t.csv:5:1: /background/trace: \"12s\" begins a row of 1 cells"));
  EXPECT_EQ(diagnostics_.error_count(), 5U);
}

TEST_F(Table, RefusesWhatIsNoTable) {
  write("a.json", measured);
  for (const char* text : {"", "value\n", "1s\n2s\n", "value,weight\n1s,2\n", "value,p\n1s,nan\n",
                           "value,p\n1s,-1\n", "value\n-1s\n", "value\n1s,\n"}) {
    write("t.csv", text);
    EXPECT_FALSE(load("a.json")) << text;
  }
}

TEST_F(Table, LiesBelowTheFolderAndCountsAsInput) {
  write("up.csv", "value\n1s\n");
  write("in/a.json", R"({"d": {"distribution": "empirical", "file": "../up.csv"}})");
  EXPECT_FALSE(load("in/a.json"));
  EXPECT_THAT(diagnostics_.render(), HasSubstr("file \"../up.csv\" goes up with \"..\""));
  write("a.json", measured);
  write("t.csv", "value\n" + std::string(4000, ' ') + "1s\n");
  LoadOptions options;
  options.limits.input_bytes = 2000;
  EXPECT_FALSE(load("a.json", options));
}

}  // namespace
}  // namespace firedrill::scenarios
