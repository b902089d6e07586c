#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <sqlite3.h>
#include <unistd.h>

#include "../story.h"
#include "analysis/exports/sqlite_export.h"
#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/reader.h"
#include "hostile.h"

namespace firedrill::exports {
namespace {

namespace fs = std::filesystem;
using analysis::Told;
using testing::ElementsAre;
using testing::IsEmpty;

/// A folder of this test's own, which goes with it.
class Place {
 public:
  Place() { fs::create_directories(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(path_); }

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::vector<std::string> content() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_))
      names.push_back(entry.path().filename().string());
    return names;
  }

 private:
  fs::path path_ =
      fs::temp_directory_path() / ("firedrill-sqlite-test-" + std::to_string(::getpid()));
};

/// The rows of a query as the command line of SQLite prints them: values between bars. Exact texts,
/// NUL bytes and all.
std::vector<std::string> rows_of(const std::string& file, const std::string& sql) {
  sqlite3* opened = nullptr;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, &sqlite3_close);
  sqlite3_stmt* prepared = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(opened, sql.c_str(), -1, &prepared, nullptr), SQLITE_OK)
      << sqlite3_errmsg(opened) << " in " << sql;
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared,
                                                                        &sqlite3_finalize);
  std::vector<std::string> rows;
  while (sqlite3_step(prepared) == SQLITE_ROW) {
    std::string& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, i));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, i));
      row += (i > 0 ? "|" : "") + (text == nullptr ? std::string() : std::string(text, size));
    }
  }
  return rows;
}

void write(const std::vector<Told>& story, const std::string& file) {
  SqliteExport sqlite(file);
  analysis::tell(sqlite, story, 100, {{"scheduler", {3, 4, 1}}});
  sqlite.commit("digest");
}

/// Feeds a timeline of the library.
void read_into(timeline::Sink& sink, const std::string& name) {
  const std::string file = "scenarios/library/disasters/" + name + ".timeline.jsonl";
  std::ifstream in(file, std::ios::binary);
  ASSERT_TRUE(in) << file;
  ASSERT_FALSE(timeline::read_timeline(in, {.file = file}, sink));
}

