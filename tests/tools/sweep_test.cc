// `firedrill sweep` as people run it: what it says, what it keeps, and what is left of it when it
// is killed.

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include "program.h"

namespace firedrill::tools {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// 48 cells, for what takes its time.
const std::string large = "tests/scenarios/study/thresholds.json";
/// 8 cells.
const std::string small = "tests/scenarios/study/policies.json";

/// All that a database holds, table by table, rows in order: the same for equal content.
std::string content_of(const std::string& file) {
  sqlite3* opened = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, &sqlite3_close);
  std::string text;
  const auto append_row = [](void* out, int count, char** values, char** names) {
    for (int i = 0; i < count; ++i)
      *static_cast<std::string*>(out) +=
          std::string(names[i]) + "=" + (values[i] == nullptr ? "NULL" : values[i]) + "|";
    *static_cast<std::string*>(out) += "\n";
    return 0;
  };
  std::string tables;
  sqlite3_exec(opened, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
               append_row, &tables, nullptr);
  for (std::size_t at = tables.find("name="); at != std::string::npos;
       at = tables.find("name=", at + 1)) {
    const std::string name = tables.substr(at + 5, tables.find('|', at) - at - 5);
    text += "TABLE " + name + "\n";
    std::string rows;
    EXPECT_EQ(sqlite3_exec(opened, ("SELECT * FROM \"" + name + "\"").c_str(), append_row, &rows,
                           nullptr),
              SQLITE_OK)
        << name;
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < rows.size();) {
      const std::size_t end = rows.find('\n', begin);
      lines.push_back(rows.substr(begin, end - begin));
      begin = end + 1;
    }
    std::ranges::sort(lines);
    for (const std::string& line : lines)
      text += line + "\n";
  }
  return text;
}

std::string sweep(const std::string& arguments) {
  return "sweep " + small + " " + arguments;
}
std::string sweep_large(const std::string& arguments) {
  return "sweep " + large + " " + arguments;
}

/// A study of the tests' small world, in a file of its own.
std::string write_study(const Folder& folder, const std::string& parameters) {
  const std::string world = std::filesystem::absolute("tests/scenarios/study/world.json").string();
  std::string file = folder.file("study.json");
  std::ofstream(file) << R"({"apiVersion": "firedrill/v1", "kind": "Study", "scenarios": [")"
                      << world << R"("], "parameters": [)" << parameters
                      << R"(], "objectives": [{"minimize": "workload.unavailability.p95"}]})";
  return file;
}

