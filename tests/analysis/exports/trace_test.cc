#include "analysis/exports/trace.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "../story.h"
#include "analysis/timeline/reader.h"
#include "hostile.h"

namespace firedrill::exports {
namespace {

using analysis::Told;
using nlohmann::json;

std::string text_of(const std::vector<Told>& story, std::uint64_t bytes_max = trace_bytes_max) {
  std::ostringstream stream;
  timeline::StreamOutput output(stream);
  Trace trace(output, bytes_max);
  analysis::tell(trace, story, 100);
  return stream.str();
}

/// Nanoseconds.
std::int64_t time_of(const json& event, const char* key = "ts") {
  return std::llround(event.at(key).get<double>() * 1000);
}

/// A trace taken apart, without knowledge of the writer: what a viewer relies on holds, or the test
/// fails.
class Checked {
 public:
  using Track = std::pair<std::int64_t, std::int64_t>;
  using Span = std::pair<std::int64_t, std::int64_t>;

  explicit Checked(const std::string& text) : trace_(json::parse(text)) {
    for (const json& event : trace_.at("traceEvents"))
      take(event);
    check_nesting();
    check_flows();
    check_names();
    EXPECT_TRUE(open_.empty()) << "a span without an end";
  }

  [[nodiscard]] const json& whole() const { return trace_; }
  [[nodiscard]] std::size_t slices() const {
    std::size_t count = 0;
    for (const auto& [track, spans] : slices_)
      count += spans.size();
    return count;
  }
  [[nodiscard]] std::size_t flows() const { return starts_.size(); }
  [[nodiscard]] std::set<std::string> processes() const { return values(process_names_); }
  [[nodiscard]] std::set<std::string> tracks() const { return values(track_names_); }
  [[nodiscard]] const std::vector<std::string>& spans() const { return spans_; }
  /// "process: name: series value, …" in order.
  [[nodiscard]] const std::vector<std::string>& counters() const { return counters_; }

 private:
  static Track track_of(const json& event) { return {event.at("pid"), event.at("tid")}; }

  template <class Map>
  static std::set<std::string> values(const Map& map) {
    std::set<std::string> names;
    for (const auto& [key, name] : map)
      names.insert(name);
    return names;
  }

  void take(const json& event) {
    const std::string phase = event.at("ph");
    if (phase == "M") {
      if (event.at("name") == "process_name")
        process_names_[event.at("pid")] = event.at("args").at("name");
      if (event.at("name") == "thread_name")
        track_names_[track_of(event)] = event.at("args").at("name");
    } else if (phase == "X") {
      slices_[track_of(event)].emplace_back(time_of(event), time_of(event) + time_of(event, "dur"));
    } else if (phase == "s" || phase == "f") {
      auto& ends = phase == "s" ? starts_ : ends_;
      EXPECT_TRUE(ends.emplace(event.at("id"), std::pair(track_of(event), time_of(event))).second);
      EXPECT_EQ(event.value("bp", ""), phase == "f" ? "e" : "");
    } else if (phase == "b") {
      const std::string id = event.at("id");
      EXPECT_TRUE(open_.emplace(id, event).second) << "a span opened twice";
    } else if (phase == "e") {
      close(event);
    } else if (phase == "C") {
      count(event);
    } else {
      ADD_FAILURE() << "phase " << phase;
    }
  }

