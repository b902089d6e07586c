// Same scenario, seed and version: same bytes. And each scenario of the library does what it says.

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "program.h"

namespace firedrill::tools {
namespace {

class LibraryRun : public testing::TestWithParam<std::string> {};

TEST_P(LibraryRun, MeetsItsExpectationsAndRepeatsItself) {
  const Folder folder;
  const std::string command = "firedrill run " + GetParam() + " --out '" + folder.path().string();
  const Outcome first = shell(command + "/first'");
  const Outcome second = shell(command + "/second'");
  EXPECT_EQ(first.status, 0) << first.out << first.err;
  EXPECT_EQ(second.status, 0);
  EXPECT_EQ(read_file(folder.file("first/timeline.jsonl")),
            read_file(folder.file("second/timeline.jsonl")));
  EXPECT_EQ(read_file(folder.file("first/metrics.json")),
            read_file(folder.file("second/metrics.json")));
}

TEST_P(LibraryRun, IsCalmWithoutItsEvents) {
  if (read_file(GetParam()).find("\"calmTwin\": false") != std::string::npos) return;
  const Outcome calm = firedrill("run " + GetParam() + " --calm --quiet --timeline -");
  EXPECT_EQ(calm.status, 0) << calm.err;
  EXPECT_THAT(calm.out, testing::Not(testing::HasSubstr("\"kind\":\"GracefulEvictionTaskAdded\"")));
  // A cluster that has just joined is not ready until it was looked at.
  std::istringstream lines(calm.out);
  for (std::string line; std::getline(lines, line);) {
    const auto event = nlohmann::json::parse(line);
    if (event["kind"] != "TaintAdded") continue;
    EXPECT_LT(event["t"].get<double>(), 15) << line;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Library, LibraryRun, testing::ValuesIn(library_scenarios()), [](const auto& parameter) {
      std::string name = std::filesystem::path(parameter.param).stem().string();
      std::ranges::replace_if(
          name, [](char c) { return c == '-' || c == '.'; }, '_');
      return name;
    });

}  // namespace
}  // namespace firedrill::tools
