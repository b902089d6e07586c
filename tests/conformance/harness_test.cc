/// The harness itself: shapes of files, rules of comparison, the report, and files written again.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scenarios/conformance/comparison.h"
#include "scenarios/conformance/conformance.h"
#include "vector_lists.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// A folder of the test's own, gone afterwards.
class ConformanceRun : public testing::Test {
 protected:
  ConformanceRun()
      : folder_(fs::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~ConformanceRun() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }

  /// The report, in which the folder's own name is left out.
  std::string run(const std::vector<std::string>& paths, const ConformanceOptions& options = {}) {
    std::ostringstream output;
    report_ = run_conformance(paths, options, output);
    std::string text = output.str();
    const std::string prefix = folder_.string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  static std::string read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder_;
  ConformanceReport report_;
};

constexpr std::string_view one_second =
    R"({"area":"karmada/duration","source":"by hand","cases":[
{"name":"second","input":{"text":"1s"},"expected":{"nanoseconds":1000000000,"string":"1s"}},
{"name":"minute","input":{"text":"1m"},"expected":{"nanoseconds":60000000000,"string":"1m0s"}}
]}
)";

TEST_F(ConformanceRun, ReportsFilesInOrderAndCountsCases) {
  write("b/duration.json", one_second);
  write("a/duration.json", one_second);
  write("a/notes.txt", "no vectors");

  EXPECT_EQ(run({folder_.string()}),
            "a/duration.json: 2/2\n"
            "b/duration.json: 2/2\n"
            "4 passed, 0 failed\n");
}

TEST_F(ConformanceRun, ShowsAFailingCaseWithExpectedAndActual) {
  const std::string file = write("duration.json", R"({"area":"karmada/duration","cases":[
    {"name":"short","input":{"text":"1s"},"expected":{"nanoseconds":1,"string":"1s"}},
    {"name":"right","input":{"text":"bad"},"expected":{"error":true}}]})");

  EXPECT_EQ(run({file}),
            "duration.json: 1/2\n"
            "  FAILED short\n"
            "    expected: {\"nanoseconds\":1,\"string\":\"1s\"}\n"
            "    actual:   {\"nanoseconds\":1000000000,\"string\":\"1s\"}\n"
            "    first difference at /nanoseconds\n"
            "1 passed, 1 failed\n");
  EXPECT_EQ(report_.passed(), 1U);
  EXPECT_EQ(report_.failed(), 1U);
}

TEST_F(ConformanceRun, CutsLongLinesAndLongLists) {
  Json cases = Json::array();
  for (int i = 0; i < 3; ++i) {
    cases.push_back({{"name", "n" + std::to_string(i)},
                     {"input", {{"text", "1s"}}},
                     {"expected", "äöü\u007f"}});
  }
  const std::string file =
      write("duration.json", Json{{"area", "karmada/duration"}, {"cases", cases}}.dump());
  ConformanceOptions options;
  options.cases_shown = 2;
  options.line_length = 14;

  const std::string text = run({file}, options);

  // 14 bytes end within the second letter, which is left out whole.
  EXPECT_THAT(text, HasSubstr("\n    expected: \"ä… (19 bytes)\n"));
  EXPECT_THAT(text, HasSubstr("FAILED n1\n"));
  EXPECT_THAT(text, HasSubstr("\n  FAILED 1 more\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("n2")));
  EXPECT_THAT(text, testing::EndsWith("\n0 passed, 3 failed\n"));
}

TEST_F(ConformanceRun, FailsEveryCaseOfAnAreaThatIsNotKnown) {
  const std::string file = write("moon.json", R"({"area":"karmada/moon","source":"","cases":[
    {"name":"new","input":{},"expected":{}},{"name":"full","input":{},"expected":{}}]})");

  EXPECT_THAT(run({file}), HasSubstr("  FAILED full\n    area not known: \"karmada/moon\"\n"));
  EXPECT_EQ(report_.failed(), 2U);
  EXPECT_EQ(report_.passed(), 0U);
}

