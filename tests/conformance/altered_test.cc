/// The harness sees what it is there to see: with one recorded value changed, that very case fails.

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scenarios/conformance/vector_file.h"
#include "vector_lists.h"

namespace firedrill::scenarios {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

/// An index below `count` that differs from file to file and is the same in every run.
std::size_t pick(std::string_view name, std::size_t count) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash % count;
}

/// Changes a value that has no values within.
void alter(Json& leaf) {
  if (leaf.is_boolean()) {
    leaf = !leaf.get<bool>();
  } else if (leaf.is_number_float()) {
    leaf = leaf.get<double>() + 1;
  } else if (leaf.is_number_unsigned()) {
    leaf = leaf.get<std::uint64_t>() + 1;
  } else if (leaf.is_number()) {
    leaf = leaf.get<std::int64_t>() + 1;
  } else if (leaf.is_string()) {
    leaf = leaf.get<std::string>() + "x";
  } else if (leaf.is_array()) {
    leaf.push_back("x");
  } else {
    leaf["x"] = "x";  // an empty object, or null
  }
}

/// Changes one of the leaves below the value.
void alter_within(Json& value, std::string_view name) {
  const Json leaves = value.flatten();
  if (!leaves.is_object() || leaves.empty()) return alter(value);
  auto leaf = leaves.begin();
  std::advance(leaf, static_cast<std::ptrdiff_t>(pick(name, leaves.size())));
  alter(value.at(Json::json_pointer(leaf.key())));
}

class AlteredVectors : public testing::TestWithParam<std::string> {
 protected:
  static Json read() {
    std::ifstream file(vector_folder + GetParam());
    return Json::parse(file);
  }
};

class AlteredArea : public AlteredVectors {};

TEST_P(AlteredArea, FailsInThatVeryCase) {
  Json document = read();
  Json& cases = document.at("cases");
  Json& altered = cases.at(pick(GetParam(), cases.size()));
  alter_within(altered.at("expected"), GetParam());

  const FileResult result = check_vectors(document, GetParam());

  ASSERT_THAT(result.failures, SizeIs(1));
  EXPECT_EQ(result.failures.front().name, altered.at("name").get<std::string>());
  EXPECT_EQ(result.passed(), cases.size() - 1);
}

class AlteredTimeline : public AlteredVectors {
 protected:
  /// An event that the comparison looks at.
  static Json& event(Json& document) {
    Json& timeline = document.at("timeline");
    std::size_t i = pick(GetParam(), timeline.size());
    while (timeline.at(i).at("kind") == "ResourceSummaryChanged")
      i = (i + 1) % timeline.size();
    return timeline.at(i);
  }

  static void expect_named(const Json& document, const Json& event) {
    const FileResult result = check_vectors(document, GetParam());
    ASSERT_THAT(result.failures, SizeIs(1));
    for (const char* key : {"kind", "cluster", "binding"}) {
      if (!event.contains(key)) continue;
      EXPECT_THAT(result.failures.front().lines,
                  Contains(HasSubstr(event.at(key).get<std::string>())));
    }
  }
};

TEST_P(AlteredTimeline, FailsByAnEventsTime) {
  Json document = read();
  Json& altered = event(document);
  altered["t"] = altered.at("t").get<double>() + 0.5;
  expect_named(document, altered);
}

TEST_P(AlteredTimeline, FailsByAnEventsPayload) {
  Json document = read();
  Json& altered = event(document);
  altered["unheard"] = "of";
  expect_named(document, altered);
}

TEST_P(AlteredTimeline, FailsByTheFinalState) {
  Json document = read();
  alter_within(document.at("final"), GetParam());
  EXPECT_THAT(check_vectors(document, GetParam()).failures, SizeIs(1));
}

std::vector<std::string> passing_files(bool end_to_end) {
  std::vector<std::string> paths = read_vector_list("passing.txt");
  std::erase_if(paths, [&](const std::string& path) {
    return (path.find("-e2e") != std::string::npos) != end_to_end;
  });
  return paths;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(0, info.param.rfind('.'));
  for (char& c : name) {
    if (c == '/' || c == '-') c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Passing,
                         AlteredArea,
                         testing::ValuesIn(passing_files(/*end_to_end=*/false)),
                         test_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AlteredTimeline);
INSTANTIATE_TEST_SUITE_P(Passing,
                         AlteredTimeline,
                         testing::ValuesIn(passing_files(/*end_to_end=*/true)),
                         test_name);

}  // namespace
}  // namespace firedrill::scenarios