  void close(const json& event) {
    const auto found = open_.find(event.at("id").get<std::string>());
    if (found == open_.end()) {
      ADD_FAILURE() << "the end of no span";
      return;
    }
    const json& begin = found->second;
    EXPECT_EQ(begin.at("cat"), event.at("cat"));
    EXPECT_EQ(begin.at("name"), event.at("name"));
    EXPECT_EQ(begin.at("pid"), event.at("pid"));
    EXPECT_LE(time_of(begin), time_of(event));
    spans_.push_back(process_names_[event.at("pid")] + ": " + event.at("name").get<std::string>() +
                     " " + std::to_string(time_of(begin) / 1'000'000'000) + "-" +
                     std::to_string(time_of(event) / 1'000'000'000));
    open_.erase(found);
  }

  void count(const json& event) {
    const std::string name =
        process_names_[event.at("pid")] + ": " + event.at("name").get<std::string>();
    const auto last = counter_times_.find(name);
    EXPECT_TRUE(last == counter_times_.end() || last->second < time_of(event))
        << "one value at a time";
    counter_times_[name] = time_of(event);
    std::string text = name + " at " + std::to_string(time_of(event) / 1'000'000'000) + ":";
    for (const auto& [series, value] : event.at("args").items()) {
      EXPECT_GE(value.get<std::int64_t>(), 0);
      text += " " + series + " " + value.dump();
    }
    counters_.push_back(text);
  }

  /// Slices of one track are either apart or one within the other.
  void check_nesting() {
    for (auto& [track, spans] : slices_) {
      std::ranges::sort(spans, [](const Span& a, const Span& b) {
        return std::pair(a.first, -a.second) < std::pair(b.first, -b.second);
      });
      std::vector<Span> stack;
      for (const Span& span : spans) {
        while (!stack.empty() && stack.back().second <= span.first)
          stack.pop_back();
        EXPECT_TRUE(stack.empty() || span.second <= stack.back().second) << "slices cross";
        stack.push_back(span);
      }
    }
  }

  [[nodiscard]] bool in_slice(const std::pair<Track, std::int64_t>& place) const {
    const auto found = slices_.find(place.first);
    if (found == slices_.end()) return false;
    return std::ranges::any_of(found->second, [&](const Span& span) {
      return span.first <= place.second && place.second < span.second;
    });
  }

  void check_flows() const {
    EXPECT_EQ(starts_.size(), ends_.size());
    for (const auto& [id, start] : starts_) {
      const auto end = ends_.find(id);
      if (end == ends_.end()) {
        ADD_FAILURE() << "flow " << id << " has no end";
        continue;
      }
      EXPECT_TRUE(in_slice(start)) << "flow " << id << " starts nowhere";
      EXPECT_TRUE(in_slice(end->second)) << "flow " << id << " ends nowhere";
      EXPECT_LE(start.second, end->second.second) << "flow " << id << " runs back in time";
    }
  }

  void check_names() const {
    for (const auto& [track, spans] : slices_) {
      EXPECT_TRUE(track_names_.contains(track));
      EXPECT_TRUE(process_names_.contains(track.first));
    }
    EXPECT_EQ(processes().size(), process_names_.size()) << "two processes of one name";
  }

  json trace_;
  std::map<std::int64_t, std::string> process_names_;
  std::map<Track, std::string> track_names_;
  std::map<Track, std::vector<Span>> slices_;
  std::map<std::int64_t, std::pair<Track, std::int64_t>> starts_;
  std::map<std::int64_t, std::pair<Track, std::int64_t>> ends_;
  std::map<std::string, json> open_;
  std::vector<std::string> spans_;
  std::map<std::string, std::int64_t> counter_times_;
  std::vector<std::string> counters_;
};

const std::vector<Told> outage{
    {0, timeline::ClusterJoined{.cluster = "m1", .sync_mode = "Push"}},
    {1, timeline::PodsStarted{analysis::web, "m1", 2, 2}},
    {5, timeline::PodsReady{analysis::web, "m1", 2, 2}},
    {10, timeline::FaultStarted{.fault = "/events/0", .type = "outage", .clusters = {"m1"}}},
    {20, timeline::ClusterConditionChanged{"m1", "Ready", "False", "Lost"}},
    {20, timeline::TaintAdded{"m1", {"down", {}, "NoExecute", {}}}},
    {20,
     timeline::EvictionQueued{
         .workload = analysis::web, .cluster = "m1", .queue = "q", .depth = 1}},
    {22, timeline::EvictionDequeued{.workload = analysis::web,
                                    .cluster = "m1",
                                    .queue = "q",
                                    .waited = {},
                                    .outcome = "Evicted"}},
    {22,
     timeline::GracefulEvictionTaskAdded{
         analysis::web,
         "m1",
         {.purge_mode = "Gracefully", .reason = "TaintUntolerated", .producer = "TaintManager"},
         {}}},
    {30, timeline::PodsStopped{analysis::web, "m1", 2, 0, "Deleted"}},
    {40, timeline::FaultEnded{.fault = "/events/0", .type = "outage", .clusters = {"m1"}}},
    {45, timeline::GracefulEvictionTaskRemoved{analysis::web, "m1", {}, "Timeout"}},
    {50, timeline::TaintRemoved{"m1", {"down", {}, "NoExecute", {}}}},
};

TEST(Trace, HasAProcessForEachClusterAndASliceForEachEvent) {
  const Checked trace(text_of(outage));
  EXPECT_THAT(trace.processes(), testing::ElementsAre("cluster m1", "control plane"));
  EXPECT_THAT(trace.tracks(), testing::ElementsAre(analysis::web, "cluster", "faults"));
  EXPECT_EQ(trace.slices(), outage.size());
  EXPECT_EQ(trace.flows(), outage.size() - 1) << "all but the first have a cause";
}

TEST(Trace, ShowsWhatLastsAsSpans) {
  EXPECT_THAT(Checked(text_of(outage)).spans(),
              testing::UnorderedElementsAre(
                  "control plane: outage 10-40", "cluster m1: outage 10-40",
                  "cluster m1: Ready=False Lost 20-100", "cluster m1: down:NoExecute 20-50",
                  "control plane: Deployment/shop/web from m1 20-22",
                  "cluster m1: evict Deployment/shop/web 22-45"));
}

TEST(Trace, CountsReplicasAndKeysOnceAnInstant) {
  EXPECT_THAT(Checked(text_of(outage)).counters(),
              testing::ElementsAre("cluster m1: replicas at 1: pending 0 ready 0 starting 2",
                                   "cluster m1: replicas at 5: pending 0 ready 2 starting 0",
                                   "control plane: eviction queue q at 20: keys 1",
                                   "control plane: eviction queue q at 22: keys 0",
                                   "cluster m1: replicas at 30: pending 0 ready 0 starting 0"));
}

TEST(Trace, KeepsOrderWhereMuchHappensAtOneInstant) {
  std::vector<Told> story;
  for (int i = 0; i < 200; ++i)
    story.push_back({7, timeline::HealthChanged{i % 3 == 0 ? analysis::web : "Deployment/shop/b",
                                                i % 2 == 0 ? "m1" : "m2", "Healthy"}});
  const Checked trace(text_of(story));
  EXPECT_EQ(trace.slices(), 200U);
  EXPECT_EQ(trace.flows(), 199U);
}

TEST(Trace, EndsAtItsSizeAndSaysSo) {
  std::vector<Told> story = outage;
  for (int i = 0; i < 1000; ++i)
    story.push_back({60 + i / 100, timeline::HealthChanged{analysis::web, "m1", "Healthy"}});
  const std::string text = text_of(story, 100'000);
  EXPECT_LT(text.size(), 110'000U);
  const Checked trace(text);
  const std::string left_out = trace.whole().at("otherData").at("leftOut");
  EXPECT_EQ(trace.slices() - 1 + std::stoul(left_out), story.size()) << "and one for the notice";
  EXPECT_THAT(text, testing::HasSubstr("the trace ends here: " + left_out + " later events"));
}

TEST(Trace, OfNothingIsATrace) {
  const Checked trace(text_of({}));
  EXPECT_EQ(trace.slices(), 0U);
}

class TraceOf : public testing::TestWithParam<std::string> {};

TEST_P(TraceOf, ARealRunIsSound) {
  const std::string file = "scenarios/library/disasters/" + GetParam() + ".timeline.jsonl";
  std::ifstream in(file, std::ios::binary);
  ASSERT_TRUE(in) << file;
  std::ostringstream stream;
  timeline::StreamOutput output(stream);
  Trace sink(output);
  ASSERT_FALSE(timeline::read_timeline(in, {.file = file}, sink));
  const Checked trace(stream.str());
  EXPECT_GT(trace.flows(), trace.slices() / 2);
  EXPECT_FALSE(trace.counters().empty());
}

INSTANTIATE_TEST_SUITE_P(Library,
                         TraceOf,
                         testing::Values("ping-pong",
                                         "clusternet-silence",
                                         "recovery-budget",
                                         "second-hop-gracefully",
                                         "what-the-rate-means"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Trace, GivesHostileNamesBackExactly) {
  EXPECT_TRUE(rc::check([] {
    const std::string cluster = *hostile_text();
    const std::string workload = *hostile_text();
    const Checked trace(
        text_of({{1, timeline::ClusterJoined{.cluster = cluster, .sync_mode = "Push"}},
                 {2, timeline::TaintAdded{cluster, {workload, {}, "NoExecute", {}}}},
                 {3, timeline::WorkCreated{workload, cluster}}}));
    RC_ASSERT(trace.processes().contains(cluster.empty() ? "control plane" : "cluster " + cluster));
    RC_ASSERT(trace.tracks().contains(workload.empty() ? "cluster" : workload));
    const json& events = trace.whole().at("traceEvents");
    RC_ASSERT(std::ranges::any_of(events, [&](const json& event) {
      return event.at("ph") == "X" && event.at("args").value("workload", "-") == workload;
    }));
  }));
}

}  // namespace
}  // namespace firedrill::exports