TEST(Sweep, PrintsTheFrontTheRecommendationAndHowFarItIs) {
  const Outcome outcome = firedrill(sweep("--jobs 2"));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Pareto front"));
  EXPECT_THAT(outcome.out, HasSubstr("karmada-controller-manager --cluster-failure-threshold="));
  EXPECT_THAT(outcome.err, HasSubstr("4 of 8 cells done\n"));
  EXPECT_THAT(outcome.err, HasSubstr("8 of 8 cells done\n"));
  EXPECT_THAT(outcome.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(firedrill(sweep("-q -o json")).err, IsEmpty());
}

TEST(Sweep, GivesTheSameResultsForAnyNumberOfThreads) {
  const Folder folder;
  const auto run = [&](const std::string& jobs) {
    const Outcome outcome =
        firedrill(sweep_large("--jobs " + jobs + " --results " + folder.file(jobs + ".sqlite") +
                              " --csv " + folder.file(jobs + ".csv") + " -o json"));
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.out + read_file(folder.file(jobs + ".csv")) +
           content_of(folder.file(jobs + ".sqlite"));
  };
  const std::string alone = run("1");
  EXPECT_TRUE(run("2") == alone);
  EXPECT_TRUE(run("4") == alone);
  const std::string csv = read_file(folder.file("1.csv"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 48 + 1);
  EXPECT_THAT(csv, StartsWith("cell,"));
}

// The program is killed as soon as it has told of so many more tenths of the cells.
TEST(Sweep, LosesAndDoublesNothingWhenKilled) {
  const Folder folder;
  ASSERT_EQ(firedrill(sweep_large("-q --jobs 2 --results " + folder.file("whole.sqlite"))).status,
            0);
  const std::string whole = content_of(folder.file("whole.sqlite"));
  constexpr int kills = 20;
  int killed = 0;
  for (int round = 0; killed < kills; ++round) {
    const std::string file = folder.file("round" + std::to_string(round) + ".sqlite");
    for (bool finished = false; !finished && killed < kills;) {
      const int tenths = 1 + (killed * 7 + round) % 3;
      const std::string milliseconds = std::to_string(killed * 37 % 10);
      const Outcome outcome = shell(
          ": >" + folder.file("progress") + "; '" FIREDRILL_PROGRAM "' sweep " + large +
          " --jobs 2 --resume --results " + file + " >/dev/null 2>" + folder.file("progress") +
          " & pid=$!\n"
          "while kill -0 $pid 2>/dev/null && [ $(grep -c done " +
          folder.file("progress") + ") -lt " + std::to_string(tenths) +
          " ]; do sleep 0.002; done\n"
          "sleep 0.00" +
          milliseconds + "; kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null");
      finished = outcome.status == 0;
      if (!finished) ++killed;
      EXPECT_TRUE(finished || outcome.status == 128 + 9) << outcome.status;
    }
    const Outcome last = firedrill(sweep_large("-q --resume --results " + file));
    EXPECT_EQ(last.status, 0) << last.err;
    EXPECT_TRUE(content_of(file) == whole) << "round " << round;
  }
}

TEST(Sweep, EndsWith130AfterCtrlCAndGoesOnFromThere) {
  const Folder folder;
  const std::string file = folder.file("study.sqlite");
  // Without job control a shell has its background jobs ignore the signal.
  const Outcome outcome = shell(
      "set -m; : >" + folder.file("progress") + "; '" FIREDRILL_PROGRAM "' sweep " + large +
      " --jobs 1 --results " + file + " >" + folder.file("out") + " 2>" + folder.file("progress") +
      " & pid=$!\n"
      "while [ $(grep -c done " +
      folder.file("progress") +
      ") -lt 2 ]; do sleep 0.002; done\n"
      "kill -INT $pid; wait $pid");
  EXPECT_EQ(outcome.status, 130);
  EXPECT_THAT(read_file(folder.file("out")), IsEmpty());
  EXPECT_THAT(read_file(folder.file("progress")),
              ContainsRegex("interrupted: [0-9]+ of 48 cells are in .*; --resume goes on there\n"));
  const Outcome rest = firedrill(sweep_large("--resume --results " + file));
  EXPECT_EQ(rest.status, 0) << rest.err;
  EXPECT_THAT(rest.err, HasSubstr("48 of 48 cells done\n"));
}

TEST(Sweep, HasNothingToDoWhenAllCellsAreThere) {
  const Folder folder;
  const std::string arguments = sweep("--jobs 2 --results " + folder.file("study.sqlite"));
  const Outcome first = firedrill(arguments);
  ASSERT_EQ(first.status, 0) << first.err;
  const std::string content = content_of(folder.file("study.sqlite"));
  const Outcome second = firedrill(arguments + " --resume");
  EXPECT_EQ(second.status, 0);
  EXPECT_EQ(second.out, first.out);
  EXPECT_THAT(second.err, IsEmpty());
  EXPECT_TRUE(content_of(folder.file("study.sqlite")) == content);
}

TEST(Sweep, RefusesResultsThatItWasNotToldToGoOnWith) {
  const Folder folder;
  const std::string file = folder.file("study.sqlite");
  ASSERT_EQ(firedrill(sweep("-q --results " + file)).status, 0);
  const std::string content = content_of(file);
  const Outcome again = firedrill(sweep("--results " + file));
  EXPECT_EQ(again.status, 2);
  EXPECT_THAT(again.err, HasSubstr("--resume"));
  const std::string other =
      write_study(folder, R"({"path": "/clusters/*/background/share", "values": [0.1, 0.2]})");
  const Outcome foreign = firedrill("sweep " + other + " --resume --results " + file);
  EXPECT_EQ(foreign.status, 2);
  EXPECT_THAT(foreign.err, HasSubstr("policies"));
  std::ofstream(folder.file("text.sqlite")) << "no database";
  EXPECT_EQ(firedrill(sweep("--resume --results " + folder.file("text.sqlite"))).status, 2);
  EXPECT_TRUE(content_of(file) == content);
}

TEST(Sweep, GoesOnAfterFailedCellsAndEndsWith1) {
  const Folder folder;
  const std::string file =
      write_study(folder, R"({"path": "/clusters/*/background/share", "values": [0.1, 1.5, 0.2]})");
  const Outcome outcome = firedrill("sweep " + file + " --csv " + folder.file("cells.csv"));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("3 of 3 cells done, 1 failed\n"));
  EXPECT_THAT(outcome.out, HasSubstr("/clusters/0/background/share: 1.5 is out of range"));
  const std::string csv = read_file(folder.file("cells.csv"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 4);
  EXPECT_THAT(csv, HasSubstr("1.5 is out of range"));
}

TEST(Sweep, WritesACellsScenarioThatRunsAlike) {
  const Folder folder;
  const std::string results = folder.file("study.sqlite");
  ASSERT_EQ(firedrill(sweep("-q --digests --results " + results)).status, 0);
  const Outcome replay = firedrill(sweep("--replay 5 --out " + folder.file("cell.json")));
  EXPECT_EQ(replay.status, 0) << replay.err;
  EXPECT_THAT(replay.out + replay.err, IsEmpty());
  const Outcome run =
      firedrill("run " + folder.file("cell.json") + " --timeline " + folder.file("cell.jsonl"));
  EXPECT_EQ(run.status, 0) << run.err;
  const std::string timeline = read_file(folder.file("cell.jsonl"));
  const std::size_t last = timeline.rfind('\n', timeline.size() - 2) + 1;
  const std::string digest = nlohmann::json::parse(timeline.substr(last)).at("digest");
  EXPECT_THAT(content_of(results), HasSubstr(digest));
  EXPECT_EQ(firedrill(sweep("--replay 5")).out, read_file(folder.file("cell.json")));
  const Outcome beyond = firedrill(sweep("--replay 8"));
  EXPECT_EQ(beyond.status, 2);
  EXPECT_THAT(beyond.err, HasSubstr("the study has the cells 0 to 7"));
}

TEST(Sweep, ShardsMakeTheWholeTogether) {
  const Folder folder;
  const std::string whole = folder.file("whole.sqlite");
  const std::string parts = folder.file("parts.sqlite");
  ASSERT_EQ(firedrill(sweep("-q --results " + whole)).status, 0);
  const Outcome first = firedrill(sweep("--shard 1/2 --results " + parts));
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_THAT(first.out, StartsWith("4 of 8 cells are done, 0 of them failed; "));
  const Outcome second = firedrill(sweep("--shard 2/2 --resume --results " + parts));
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr("Pareto front"));
  EXPECT_TRUE(content_of(parts) == content_of(whole));
}

TEST(Sweep, ShardsOfSeveralMachinesAreMerged) {
  const Folder folder;
  const std::string part = (folder.path() / "part").string();
  for (const std::string number : {"1", "2", "3"}) {
    ASSERT_EQ(firedrill(sweep("-q --shard " + number + "/3 --results " + part + number)).status, 0);
  }
  const Outcome whole = firedrill(sweep("-q -o json"));
  // Three give all cells, so nothing is left to play; two leave the third's to this sweep.
  const Outcome merged = firedrill(
      sweep("-q -o json --merge " + part + "1 --merge " + part + "2 --merge " + part + "3"));
  EXPECT_EQ(merged.status, whole.status);
  EXPECT_EQ(merged.out, whole.out);
  const std::string sum = (folder.path() / "sum").string();
  const Outcome two =
      firedrill(sweep("-q -o json --merge " + part + "3 --merge " + part + "1 --results " + sum));
  EXPECT_EQ(two.out, whole.out);
  EXPECT_EQ(firedrill(sweep("-q -o json --resume --results " + sum)).out, whole.out);
  const Outcome absent = firedrill(sweep("--merge " + part + "4"));
  EXPECT_EQ(absent.status, 2);
  EXPECT_THAT(absent.err, HasSubstr("no such file"));
  EXPECT_FALSE(std::filesystem::exists(part + "4"));
}

TEST(Sweep, ReadsAStudyFromStandardInput) {
  const Outcome outcome = shell("sed s:world.json:tests/scenarios/study/world.json: " + small +
                                " | firedrill sweep - -q -o json");
  // The shell helper closes standard input of the whole; the pipe is a new one.
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(nlohmann::json::accept(outcome.out));
}

TEST(Sweep, PrintsEachFormat) {
  EXPECT_TRUE(nlohmann::json::accept(firedrill(sweep("-q -o json")).out));
  EXPECT_THAT(firedrill(sweep("-q -o markdown")).out, HasSubstr("| "));
  EXPECT_THAT(firedrill(sweep("-o wide")).out, HasSubstr("workload.unavailability.max"));
}

TEST(Sweep, SaysWhatIsWrongWithHowItIsAskedFor) {
  const auto refusal = [](const std::string& arguments) {
    const Outcome outcome = firedrill(sweep(arguments));
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_THAT(outcome.out, IsEmpty());
    return outcome.err;
  };
  EXPECT_THAT(refusal("--resume"), HasSubstr("--results"));
  EXPECT_THAT(refusal("--shard 1/2"), HasSubstr("--results or --csv"));
  for (const std::string shard : {"0/2", "3/2", "1", "1/", "/2", "1/2x", "-1/2"})
    EXPECT_THAT(refusal("--csv x --shard " + shard), HasSubstr("such as 1/8 to 8/8")) << shard;
  EXPECT_THAT(refusal("--out x"), HasSubstr("--replay"));
  EXPECT_THAT(refusal("--replay 1 --csv x"), HasSubstr("--replay"));
  EXPECT_THAT(refusal("--csv - -o json"), HasSubstr("both"));
  EXPECT_THAT(refusal("--results -"), HasSubstr("database"));
  EXPECT_THAT(refusal("--jobs 0"), HasSubstr("--jobs"));
}

TEST(Sweep, LeavesSearchesToTune) {
  const Folder folder;
  const std::string file = folder.file("search.json");
  std::string text = read_file(small);
  text.replace(text.find("\"design\": {"), 11,
               "\"design\": {\"method\": \"nsga2\", \"points\": 9, ");
  text.replace(text.find("\"world.json\""), 12,
               '"' + std::filesystem::absolute("tests/scenarios/study/world.json").string() + '"');
  std::ofstream(file) << text;
  const Outcome outcome = firedrill("sweep " + file);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, ContainsRegex("search.json:[0-9]+:[0-9]+: /design/method: this method "
                                         "searches, which is `tune`'s work; sweep takes grid, "
                                         "random, latin-hypercube and sobol\n"));
}

}  // namespace
}  // namespace firedrill::tools
