#include "analysis/timeline/timeline_file.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "analysis/timeline/json_lines.h"

namespace firedrill::timeline {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class TimelineFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ =
        (fs::path(testing::TempDir()) / ("timeline-file-" + std::string(test->name()))).string();
  }
  void TearDown() override { fs::remove(path_); }

  /// Event n of a file: three an instant, a second apart; every 50th has a long line.
  static TimelineEvent nth(std::uint64_t n) {
    std::string cluster = "member" + std::to_string(n);
    if (n % 50 == 0) cluster.append(20'000, 'x');
    const auto time = sim::start_time + std::chrono::seconds(n / 3);
    if (n % 2 == 0) return {n, time, n / 2, ClusterRemoved{.cluster = cluster}};
    return {n, time, n - 1, ProbeFailed{.cluster = cluster, .answer = "refused"}};
  }

  void write(std::uint64_t events) const {
    OutputFile output(path_);
    JsonLines writer(output);
    writer.begin({.scenario = "long", .seed = 3, .profile = "karmada"});
    for (std::uint64_t n = 1; n <= events; ++n)
      writer.event(nth(n));
    writer.end({.time = sim::start_time + 1h, .events = static_cast<std::int64_t>(events)});
    output.commit();
  }

  void write_text(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  [[nodiscard]] std::string text() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// What is wrong with the file, without the folder.
  [[nodiscard]] std::string problem() const {
    try {
      const TimelineFile file(path_);
      auto cursor = file.cursor();
      while (cursor.next() != nullptr) {
      }
    } catch (const BadTimeline& bad) {
      std::string text = bad.what();
      if (text.starts_with(path_)) text.replace(0, path_.size(), "FILE");
      return text;
    }
    return "";
  }

  std::string path_;
};

TEST_F(TimelineFileTest, GivesEveryEventByItsNumber) {
  write(3000);
  const TimelineFile file(path_);
  EXPECT_EQ(file.header().scenario, "long");
  EXPECT_EQ(file.footer().time.time, sim::start_time + 1h);
  ASSERT_EQ(file.count(), 3000u);
  for (std::uint64_t seq = 1; seq <= 3000; ++seq) {
    // Jump about, so that no read profits from the one before.
    const std::uint64_t n = 1 + (seq * 1237) % 3000;
    ASSERT_EQ(file.event(n), nth(n)) << n;
  }
}

TEST_F(TimelineFileTest, FindsTheFirstEventOfATime) {
  write(3000);
  const TimelineFile file(path_);
  EXPECT_EQ(file.first_at(sim::start_time), 1u);
  EXPECT_EQ(file.first_at(sim::start_time + 1s), 3u);
  EXPECT_EQ(file.first_at(sim::start_time + 500s), 1500u);
  EXPECT_EQ(file.first_at(sim::start_time + 500s + 1ns), 1503u);
  EXPECT_EQ(file.first_at(sim::start_time + 1000s), 3000u);
  EXPECT_EQ(file.first_at(sim::start_time + 1001s), 3001u);
}

TEST_F(TimelineFileTest, WalksForwardFromAnywhere) {
  write(3000);
  const TimelineFile file(path_);
  for (const std::uint64_t first : {1U, 2U, 50U, 51U, 1999U, 3000U, 3001U}) {
    auto cursor = file.cursor(first);
    for (std::uint64_t n = first; n <= 3000; ++n) {
      const TimelineEvent* event = cursor.next();
      ASSERT_NE(event, nullptr);
      ASSERT_EQ(*event, nth(n));
    }
    EXPECT_EQ(cursor.next(), nullptr);
    EXPECT_EQ(cursor.next(), nullptr);
  }
  auto part = file.cursor(10, 12);
  EXPECT_EQ(part.next()->seq, 10u);
  EXPECT_EQ(part.next()->seq, 11u);
  EXPECT_EQ(part.next(), nullptr);
}

TEST_F(TimelineFileTest, PassesOverWhatNobodyWants) {
  write(3000);
  const TimelineFile file(path_);
  auto probes = file.cursor();
  probes.only({ProbeFailed::kind}).holding({"\"member299", "\"member3\""});
  std::vector<std::uint64_t> found;
  while (const TimelineEvent* event = probes.next())
    found.push_back(event->seq);
  EXPECT_EQ(found, (std::vector<std::uint64_t>{3, 299, 2991, 2993, 2995, 2997, 2999}));
}

TEST_F(TimelineFileTest, TakesAnEmptyTimeline) {
  write(0);
  const TimelineFile file(path_);
  EXPECT_EQ(file.count(), 0u);
  EXPECT_EQ(file.first_at(sim::start_time), 1u);
  EXPECT_EQ(file.cursor().next(), nullptr);
}

TEST_F(TimelineFileTest, ReadsWhatHasNoOffsets) {
  write(200);
  const std::string pipe = path_ + "-pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << text(); });
  const TimelineFile file(pipe);
  writer.join();
  fs::remove(pipe);
  EXPECT_EQ(file.event(150), nth(150));
  EXPECT_EQ(file.event(7), nth(7));
}

TEST_F(TimelineFileTest, RefusesWhatIsNoTimelineOrNotAWholeOne) {
  EXPECT_EQ(problem(),
            "FILE: can't be opened: No such file or directory; a timeline that can be read");
  write_text("");
  EXPECT_EQ(problem(), "FILE: the file is empty; a timeline written to its end");
  write_text("{\"apiVersion\": \"firedrill/v1\"}\n");
  EXPECT_EQ(problem(),
            "FILE:1:1: not a timeline: its first line is no header; a file that firedrill run "
            "--timeline wrote");
  write(120);
  const std::string whole = text();
  const std::string broke_off =
      "FILE: the timeline has no footer: it broke off; a timeline written to its end";
  // Wherever it is cut, even at a line's end, it is noticed.
  for (const std::size_t length :
       {whole.find('\n') + 1, whole.size() / 2, whole.rfind('\n', whole.size() - 2) + 1}) {
    write_text(whole.substr(0, length));
    EXPECT_EQ(problem(), broke_off) << length;
  }
  std::string later = whole;
  later.replace(later.find("\"format\":1"), 10, "\"format\":2");
  write_text(later);
  EXPECT_EQ(problem(), "FILE:1:1: /format: format 2 is not known to this version; format 1");
  write_text(whole);
  EXPECT_EQ(problem(), "");
}

TEST_F(TimelineFileTest, NoticesLinesThatWereChangedOrLost) {
  write(40);
  const std::string whole = text();
  const std::size_t line = whole.find("{\"seq\":20,");
  std::string lost = whole;
  lost.erase(line, whole.find('\n', line) + 1 - line);
  write_text(lost);
  EXPECT_EQ(problem(), "FILE:21:1: /seq: seq 21 after 19; 20: it is dense");
  EXPECT_THROW((void)TimelineFile(path_).event(20), BadTimeline);

  std::string changed = whole;
  changed.replace(line, 10, "{\"seq\":xx,");
  write_text(changed);
  EXPECT_EQ(problem(), "FILE:21:8: not a JSON value: \"xx\"; a value");

  std::string early = whole;
  early.replace(whole.find("\"t\":6,", line), 6, "\"t\":2,");
  write_text(early);
  EXPECT_EQ(problem(), "FILE:21:1: /t: an earlier time than the event before; times in order");

  std::string short_of = whole;
  short_of.replace(short_of.find("\"events\":40"), 11, "\"events\":41");
  write_text(short_of);
  EXPECT_EQ(problem(),
            "FILE: the footer says 41 events, but the last one is 40; a file as it was written");
}

}  // namespace
}  // namespace firedrill::timeline
