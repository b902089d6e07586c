/// Each vector file is claimed by one list, and the list of those that agree only grows.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/conformance/vector_file.h"
#include "vector_lists.h"

namespace firedrill::scenarios {
namespace {

std::vector<std::string> vector_files() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(vector_folder)) {
    if (entry.path().extension() != ".json") continue;
    paths.push_back(entry.path().lexically_relative(vector_folder).generic_string());
  }
  std::ranges::sort(paths);
  return paths;
}

TEST(VectorLists, ClaimEachFileOnce) {
  std::vector<std::string> listed = read_vector_list("passing.txt");
  std::ranges::copy(read_vector_list("pending.txt"), std::back_inserter(listed));
  std::ranges::sort(listed);

  EXPECT_THAT(listed, testing::ElementsAreArray(vector_files()));
}

TEST(VectorLists, AreSorted) {
  EXPECT_TRUE(std::ranges::is_sorted(read_vector_list("passing.txt")));
  EXPECT_TRUE(std::ranges::is_sorted(read_vector_list("pending.txt")));
}

TEST(VectorLists, HoldNoPendingFileThatAgrees) {
  for (const std::string& path : read_vector_list("pending.txt")) {
    const FileResult result = check_vector_file(vector_folder + path, KeepActual::no);
    EXPECT_FALSE(result.failures.empty()) << path << " agrees: move it to passing.txt";
  }
}

}  // namespace
}  // namespace firedrill::scenarios