TEST_F(ConformanceRun, FailsAFileOfUnknownShape) {
  const std::vector<std::string_view> texts = {
      "[]",
      "17",
      "{}",
      R"({"area":"karmada/duration","source":""})",
      R"({"area":"karmada/duration","source":"","cases":{}})",
      R"({"area":"karmada/duration","source":"","cases":[]})",
      R"({"area":7,"source":"","cases":[{"name":"a","input":{},"expected":{}}]})"};
  for (const std::string_view text : texts) {
    const std::string file = write("shape.json", text);
    EXPECT_THAT(run({file}), HasSubstr("shape not known")) << text;
    EXPECT_EQ(report_.failed(), 1U) << text;
  }
}

TEST_F(ConformanceRun, FailsARecordingThatIsNone) {
  const std::vector<std::string_view> texts = {
      R"({"timeline":7,"final":{}})",
      R"({"timeline":[]})",
      R"({"timeline":[{"t":1}],"final":{}})",
      R"({"timeline":[{"t":"1","kind":"WorkCreated"}],"final":{}})",
      R"({"timeline":[],"final":{}})",
      R"({"timeline":[],"final":{},"clusters":7,"workloads":[7],"schedule":{},"duration":"1"})"};
  for (const std::string_view text : texts) {
    const std::string file = write("recording.json", text);
    EXPECT_THAT(run({file}), HasSubstr("recording.json: 0/1\n")) << text;
    EXPECT_EQ(report_.failed(), 1U) << text;
  }
}

TEST_F(ConformanceRun, FailsAFileThatIsNoJson) {
  const std::string broken =
      write("broken.json", "{\"area\": \"karmada/duration\",\n \"cases\": [}");
  const std::string twice = write("twice.json", R"({"area":"a","area":"b","cases":[]})");

  const std::string text = run({broken, twice});

  EXPECT_THAT(text, HasSubstr("broken.json: 0/1\n"));
  EXPECT_THAT(text, HasSubstr("broken.json:2:12: "));
  EXPECT_THAT(text, HasSubstr("twice.json:1:13: "));
  EXPECT_THAT(text, testing::EndsWith("0 passed, 2 failed\n"));
}

TEST_F(ConformanceRun, FailsWhatIsNotThere) {
  EXPECT_THAT(run({(folder_ / "gone.json").string()}), HasSubstr("0 passed, 1 failed"));
  EXPECT_THAT(run({folder_.string()}), HasSubstr("the folder holds no file *.json"));
  EXPECT_EQ(report_.failed(), 1U);
}

TEST_F(ConformanceRun, FailsOnlyTheCaseThatCanNotBeComputed) {
  const std::string file = write("duration.json", R"({"area":"karmada/duration","cases":[
    {"name":"broken","input":17,"expected":{"error":true}},
    {"name":"bare","input":{"text":"1s"}},
    "no case at all",
    {"name":"right","input":{"text":"bad"},"expected":{"error":true}}]})");

  EXPECT_THAT(run({file}), HasSubstr("duration.json: 1/4\n"));
  ASSERT_THAT(report_.files.front().failures, SizeIs(3));
  EXPECT_EQ(report_.files.front().failures[0].name, "broken");
  EXPECT_EQ(report_.files.front().failures[1].name, "bare");
  EXPECT_EQ(report_.files.front().failures[2].name, "case 2");
}

TEST_F(ConformanceRun, TakesAnyOfTheListedValues) {
  const std::string file = write("duration.json", R"({"area":"karmada/duration","cases":[
    {"name":"listed","input":{"text":"bad"},"expected":{"anyOf":[{"error":false},{"error":true}]}},
    {"name":"not","input":{"text":"bad"},"expected":{"anyOf":[{"error":false}]}},
    {"name":"none","input":{"text":"bad"},"expected":{"anyOf":[]}}]})");

  run({file});

  ASSERT_THAT(report_.files.front().failures, SizeIs(2));
  EXPECT_EQ(report_.files.front().failures[0].name, "not");
  EXPECT_EQ(report_.files.front().failures[1].name, "none");
}

TEST_F(ConformanceRun, WritesFilesThatPassWhenRunAgain) {
  ConformanceOptions options;
  options.actual_folder = folder_;
  run({vector_folder + "karmada"}, options);
  const std::size_t total = report_.passed() + report_.failed();

  EXPECT_THAT(run({folder_.string()}), testing::EndsWith(" passed, 0 failed\n"));
  EXPECT_EQ(report_.passed(), total);
}

