#include "analysis/exports/csv.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "../story.h"
#include "analysis/exports/csv_field.h"
#include "hostile.h"

namespace firedrill::exports {
namespace {

using analysis::Told;
using testing::HasSubstr;

std::string csv_of(const std::vector<Told>& story) {
  std::ostringstream stream;
  timeline::StreamOutput output(stream);
  Csv csv(output);
  analysis::tell(csv, story, 100);
  return stream.str();
}

/// What a reader of RFC 4180 gets: a state machine that knows nothing of the writer.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  enum class State { start, bare, quoted, closed } state = State::start;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string field;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (state == State::quoted) {
      if (c == '"') {
        state = State::closed;
      } else {
        field += c;
      }
    } else if (c == '"') {
      EXPECT_NE(state, State::bare) << "a quote in a bare field";
      if (state == State::closed) field += c;
      state = State::quoted;
    } else if (c == ',') {
      row.push_back(std::exchange(field, {}));
      state = State::start;
    } else if (c == '\r') {
      EXPECT_EQ(text.at(++i), '\n');
      row.push_back(std::exchange(field, {}));
      rows.push_back(std::exchange(row, {}));
      state = State::start;
    } else {
      EXPECT_NE(state, State::closed) << "text behind a closing quote";
      field += c;
      state = State::bare;
    }
  }
  EXPECT_TRUE(row.empty() && field.empty()) << "the last row has no end";
  return rows;
}

using Cells = std::map<std::string, std::string>;

/// The rows after the first, each with what isn't empty by its column's name.
std::vector<Cells> cells_of(const std::string& text) {
  const auto rows = read_csv(text);
  std::vector<Cells> found;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].size(), rows[0].size());
    Cells& cells = found.emplace_back();
    for (std::size_t c = 0; c < std::min(rows[i].size(), rows[0].size()); ++c) {
      if (!rows[i][c].empty()) cells[rows[0][c]] = rows[i][c];
    }
  }
  return found;
}

TEST(Csv, HasARowForEachEventAndAColumnForEachField) {
  const std::string text = csv_of({
      {0, timeline::ClusterJoined{.cluster = "m1", .sync_mode = "Push", .zones = {"a", "b"}}},
      {12, timeline::TaintAdded{"m1", {"not-ready", {}, "NoExecute", {}}}},
      {13, timeline::EvictionDequeued{.workload = analysis::web,
                                      .cluster = "m1",
                                      .queue = "q",
                                      .worker = 2,
                                      .waited = std::chrono::milliseconds(1500),
                                      .outcome = "Evicted"}},
      {14, timeline::BindingScheduled{.workload = analysis::web,
                                      .clusters = {{"m1", 2}, {"m2", 3}},
                                      .by = "scheduler",
                                      .decision = timeline::Decision{2, {}, {}}}},
      {15, timeline::PodsReady{analysis::web, "m2", 0, 0}},
  });
  EXPECT_THAT(cells_of(text), testing::ElementsAre(Cells{{"seq", "1"},
                                                         {"t", "0"},
                                                         {"kind", "ClusterJoined"},
                                                         {"cause", "0"},
                                                         {"cluster", "m1"},
                                                         {"syncMode", "Push"},
                                                         {"zones", R"(["a","b"])"}},
                                                   Cells{{"seq", "2"},
                                                         {"t", "12"},
                                                         {"kind", "TaintAdded"},
                                                         {"cause", "1"},
                                                         {"cluster", "m1"},
                                                         {"taint.key", "not-ready"},
                                                         {"taint.effect", "NoExecute"}},
                                                   Cells{{"seq", "3"},
                                                         {"t", "13"},
                                                         {"kind", "EvictionDequeued"},
                                                         {"cause", "2"},
                                                         {"cluster", "m1"},
                                                         {"workload", analysis::web},
                                                         {"queue", "q"},
                                                         {"worker", "2"},
                                                         {"waited", "1.5"},
                                                         {"outcome", "Evicted"}},
                                                   Cells{{"seq", "4"},
                                                         {"t", "14"},
                                                         {"kind", "BindingScheduled"},
                                                         {"cause", "3"},
                                                         {"workload", analysis::web},
                                                         {"clusters", R"({"m1":2,"m2":3})"},
                                                         {"by", "scheduler"},
                                                         {"decision.candidates", "2"},
                                                         {"decision.rejected", "{}"},
                                                         {"decision.considered", "[]"}},
                                                   Cells{{"seq", "5"},
                                                         {"t", "15"},
                                                         {"kind", "PodsReady"},
                                                         {"cause", "4"},
                                                         {"cluster", "m2"},
                                                         {"workload", analysis::web},
                                                         {"replicas", "0"},
                                                         {"total", "0"}}));
}

