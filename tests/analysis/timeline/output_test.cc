#include "analysis/timeline/output.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace firedrill::timeline {
namespace {

namespace fs = std::filesystem;

class OutputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / ("output-file-" + std::string(test->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(folder_), {});
  }

  fs::path folder_;
};

TEST_F(OutputFileTest, AppearsUnderItsNameOnlyOnCommit) {
  const fs::path target = folder_ / "timeline.jsonl";
  OutputFile file(target);
  file.write("one\n");
  file.write("two\n");
  EXPECT_FALSE(fs::exists(target));
  file.commit();
  EXPECT_EQ(content(target), "one\ntwo\n");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, LeavesTheOldFileAndNoTraceWithoutCommit) {
  const fs::path target = folder_ / "timeline.jsonl";
  std::ofstream(target) << "old";
  {
    OutputFile file(target);
    file.write("new");
  }
  EXPECT_EQ(content(target), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, TwoWritersOfOneTargetDoNotMix) {
  const fs::path target = folder_ / "metrics.json";
  OutputFile first(target);
  OutputFile second(target);
  first.write("first");
  second.write("second");
  second.commit();
  first.commit();
  EXPECT_EQ(content(target), "first");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, WritesThroughASymbolicLink) {
  const fs::path real = folder_ / "real";
  const fs::path link = folder_ / "link";
  std::ofstream(real) << "old";
  fs::create_symlink(real, link);
  OutputFile file(link);
  file.write("new");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(content(real), "new");
}

TEST_F(OutputFileTest, NamesTheFileAndTheReasonWhenItCannotBeMade) {
  try {
    OutputFile file(folder_ / "missing" / "timeline.jsonl");
    FAIL() << "no error";
  } catch (const ResourceError& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    EXPECT_NE(std::string(error.what()).find("missing/timeline.jsonl: No such file"),
              std::string::npos)
        << error.what();
  }
}

TEST(OutputFile, ReportsAFullDisk) {
  ASSERT_TRUE(fs::exists("/dev/full"));
  OutputFile file("/dev/full");
  try {
    file.write("bytes");
    FAIL() << "no error";
  } catch (const ResourceError& error) {
    EXPECT_EQ(error.code(), std::errc::no_space_on_device);
  }
}

TEST(StreamOutput, ReportsAStreamThatFails) {
  std::ostringstream stream;
  StreamOutput output(stream);
  output.write("ok");
  stream.setstate(std::ios::badbit);
  EXPECT_THROW(output.write("lost"), ResourceError);
  EXPECT_THROW(output.flush(), ResourceError);
}

}  // namespace
}  // namespace firedrill::timeline