TEST_F(ConformanceRun, WritesAFileAgainInItsOwnForm) {
  const std::string file = write("in/deep/duration.json", one_second);
  ConformanceOptions options;
  options.actual_folder = folder_ / "out";

  run({(folder_ / "in").string()}, options);

  EXPECT_EQ(read(folder_ / "out/deep/duration.json"), one_second);
}

TEST_F(ConformanceRun, WritesNullWhereNothingWasComputed) {
  const std::string file = write("in/moon.json", R"({"area":"karmada/moon","cases":[
    {"name":"new","input":{},"expected":{"phase":0}}]})");
  ConformanceOptions options;
  options.actual_folder = folder_ / "out";

  run({file}, options);

  const Json written = Json::parse(read(folder_ / "out/moon.json"));
  EXPECT_EQ(written.at("cases").at(0).at("expected"), nullptr);
}

TEST_F(ConformanceRun, NeverWritesOverTheVectorsNorAFileTwice) {
  const std::string first = write("one/duration.json", one_second);
  const std::string second = write("two/duration.json", one_second);
  ConformanceOptions options;
  options.actual_folder = folder_ / "one";

  EXPECT_THAT(run({first}, options), HasSubstr("would replace the file itself"));
  EXPECT_EQ(report_.failed(), 1U);

  options.actual_folder = folder_ / "out";
  EXPECT_THAT(run({first, second}, options), HasSubstr("is taken by another file"));
  EXPECT_EQ(report_.files[0].passed(), 2U);
  EXPECT_EQ(report_.files[1].passed(), 0U);
}

TEST(VectorComparison, IsExactInIntegers) {
  const auto same = [](const char* left, const char* right) {
    return !first_difference(Json::parse(left), Json::parse(right));
  };
  EXPECT_TRUE(same("9223372036854775807", "9223372036854775807"));
  EXPECT_TRUE(same("5", "5.0"));
  EXPECT_TRUE(same("-5.0", "-5"));
  EXPECT_FALSE(same("18446744073709551615", "-1"));
  EXPECT_FALSE(same("9007199254740993", "9007199254740992.0"));
  EXPECT_FALSE(same("9223372036854775808.0", "9223372036854775807"));
  EXPECT_FALSE(same("0.1", "0.10000000000000002"));
  EXPECT_FALSE(same("0", "false"));
  EXPECT_FALSE(same("0", "null"));
}

TEST(VectorComparison, NamesTheFirstDifference) {
  const Json expected = Json::parse(R"({"a":1,"b":{"c/d":[1,2]}})");
  EXPECT_EQ(first_difference(expected, expected), std::nullopt);
  EXPECT_EQ(first_difference(expected, Json::parse(R"({"a":1,"b":{"c/d":[1,3]}})")), "/b/c~1d/1");
  EXPECT_EQ(first_difference(expected, Json::parse(R"({"a":1,"b":{"c/d":[1]}})")), "/b/c~1d/1");
  EXPECT_EQ(first_difference(expected, Json::parse(R"({"a":1})")), "/b");
  EXPECT_EQ(first_difference(expected, Json::parse(R"({"a":1,"aa":1,"b":{}})")), "/aa");
  EXPECT_EQ(first_difference(expected, Json::array()), "");
}

TEST(VectorComparison, TakesTargetsAsAMapButOtherListsInOrder) {
  const Area* area = find_area("karmada/replica-assignment");
  ASSERT_NE(area, nullptr);
  const Json expected =
      Json::parse(R"({"targets":[{"name":"a","replicas":1},{"name":"b","replicas":2}],"l":[1,2]})");
  Json actual = expected;
  std::swap(actual["targets"][0], actual["targets"][1]);
  EXPECT_TRUE(matches_expected(*area, expected, actual));

  actual["targets"][0]["replicas"] = 3;
  EXPECT_FALSE(matches_expected(*area, expected, actual));

  actual = expected;
  std::swap(actual["l"][0], actual["l"][1]);
  EXPECT_FALSE(matches_expected(*area, expected, actual));
}

}  // namespace
}  // namespace firedrill::scenarios
