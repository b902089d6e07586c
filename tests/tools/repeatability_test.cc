// Same scenario, seed and version: same bytes. What comes of the library's scenarios is tested in
// tests/scenarios/library_runs_test.cc.

#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

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

INSTANTIATE_TEST_SUITE_P(
    Library, LibraryRun, testing::ValuesIn(document_scenarios()), [](const auto& parameter) {
      std::string name = std::filesystem::path(parameter.param).stem().string();
      std::ranges::replace_if(
          name, [](char c) { return c == '-' || c == '.'; }, '_');
      return name;
    });

}  // namespace
}  // namespace firedrill::tools
