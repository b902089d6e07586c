// The pages in docs/disasters: each asks what its scenario asks, and its figures are those of the
// runs. Between `<!-- figures {...} -->` and `<!-- end of figures -->` stands a table that is made
// here, of what the JSON in the comment wants (`Figures` below); FIREDRILL_UPDATE_GOLDEN=1 writes
// them anew.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/metrics/metric.h"
#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/selector.h"
#include "library.h"
#include "policy/api/duration.h"

namespace firedrill::scenarios {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view library = "scenarios/library/disasters/";
constexpr std::string_view opening = "<!-- figures ";
constexpr std::string_view closing = "<!-- end of figures -->";

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::shared_ptr<const Played> run_of(const std::string& name) {
  auto run = played(fs::path(library) / (name + ".json"));
  if (run == nullptr) throw std::invalid_argument("no scenario " + name);
  return run;
}

std::vector<timeline::TimelineEvent> matching(const Played& run, const Json& selector) {
  if (run.events.empty()) throw std::invalid_argument("the timeline is too long to tell events of");
  const auto compiled = timeline::Selector::parse(api::Json(nlohmann::json(selector)));
  if (!compiled) throw std::invalid_argument(compiled.problem());
  std::vector<timeline::TimelineEvent> events;
  for (const timeline::TimelineEvent& event : run.events) {
    if (compiled->matches(event.payload)) events.push_back(event);
  }
  return events;
}

/// To the millisecond, and ratios to three digits: what a reader compares.
std::string amount_text(analysis::Unit unit, const analysis::Amount& amount) {
  using enum analysis::Unit;
  if (unit == share || unit == per_second)
    return fmt::format("{:.3g}", analysis::to_double(unit, amount));
  if (unit != seconds && unit != replica_seconds) return analysis::format_amount(unit, amount);
  constexpr analysis::Int128 millisecond = 1'000'000;
  const analysis::Int128 rounded = (amount.numerator + millisecond / 2) / millisecond * millisecond;
  if (unit == replica_seconds) return analysis::format_amount(unit, rounded);
  return api::format_duration(sim::Duration{static_cast<std::int64_t>(rounded)});
}

std::string metric_cell(const Played& run, const Json& cell) {
  const analysis::Metric* metric = analysis::find_metric(cell.at("metric").get<std::string>());
  if (metric == nullptr) throw std::invalid_argument("no metric " + cell.at("metric").dump());
  const analysis::Narrowing narrowing{.workload = cell.value("workload", ""),
                                      .cluster = cell.value("cluster", "")};
  const auto amount = analysis::evaluate(*metric, run.result.metrics, narrowing);
  if (!amount) return "–";
  return amount_text(metric->unit, *amount);
}

/// The instants of the events that match, counted from `since` on and not before it; equal ones as
/// "3 × 2s".
std::string times_cell(const Played& run, const Json& cell) {
  const sim::Duration since = api::parse_duration(cell.value("since", "0s")).value();
  std::vector<std::pair<sim::Duration, int>> times;
  for (const timeline::TimelineEvent& event : matching(run, cell.at("times"))) {
    const sim::Duration time = event.time.time_since_epoch() - since;
    if (time < sim::Duration::zero()) continue;
    if (times.empty() || times.back().first != time) times.emplace_back(time, 0);
    ++times.back().second;
  }
  std::string text;
  for (const auto& [time, count] : times) {
    if (!text.empty()) text += ", ";
    if (count > 1) text += fmt::format("{} × ", count);
    text += api::format_duration(time);
  }
  return text.empty() ? "never" : text;
}

std::string cell_text(const Played& run, const Json& cell) {
  if (cell.contains("metric")) return metric_cell(run, cell);
  if (cell.contains("count")) return std::to_string(matching(run, cell.at("count")).size());
  return times_cell(run, cell);
}

/// {"runs": {name: label}, "columns": {title: cell}}; a cell is {"metric", "workload"?,
/// "cluster"?},
/// {"count": selector} or {"times": selector, "since"?}.
std::string comparison(const Json& figures) {
  std::string head = "| run |";
  std::string line = "|---|";
  for (const auto& [title, cell] : figures.at("columns").items()) {
    head += " " + title + " |";
    line += "---|";
  }
  std::string table = head + "\n" + line + "\n";
  for (const auto& [name, label] : figures.at("runs").items()) {
    const auto run = run_of(name);
    table += "| " + label.get<std::string>() + " |";
    for (const auto& [title, cell] : figures.at("columns").items())
      table += " " + cell_text(*run, cell) + " |";
    table += "\n";
  }
  return table;
}

std::string field_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text = value.dump();
  for (const std::string_view dropped : {"\"", "{", "}"}) {
    for (std::size_t at = text.find(dropped); at != std::string::npos; at = text.find(dropped))
      text.erase(at, dropped.size());
  }
  return text;
}