TEST(Csv, HasEachColumnOnce) {
  const CsvColumns columns = csv_columns();
  const std::set<std::string> names(columns.names.begin(), columns.names.end());
  EXPECT_EQ(names.size(), columns.names.size());
  for (const auto& of_kind : columns.of_kind) {
    const std::set<std::size_t> distinct(of_kind.begin(), of_kind.end());
    EXPECT_EQ(distinct.size(), of_kind.size()) << "two fields of an event in one cell";
  }
}

std::string field(std::string_view text) {
  std::string out;
  append_csv_field(out, text);
  return out;
}

TEST(CsvField, IsNoFormula) {
  EXPECT_EQ(field("=1+1"), "'=1+1");
  EXPECT_EQ(field("+1"), "'+1");
  EXPECT_EQ(field("-1+1"), "'-1+1");
  EXPECT_EQ(field("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(field("  =1"), "'  =1");
  EXPECT_EQ(field("\t=1"), "'\\t=1");
  EXPECT_EQ(field("\r=1"), "'\\r=1");
  EXPECT_EQ(field("\uFF1D1"), "'\uFF1D1");
  EXPECT_EQ(field("=\"a,b\""), "\"'=\"\"a,b\"\"\"");
  EXPECT_EQ(field("-12.5"), "-12.5") << "a number is no formula";
  EXPECT_EQ(field("a=1"), "a=1");
}

TEST(CsvField, HoldsNoControlCharacters) {
  EXPECT_EQ(field("a\nb"), "a\\nb");
  EXPECT_EQ(field("\x1b[31m"), "\\u001b[31m");
  EXPECT_EQ(field("\xC2\x9B"), "\\u009b");
  EXPECT_EQ(field("\u202Eabc"), "\\u202eabc");
  EXPECT_EQ(field("\xFFz"), "\\xffz");
  EXPECT_EQ(field("äß€"), "äß€");
}

TEST(Csv, GivesHostileNamesBackAsHarmlessText) {
  EXPECT_TRUE(rc::check([] {
    const std::string name = *hostile_text();
    const auto rows =
        read_csv(csv_of({{1, timeline::WorkCreated{.workload = name, .cluster = "m"}}}));
    RC_ASSERT(rows.size() == 2U);
    RC_ASSERT(rows[1].size() == rows[0].size());
    std::string read = rows[1][5];
    const std::string shown = api::visible(name);
    if (read != shown) {
      RC_ASSERT(read == "'" + shown);
      const std::size_t first = name.find_first_not_of(' ');
      RC_ASSERT(std::string("=+-@\t\r\n\xEF").find(name.at(first)) != std::string::npos);
    }
    const std::size_t first = read.find_first_not_of(' ');
    if (first != std::string::npos && std::string("=+-@").find(read[first]) != std::string::npos)
      RC_ASSERT(read.find_first_not_of("-0123456789.") == std::string::npos);
    RC_ASSERT(std::ranges::none_of(
        read, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }));
  }));
}

}  // namespace
}  // namespace firedrill::exports