std::string bytes_of(const std::string& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

TEST(SqliteExport, TellsWhatLastsFromWhenToWhen) {
  const Place place;
  const std::string file = place.file("run.sqlite");
  write(
      {{0, timeline::ClusterJoined{.cluster = "m1", .sync_mode = "Push", .zones = {"a"}}},
       {1,
        timeline::BindingScheduled{.workload = analysis::web, .clusters = {{"m1", 2}}, .by = "s"}},
       {2, timeline::PodsStarted{analysis::web, "m1", 2, 2}},
       {5, timeline::PodsReady{analysis::web, "m1", 2, 2}},
       {10, timeline::FaultStarted{.fault = "f", .type = "outage", .clusters = {"m1", "m2", "m1"}}},
       {20, timeline::ClusterConditionChanged{"m1", "Ready", "False", "Lost"}},
       {20, timeline::TaintAdded{"m1", {"down", {}, "NoExecute", {}}}},
       {20,
        timeline::EvictionQueued{
            .workload = analysis::web, .cluster = "m1", .queue = "q", .depth = 1}},
       {22, timeline::EvictionDequeued{.workload = analysis::web,
                                       .cluster = "m1",
                                       .queue = "q",
                                       .worker = 2,
                                       .waited = std::chrono::seconds(1),
                                       .outcome = "Evicted"}},
       {22, timeline::GracefulEvictionTaskAdded{analysis::web,
                                                "m1",
                                                {.purge_mode = "Gracefully",
                                                 .reason = "TaintUntolerated",
                                                 .producer = "TaintManager",
                                                 .replicas = 2},
                                                {}}},
       {23,
        timeline::BindingScheduled{.workload = analysis::web, .clusters = {{"m2", 2}}, .by = "s"}},
       {30, timeline::PodsStopped{analysis::web, "m1", 1, 1, "Crashed"}},
       {40, timeline::FaultEnded{.fault = "f", .type = "outage", .clusters = {"m1", "m2"}}},
       {45, timeline::GracefulEvictionTaskRemoved{analysis::web, "m1", {{"m2", 2}}, "Timeout"}},
       {46, timeline::PodsStopped{analysis::web, "m1", 1, 0, "Deleted"}},
       {50, timeline::ClusterRemoved{"m1"}}},
      file);
  const auto all = [&](const std::string& columns, const std::string& table) {
    return rows_of(file, "SELECT " + columns + ", from_ns / 1000000000, to_ns / 1000000000 FROM " +
                             table + " ORDER BY rowid");
  };
  EXPECT_THAT(all("seq, cluster, sync_mode, zones", "clusters"),
              ElementsAre("1|m1|Push|[\"a\"]|0|50"));
  EXPECT_THAT(all("fault, type, mode, cluster", "faults"),
              ElementsAre("f|outage||m1|10|40", "f|outage||m2|10|40"));
  EXPECT_THAT(all("cluster, condition, status, reason", "conditions"),
              ElementsAre("m1|Ready|False|Lost|20|50"));
  EXPECT_THAT(all("cluster, key, value, effect", "taints"),
              ElementsAre("m1|down||NoExecute|20|50"));
  EXPECT_THAT(all("queue, workload, cluster, depth, waited_ns, worker, outcome", "queue_waits"),
              ElementsAre("q|Deployment/shop/web|m1|1|1000000000|2|Evicted|20|22"));
  EXPECT_THAT(all("cluster, reason, producer, purge_mode, replicas, outcome", "evictions"),
              ElementsAre("m1|TaintUntolerated|TaintManager|Gracefully|2|Timeout|22|45"));
  EXPECT_THAT(all("workload, cluster, replicas", "placements"),
              ElementsAre("Deployment/shop/web|m1|2|1|22", "Deployment/shop/web|m2|2|23|"));
  EXPECT_THAT(all("cluster, running, ready, pending", "pods"),
              ElementsAre("m1|2|0|0|2|5", "m1|2|2|0|5|30", "m1|1|1|0|30|46"));
  EXPECT_THAT(rows_of(file, "SELECT * FROM api_requests"), ElementsAre("scheduler|3|4|1"));
  EXPECT_THAT(rows_of(file, "SELECT scenario, profile, seed, end_ns, events, digest FROM run"),
              ElementsAre("story|karmada|7|100000000000|16|digest"));
}

TEST(SqliteExport, LeavesOneSoundFile) {
  const Place place;
  const std::string file = place.file("run.sqlite");
  {
    SqliteExport sqlite(file);
    read_into(sqlite, "ping-pong");
    EXPECT_THAT(place.content(), testing::Not(testing::Contains("run.sqlite")));
    sqlite.commit("d");
  }
  EXPECT_THAT(place.content(), ElementsAre("run.sqlite"));
  EXPECT_THAT(rows_of(file, "PRAGMA integrity_check"), ElementsAre("ok"));
  EXPECT_THAT(rows_of(file, "PRAGMA foreign_key_check"), IsEmpty());
  EXPECT_THAT(rows_of(file, "PRAGMA journal_mode"), ElementsAre("delete"));
  EXPECT_THAT(rows_of(file, "PRAGMA application_id"), ElementsAre("1717858932"));
  EXPECT_THAT(rows_of(file, "PRAGMA user_version"), ElementsAre("1"));
}

TEST(SqliteExport, HasEveryEventAsItWas) {
  const Place place;
  const std::string file = place.file("run.sqlite");
  SqliteExport sqlite(file);
  read_into(sqlite, "second-hop");
  sqlite.commit("d");
  std::ifstream in("scenarios/library/disasters/second-hop.timeline.jsonl");
  std::string line;
  std::getline(in, line);
  for (const std::string& row :
       rows_of(file,
               "SELECT json_object('seq', seq, 't', t_ns / 1e9, 'kind', kind, 'cause', cause, "
               "'payload', json(payload)) FROM events ORDER BY seq")) {
    nlohmann::json event = nlohmann::json::parse(row);
    event.update(event.at("payload"));
    event.erase("payload");
    ASSERT_TRUE(std::getline(in, line));
    nlohmann::json wanted = nlohmann::json::parse(line);
    wanted["t"] = wanted["t"].get<double>();
    EXPECT_EQ(event, wanted);
  }
  std::getline(in, line);
  EXPECT_EQ(nlohmann::json::parse(line).at("kind"), "Footer") << "some events are missing";
}

TEST(SqliteExport, IsRepeatable) {
  const Place place;
  for (const std::string name : {"a", "b"}) {
    SqliteExport sqlite(place.file(name));
    read_into(sqlite, "recovery-budget");
    sqlite.commit("d");
  }
  EXPECT_TRUE(bytes_of(place.file("a")) == bytes_of(place.file("b")));
}

TEST(SqliteExport, WithoutCommitLeavesWhatWasThere) {
  const Place place;
  const std::string file = place.file("run.sqlite");
  std::ofstream(file) << "what was there";
  {
    SqliteExport sqlite(file);
    read_into(sqlite, "second-hop");
  }
  EXPECT_THAT(place.content(), ElementsAre("run.sqlite"));
  EXPECT_EQ(bytes_of(file), "what was there");
}

TEST(SqliteExport, IsNotMadeWhereNothingCanBe) {
  EXPECT_THROW(SqliteExport("/nowhere/run.sqlite"), timeline::ResourceError);
}

TEST(SqliteExport, GivesHostileNamesBackExactly) {
  EXPECT_TRUE(rc::check([] {
    const Place place;
    const std::string file = place.file("run.sqlite");
    const std::string name = "x" + *hostile_text();
    write({{1, timeline::TaintAdded{name, {name, name, name, {}}}},
           {2, timeline::WorkCreated{.workload = name, .cluster = name}},
           {3, timeline::BindingScheduled{.workload = name, .clusters = {{name, 1}}, .by = name}}},
          file);
    RC_ASSERT(rows_of(file, "SELECT cluster, workload FROM events WHERE seq = 2") ==
              std::vector<std::string>{name + "|" + name});
    RC_ASSERT(rows_of(file, "SELECT cluster, key, value, effect FROM taints") ==
              std::vector<std::string>{name + "|" + name + "|" + name + "|" + name});
    RC_ASSERT(rows_of(file, "SELECT workload, cluster FROM placements") ==
              std::vector<std::string>{name + "|" + name});
    const auto payload = rows_of(file, "SELECT payload FROM events WHERE seq = 3");
    RC_ASSERT(nlohmann::json::parse(payload.at(0)).at("by") == name);
    RC_ASSERT(rows_of(file,
                      "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT "
                      "LIKE 'sqlite_%'") == std::vector<std::string>{"11"});
  }));
}

struct Question {
  std::string sql;
  std::vector<std::string> answer;
};

/// The blocks of `sql`, each with the block of `text` after it.
std::vector<Question> documented_questions() {
  std::vector<Question> questions;
  std::ifstream in("docs/exports.md");
  std::string block;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      block = block.empty() ? line.substr(3) : "";
      if (block == "sql") questions.emplace_back();
    } else if (block == "sql") {
      questions.back().sql += line + "\n";
    } else if (block == "text" && !questions.empty()) {
      questions.back().answer.push_back(line);
    }
  }
  return questions;
}

TEST(SqliteExport, AnswersTheDocumentedQuestions) {
  const Place place;
  const std::string file = place.file("run.sqlite");
  SqliteExport sqlite(file);
  read_into(sqlite, "recovery-budget");
  sqlite.commit("d");
  const std::vector<Question> questions = documented_questions();
  EXPECT_EQ(questions.size(), 5U);
  for (const Question& question : questions) {
    EXPECT_THAT(rows_of(file, question.sql), testing::ElementsAreArray(question.answer))
        << question.sql;
    EXPECT_THAT(question.answer, testing::Not(IsEmpty()));
  }
}

}  // namespace
}  // namespace firedrill::exports