/// {"run": name, "events": [selector], "fields": [key]}: what matches any of the selectors, in its
/// order, with those fields.
std::string story(const Json& figures) {
  const auto run = run_of(figures.at("run").get<std::string>());
  std::vector<timeline::TimelineEvent> events;
  for (const Json& selector : figures.at("events")) {
    for (timeline::TimelineEvent& event : matching(*run, selector))
      events.push_back(std::move(event));
  }
  std::ranges::sort(events, {}, &timeline::TimelineEvent::seq);
  std::string table = "| at | event |";
  std::string line = "|---|---|";
  for (const Json& field : figures.at("fields")) {
    table += " " + field.get<std::string>() + " |";
    line += "---|";
  }
  table += "\n" + line + "\n";
  for (const timeline::TimelineEvent& event : events) {
    std::string text;
    timeline::append_line(text, event);
    const Json json = Json::parse(text);
    table += fmt::format("| {} | {} |", api::format_duration(event.time.time_since_epoch()),
                         json.at("kind").get<std::string>());
    for (const Json& field : figures.at("fields")) {
      const auto found = json.find(field.get<std::string>());
      table += " " + (found == json.end() ? std::string() : field_text(*found)) + " |";
    }
    table += "\n";
  }
  return table;
}

/// The page with its figures as the runs give them.
std::string refreshed(const std::string& page) {
  std::string result;
  std::size_t copied = 0;
  for (std::size_t at = page.find(opening); at != std::string::npos;
       at = page.find(opening, copied)) {
    const std::size_t json_end = page.find("-->", at);
    const std::size_t end = page.find(closing, at);
    if (json_end == std::string::npos || end == std::string::npos)
      throw std::invalid_argument("figures without an end");
    const Json figures =
        Json::parse(page.substr(at + opening.size(), json_end - at - opening.size()));
    result += page.substr(copied, json_end + 3 - copied) + "\n\n";
    result += (figures.contains("run") ? story(figures) : comparison(figures)) + "\n";
    copied = end;
  }
  return result + page.substr(copied);
}

std::vector<fs::path> pages() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator("docs/disasters")) {
    if (entry.path().filename() != "README.md") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

class DisasterPage : public testing::TestWithParam<fs::path> {};

TEST_P(DisasterPage, AsksWhatItsScenarioAsks) {
  const auto run = played(fs::path(library) / (GetParam().stem().string() + ".json"));
  ASSERT_NE(run, nullptr);
  const std::string page = read(GetParam());
  EXPECT_TRUE(page.starts_with("# " + run->scenario.metadata.question + "\n"))
      << run->scenario.metadata.question;
}

TEST_P(DisasterPage, ShowsTheFiguresOfTheRuns) {
  const std::string page = read(GetParam());
  const std::string now = refreshed(page);
  if (std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr)
    std::ofstream(GetParam(), std::ios::binary) << now;
  else
    EXPECT_EQ(page, now) << "written anew with FIREDRILL_UPDATE_GOLDEN=1";
}

INSTANTIATE_TEST_SUITE_P(Pages, DisasterPage, testing::ValuesIn(pages()), instance_name);

TEST(DisasterPages, NameEveryScenario) {
  std::string all;
  for (const fs::path& path : pages())
    all += read(path);
  for (const fs::path& file : library_files(library)) {
    EXPECT_NE(all.find("\"" + file.stem().string() + "\""), std::string::npos)
        << file << " stands in no figures";
  }
  const std::string list = read("docs/disasters/README.md");
  for (const fs::path& path : pages())
    EXPECT_NE(list.find("(" + path.filename().string() + ")"), std::string::npos) << path;
}

}  // namespace
}  // namespace firedrill::scenarios
