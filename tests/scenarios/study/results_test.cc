// The file of a study's results: what is committed stays, nothing is doubled, and files that belong
// to something else are refused.

#include "scenarios/study/results.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/sqlite/sqlite.h"
#include "analysis/timeline/output.h"
#include "sim/random.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;
using analysis::Amount;
using analysis::StudyCell;
using analysis::StudyTable;
using testing::HasSubstr;

constexpr std::int64_t second = 1'000'000'000;

class Results : public testing::Test {
 protected:
  Results() {
    std::string pattern = (fs::temp_directory_path() / "results-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    file_ = folder_ / "study.sqlite";
  }
  ~Results() override { fs::remove_all(folder_); }

  static std::unique_ptr<ResultStore> opened(ResultStore::Opened result) {
    if (const auto* refusal = std::get_if<api::Diagnostic>(&result)) {
      ADD_FAILURE() << api::render(*refusal);
      return {};
    }
    return std::get<std::unique_ptr<ResultStore>>(std::move(result));
  }

  static std::string refusal(const ResultStore::Opened& result) {
    const auto* diagnostic = std::get_if<api::Diagnostic>(&result);
    return diagnostic == nullptr ? "opened" : api::render(*diagnostic);
  }

  std::unique_ptr<ResultStore> open(const StudyTable& study, Resume resume = Resume::keep) {
    return opened(ResultStore::open(file_, study, "identity", resume));
  }

  fs::path folder_;
  fs::path file_;
};

StudyTable two_thresholds() {
  StudyTable study{.name = "flapping-link", .design = "grid", .seeds = 2};
  study.parameters = {{.name = "cluster-failure-threshold",
                       .kind = analysis::ValueKind::duration,
                       .path = "/controlPlane/flags/cluster-failure-threshold",
                       .flags = {{.process = "karmada-controller-manager",
                                  .flag = "--cluster-failure-threshold"}}}};
  study.points = {{.values = {{.text = "30s", .number = 30}}},
                  {.values = {{.text = "60s", .number = 60}}}};
  study.scenarios = {{.name = "flapping", .path = "flapping.json", .first_seed = 3},
                     {.name = "real-outage", .path = "outage.json", .first_seed = 7}};
  study.cells.resize(study.cell_count());
  return study;
}

StudyCell measured(std::int64_t needless, std::int64_t milliseconds) {
  return {.metrics = {{"eviction.needless.count", Amount(needless)},
                      {"workload.unavailability.max", Amount(milliseconds * (second / 1000))}},
          .digest = "d" + std::to_string(milliseconds)};
}

std::vector<StudyCell> results_of_two_thresholds() {
  return {measured(4, 20'000),  measured(6, 23'000),
          measured(0, 70'000),  measured(0, 74'500),
          measured(0, 0),       measured(1, 0),
          measured(0, 100'250), {.error = "no progress at 10m0s"}};
}

/// A study of many cells, whose results depend on their index alone.
StudyTable many_cells(std::size_t points) {
  StudyTable study{.name = "many", .design = "random", .seeds = 1};
  study.parameters = {{.name = "rate", .kind = analysis::ValueKind::number, .path = "/rate"}};
  for (std::size_t i = 0; i < points; ++i) {
    study.points.push_back(
        {.values = {{.text = std::to_string(i), .number = static_cast<double>(i)}}});
  }
  study.scenarios = {{.name = "a", .path = "a.json", .first_seed = 1}};
  study.cells.resize(study.cell_count());
  return study;
}

StudyCell result_of(std::size_t cell) {
  if (cell % 17 == 5) return {.error = "cell " + std::to_string(cell) + " can't be"};
  const auto number = static_cast<std::int64_t>(cell);
  StudyCell result = measured(number % 7, number * 1'000);
  result.metrics.emplace("workload.readyShare.min", Amount(number, 1 + number * 3));
  return result;
}

/// All rows of all tables, each table's in order of their text.
std::string content_of(const fs::path& file) {
  sqlite::Database database(file.string());
  EXPECT_EQ(database.text("PRAGMA integrity_check"), "ok");
  std::string content;
  sqlite::Statement table(database, "SELECT name, sql FROM sqlite_master ORDER BY name");
  while (table.step()) {
    const std::string name(table.text(0));
    content += std::string(table.text(1)) + "\n";
    if (!table.text(1).starts_with("CREATE TABLE")) continue;
    sqlite::Statement row(database, "SELECT * FROM " + name + " ORDER BY 1, 2");
    while (row.step()) {
      for (int i = 0; i < row.columns(); ++i)
        content += std::string(row.text(i)) + "|";
      content += "\n";
    }
  }
  return content;
}

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

TEST_F(Results, GiveBackWhatWasPut) {
  const StudyTable study = two_thresholds();
  const std::vector<StudyCell> cells = results_of_two_thresholds();
  auto store = open(study, Resume::refuse);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_FALSE(store->committed(i));
    store->put(i, cells[i]);
  }
  store->flush();
  EXPECT_EQ(store->committed_count(), 8);
  store->close();
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1) << "one file remains";

  store = open(study);
  StudyTable loaded = two_thresholds();
  store->load(loaded);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_TRUE(store->committed(i));
    ASSERT_TRUE(loaded.cells[i]);
    EXPECT_EQ(loaded.cells[i]->error, cells[i].error);
    EXPECT_EQ(loaded.cells[i]->digest, cells[i].digest);
    EXPECT_EQ(loaded.cells[i]->metrics, cells[i].metrics);
  }
}

TEST_F(Results, KeepAmountsThatNoDoubleCanHold) {
  constexpr analysis::Int128 huge = static_cast<analysis::Int128>(1) << 120;
  StudyCell cell{.metrics = {{"workload.unavailability.replicaSeconds", Amount(huge + 1)},
                             {"workload.readyShare.min", Amount(1, 3)},
                             {"migrations.total", Amount(-huge - 3)}}};
  auto store = open(two_thresholds());
  store->put(5, cell);
  StudyTable loaded = two_thresholds();
  store->load(loaded);
  const auto& metrics = loaded.cells[5]->metrics;
  EXPECT_TRUE(metrics.at("workload.unavailability.replicaSeconds").numerator == huge + 1);
  EXPECT_TRUE(metrics.at("migrations.total").numerator == -huge - 3);
  EXPECT_TRUE(metrics.at("workload.readyShare.min").denominator == 3);
  EXPECT_FALSE(loaded.cells[4]);
}

TEST_F(Results, AreTheSameInWhicheverOrderTheyCome) {
  const StudyTable study = many_cells(200);
  auto store = open(study);
  for (std::size_t i = 0; i < 200; ++i)
    store->put(i, result_of(i));
  store->close();
  const std::string straight = content_of(file_);

  file_ = folder_ / "shuffled.sqlite";
  store = open(study);
  std::vector<std::thread> threads;
  for (std::size_t part = 0; part < 4; ++part) {
    threads.emplace_back([&store, part] {
      for (std::size_t i = 200; i-- > 0;) {
        if (i % 4 == part || i % 3 == 0) store->put(i, result_of(i));  // some by several
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  store->close();
  EXPECT_EQ(content_of(file_), straight);
}

/// Puts cells that aren't there yet and says, once they are committed, which ones.
[[noreturn]] void write_until_killed(const fs::path& file, std::size_t points, int pipe) {
  const StudyTable study = many_cells(points);
  auto result = ResultStore::open(file, study, "identity", Resume::keep);
  auto* opened = std::get_if<std::unique_ptr<ResultStore>>(&result);
  if (opened == nullptr) _exit(3);
  ResultStore& store = **opened;
  for (std::size_t i = 0; i < points; ++i) {
    const std::size_t cell = (i * 77) % points;  // not in order; 77 and 600 have 1 in common
    if (store.committed(cell)) continue;
    store.put(cell, result_of(cell));
    if (i % 5 != 0) continue;
    store.flush();
    if (::write(pipe, &cell, sizeof cell) != static_cast<ssize_t>(sizeof cell)) _exit(4);
  }
  store.close();
  _exit(0);
}

TEST_F(Results, OutliveTwentyKills) {
  constexpr std::size_t points = 601;
  sim::Random random(20261122);
  std::vector<std::size_t> acknowledged;
  for (int round = 0; round < 20; ++round) {
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_until_killed(file_, points, ends[1]);
    ::close(ends[1]);
    // Where the kill meets it depends on the machine; what must hold does not.
    const std::uint64_t patience = random.below(6);
    std::size_t cell = 0;
    for (std::uint64_t i = 0; i < patience; ++i) {
      if (::read(ends[0], &cell, sizeof cell) != static_cast<ssize_t>(sizeof cell)) break;
      acknowledged.push_back(cell);
    }
    ::kill(child, SIGKILL);
    while (::read(ends[0], &cell, sizeof cell) == static_cast<ssize_t>(sizeof cell))
      acknowledged.push_back(cell);
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << WEXITSTATUS(status);

    const auto store = open(many_cells(points));
    ASSERT_TRUE(store);
    for (const std::size_t each : acknowledged)
      ASSERT_TRUE(store->committed(each)) << each << " is lost in round " << round;
    if (round % 2 == 0) store->close();  // else the next child finds the log
  }
  EXPECT_GT(acknowledged.size(), 20U);

  auto store = open(many_cells(points));
  for (std::size_t i = 0; i < points; ++i) {
    if (!store->committed(i)) store->put(i, result_of(i));
  }
  store->close();
  const std::string interrupted = content_of(file_);
  file_ = folder_ / "straight.sqlite";
  store = open(many_cells(points));
  for (std::size_t i = 0; i < points; ++i)
    store->put(i, result_of(i));
  store->close();
  EXPECT_EQ(interrupted, content_of(file_));
}

/// Fills the file until it may not grow any more; 0 if that ends as it should.
int fill_the_disk(const fs::path& file) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{.rlim_cur = 200'000, .rlim_max = 200'000};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  auto result = ResultStore::open(file, many_cells(3000), "identity", Resume::keep);
  auto* opened = std::get_if<std::unique_ptr<ResultStore>>(&result);
  if (opened == nullptr) return 3;
  try {
    for (std::size_t i = 0; i < 3000; ++i) {
      (*opened)->put(i, result_of(i));
      if (i % 50 == 0) (*opened)->flush();
    }
    (*opened)->close();
  } catch (const timeline::ResourceError& error) {
    const bool named = std::string(error.what()).find(file.string()) != std::string::npos;
    opened->reset();
    return named ? 0 : 4;
  }
  return 5;
}

TEST_F(Results, OutliveAFullDisk) {
  auto store = open(many_cells(3000));
  store->put(7, result_of(7));
  store->close();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(fill_the_disk(file_));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);

  store = open(many_cells(3000));
  EXPECT_TRUE(store->committed(7));
  EXPECT_GT(store->committed_count(), 1U);
  for (std::size_t i = 0; i < 3000; ++i) {
    if (!store->committed(i)) store->put(i, result_of(i));
  }
  store->close();
  EXPECT_THAT(content_of(file_), HasSubstr("2999|2999|0|1|"));
}

TEST_F(Results, AreNotWrittenOverUnasked) {
  const StudyTable study = two_thresholds();
  open(study)->close();
  auto store = open(study, Resume::refuse);  // nothing is in it yet
  store->put(0, measured(1, 1));
  store->close();
  EXPECT_THAT(refusal(ResultStore::open(file_, study, "identity", Resume::refuse)),
              HasSubstr("study.sqlite: has 1 finished cells of this study already; --resume"));
}

TEST_F(Results, OfFailedCellsAreDroppedWhereAsked) {
  const StudyTable study = two_thresholds();
  auto store = open(study);
  store->put(0, measured(1, 1));
  store->put(1, {.error = "it failed"});
  store->close();
  store = open(study, Resume::keep);
  EXPECT_TRUE(store->committed(1));
  store->close();
  store = open(study, Resume::retry_failures);
  EXPECT_TRUE(store->committed(0));
  EXPECT_FALSE(store->committed(1));
  store->put(1, measured(2, 2));
  StudyTable loaded = two_thresholds();
  store->load(loaded);
  EXPECT_FALSE(loaded.cells[1]->failed());
}

TEST_F(Results, OfAnotherStudyAreRefused) {
  open(two_thresholds())->close();
  const std::string before = read(file_);
  EXPECT_THAT(
      refusal(ResultStore::open(file_, two_thresholds(), "other", Resume::keep)),
      HasSubstr("study.sqlite: has the results of another study: \"flapping-link\", written by"));
  EXPECT_EQ(read(file_), before);
}

TEST_F(Results, OfAnotherFormatAreRefused) {
  open(two_thresholds())->close();
  sqlite::Database(file_.string()).run("PRAGMA user_version = 2");
  EXPECT_THAT(refusal(ResultStore::open(file_, two_thresholds(), "identity", Resume::keep)),
              HasSubstr("has format 2 of results; this program has format 1"));
}

TEST_F(Results, AreNotPutIntoOtherFiles) {
  const auto opening = [&] {
    return refusal(ResultStore::open(file_, two_thresholds(), "identity", Resume::keep));
  };
  for (const std::string& text : {std::string("hello"), std::string(5000, 'x')}) {
    write(file_, text);
    EXPECT_THAT(opening(), HasSubstr("is no SQLite file"));
    EXPECT_EQ(read(file_), text) << "it is left alone";
  }
  fs::remove(file_);
  write(file_, "");
  sqlite::Database(file_.string()).run("CREATE TABLE mine (a)");
  EXPECT_THAT(opening(), HasSubstr("is an SQLite file of something else"));
  file_ = folder_;
  EXPECT_THAT(opening(), HasSubstr("is a directory"));
  file_ = "/dev/null";
  EXPECT_THAT(opening(), HasSubstr("is no regular file"));
  file_ = folder_ / "missing" / "study.sqlite";
  EXPECT_THROW(opening(), timeline::ResourceError);
}

TEST_F(Results, CutOffInTheMiddleAreRefused) {
  auto store = open(many_cells(300));
  for (std::size_t i = 0; i < 300; ++i)
    store->put(i, result_of(i));
  store->close();
  fs::resize_file(file_, fs::file_size(file_) / 2);
  EXPECT_THAT(refusal(ResultStore::open(file_, many_cells(300), "identity", Resume::keep)),
              HasSubstr("is damaged"));
}

TEST_F(Results, AreWrittenByOneStudyAtATime) {
  const auto store = open(two_thresholds());
  EXPECT_THAT(refusal(ResultStore::open(file_, two_thresholds(), "identity", Resume::keep)),
              HasSubstr("another study is writing it"));
}

TEST_F(Results, CanBeReadWhileTheyAreWritten) {
  const auto store = open(two_thresholds());
  store->put(3, measured(1, 1));
  store->flush();
  sqlite::Database reader(file_.string());
  EXPECT_EQ(reader.number("SELECT count(*) FROM cells"), 1);
  store->put(4, measured(1, 1));
  store->flush();
  EXPECT_EQ(reader.number("SELECT count(*) FROM cells"), 2);
}

/// Blocks of that language on the page.
std::vector<std::string> blocks(const std::string& page, const std::string& language) {
  std::vector<std::string> found;
  const std::string fence = "```" + language + "\n";
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at + 1)) {
    const std::size_t start = at + fence.size();
    found.push_back(page.substr(start, page.find("```", start) - start));
  }
  return found;
}

TEST_F(Results, AnswerTheQuestionsOfTheirPage) {
  const auto store = open(two_thresholds());
  const std::vector<StudyCell> cells = results_of_two_thresholds();
  for (std::size_t i = 0; i < cells.size(); ++i)
    store->put(i, cells[i]);
  store->flush();

  const std::string page = read("docs/reference/results.md");
  const std::vector<std::string> questions = blocks(page, "sql");
  const std::vector<std::string> answers = blocks(page, "text");
  ASSERT_EQ(questions.size(), 3U);
  ASSERT_EQ(answers.size(), 3U);
  sqlite::Database database(file_.string());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    sqlite::Statement row(database, questions[i]);
    std::string answer;
    while (row.step()) {
      for (int column = 0; column < row.columns(); ++column)
        answer += (column == 0 ? "" : "|") + std::string(row.text(column));
      answer += "\n";
    }
    EXPECT_EQ(answer, answers[i]) << questions[i];
  }
}

TEST_F(Results, HaveTheTablesOfTheirPage) {
  open(two_thresholds())->close();
  const std::string page = read("docs/reference/results.md");
  sqlite::Database database(file_.string());
  EXPECT_EQ(database.number("PRAGMA application_id"), 1717858924);
  sqlite::Statement column(database,
                           "SELECT m.name, c.name FROM sqlite_master AS m, "
                           "pragma_table_info(m.name) AS c WHERE m.type = 'table'");
  while (column.step()) {
    const std::string row = "\n| `" + std::string(column.text(0)) + "` |";
    const std::size_t at = page.find(row);
    ASSERT_NE(at, std::string::npos) << row;
    const std::string line = page.substr(at, page.find('\n', at + 1) - at);
    EXPECT_THAT(line, HasSubstr("`" + std::string(column.text(1)) + "`"));
  }
}

}  // namespace
}  // namespace firedrill::scenarios
