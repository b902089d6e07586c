#include "analysis/timeline/reader.h"

#include <limits>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analysis/timeline/json_lines.h"
#include "analysis/timeline/memory_sink.h"

namespace firedrill::timeline {
namespace {

using namespace std::chrono_literals;

std::string header_line() {
  return R"({"kind":"Header","format":1,"firedrill":"1","scenario":"s",)"
         R"("sha256":"","seed":1,"profile":"karmada",)"
         R"("start":"2026-01-01T00:00:00Z","flags":{},"featureGates":{},)"
         R"("components":{}})"
         "\n";
}

std::string footer_line(int events) {
  return R"({"kind":"Footer","t":1,"events":)" + std::to_string(events) +
         R"(,"byKind":{},"api":{},"digest":""})"
         "\n";
}

/// The diagnostic of a timeline with these lines between a header and a footer, rendered.
std::string problem_of(const std::string& lines, int events = 1) {
  std::istringstream in(header_line() + lines + footer_line(events));
  MemorySink memory;
  const auto problem = read_timeline(in, {.file = "t.jsonl", .check_digest = false}, memory);
  return problem ? render(*problem) : "";
}

/// Fills every field of a payload with a value that differs from its default.
class Filler {
 public:
  void begin(std::string_view, std::string_view) {}
  template <class T, class... C>
  void field(std::string_view, T& member, std::string_view, const C&...) {
    fill(member);
  }
  template <class T, class... C>
  void required(std::string_view, T& member, std::string_view, const C&...) {
    fill(member);
  }
  void check(std::string_view, bool, std::string_view, std::string_view) {}

 private:
  void fill(bool& value) { value = true; }
  void fill(std::string& value) { value = "\"text\"\n\\\x01 ü " + std::to_string(++next_); }
  void fill(api::Name& value) {
    std::string text;
    fill(text);
    value = text;
  }
  void fill(std::int64_t& value) { value = std::numeric_limits<std::int64_t>::min() + ++next_; }
  void fill(Span& value) {
    value = sim::Duration{std::numeric_limits<std::int64_t>::max() - ++next_};
  }
  void fill(Instant& value) { value = sim::start_time + 31'536'000s + sim::Duration{++next_}; }
  void fill(api::Quantity& value) { value = api::Quantity::from_milli(1500 + ++next_); }
  void fill(api::StoredTime& value) {
    value = api::StoredTime::from_unix_seconds(1'767'225'600 + ++next_);
  }
  template <class T>
  void fill(T& value) {
    if constexpr (api::OptionalMember<T>) {
      fill(value.emplace());
    } else if constexpr (api::ListMember<T>) {
      value.resize(2);
      for (auto& element : value)
        fill(element);
    } else if constexpr (api::MapMember<T>) {
      fill(value["b/\"c\""]);
      fill(value["a"]);
    } else {
      describe(*this, value);
    }
  }

  std::int64_t next_ = 0;
};

template <std::size_t... i>
std::vector<Payload> every_kind(bool filled, std::index_sequence<i...>) {
  std::vector<Payload> payloads;
  Filler filler;
  const auto add = [&](auto payload) {
    if (filled) describe(filler, payload);
    payloads.emplace_back(std::move(payload));
  };
  (add(std::variant_alternative_t<i, Payload>{}), ...);
  return payloads;
}

class RoundTrip : public testing::TestWithParam<bool> {};

TEST_P(RoundTrip, GivesBackEveryKindWithEveryField) {
  std::ostringstream stream;
  StreamOutput output(stream);
  JsonLines writer(output);
  Header header{.firedrill = "1.0.0", .scenario = "everything", .seed = ~std::uint64_t{0}};
  header.flags.emplace("rate", api::Json(nlohmann::json{{"a", {1, -2, 0.5, "x", true}}}));
  header.feature_gates.emplace("Failover", true);
  writer.begin(header);
  std::vector<TimelineEvent> events;
  for (Payload& payload : every_kind(GetParam(), std::make_index_sequence<kind_count>{})) {
    const std::uint64_t seq = events.size() + 1;
    events.push_back({seq, sim::start_time + seq * 1'000'000'001ns, seq - 1, std::move(payload)});
    writer.event(events.back());
  }
  Footer footer{.time = sim::start_time + 1h,
                .events = static_cast<std::int64_t>(events.size()),
                .by_kind = {{"TaintAdded", 1}},
                .api = {{"scheduler", {1, 2, 3}}}};
  writer.end(footer);

  std::istringstream in(stream.str());
  MemorySink memory;
  const auto problem = read_timeline(in, {}, memory);

  ASSERT_FALSE(problem) << render(*problem);
  EXPECT_EQ(memory.header(), header);
  ASSERT_EQ(memory.events().size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(memory.events()[i], events[i]) << kind_name(events[i].payload);
  }
  footer.digest = writer.digest();
  EXPECT_EQ(memory.footer(), footer);
}
INSTANTIATE_TEST_SUITE_P(Reader, RoundTrip, testing::Bool(), [](const auto& filled) {
  return filled.param ? "Filled" : "Blank";
});

TEST(Reader, PassesOverKindsAndFieldsOfLaterVersions) {
  std::istringstream in(
      header_line() +
      R"({"seq":1,"t":0,"kind":"MoonRises","phase":{"full":[1,{"x":null}]},"cause":0})"
      "\n"
      R"({"seq":2,"t":0.5,"kind":"ClusterRemoved","colour":null,"cluster":"a","cause":1})"
      "\n" +
      footer_line(2));
  MemorySink memory;
  const auto problem = read_timeline(in, {.check_digest = false}, memory);
  ASSERT_FALSE(problem) << render(*problem);
  ASSERT_EQ(memory.events().size(), 1u);
  EXPECT_EQ(memory.events()[0],
            (TimelineEvent{2, sim::start_time + 500ms, 1, ClusterRemoved{.cluster = "a"}}));
}

TEST(Reader, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(
      problem_of(R"({"seq":1,"t":0,"kind":"WorkDeleted","workload":"ü","cluster":7,"cause":0})"
                 "\n"),
      "t.jsonl:2:62: /cluster: not a string; a string");
  EXPECT_EQ(problem_of(R"({"seq":1,"t":0,"kind":"WorkDeleted","workload":"w","cause":0})"
                       "\n"),
            "t.jsonl:2:1: \"cluster\" is missing; Cluster.");
  EXPECT_EQ(problem_of(R"({"seq":1,"t":0,"kind":"ClusterRemoved","cluster":"a")"
                       "\n"),
            "t.jsonl:2:53: an object or list without an end; a \"}\"");
  EXPECT_EQ(problem_of(R"({"seq":1,"t":1e3,"kind":"ClusterRemoved","cluster":"a","cause":0})"
                       "\n"),
            "t.jsonl:2:14: /t: not a number of seconds; a decimal with at most nine places");
  EXPECT_EQ(problem_of(R"({"seq":1,"t":0,"seq":1,"kind":"ClusterRemoved","cluster":"a","cause":0})"
                       "\n"),
            "t.jsonl:2:16: a key stands twice: \"seq\"; each key once");
}

TEST(Reader, HoldsSeqTimeAndCauseToTheirRules) {
  const std::string first = R"({"seq":1,"t":5,"kind":"ClusterRemoved","cluster":"a","cause":0})"
                            "\n";
  EXPECT_EQ(problem_of(first + R"({"seq":3,"t":5,"kind":"ClusterRemoved","cluster":"b","cause":1})"
                               "\n",
                       2),
            "t.jsonl:3:1: /seq: seq 3 after 1; 2: it is dense");
  EXPECT_EQ(
      problem_of(first + R"({"seq":2,"t":4.9,"kind":"ClusterRemoved","cluster":"b","cause":1})"
                         "\n",
                 2),
      "t.jsonl:3:1: /t: an earlier time than the event before; times in order");
  EXPECT_EQ(problem_of(first + R"({"seq":2,"t":5,"kind":"ClusterRemoved","cluster":"b","cause":2})"
                               "\n",
                       2),
            "t.jsonl:3:1: /cause: cause 2 of event 2; an earlier event, or 0");
  EXPECT_EQ(problem_of(first, 7),
            "t.jsonl:3:1: /events: 7 events, but the file has 1; a file as it was written");
}

TEST(Reader, NoticesThatAFileBrokeOffOrWasChanged) {
  std::istringstream broken(header_line());
  std::istringstream empty("");
  std::istringstream changed(header_line() + footer_line(0));
  MemorySink memory;
  EXPECT_EQ(render(*read_timeline(broken, {.file = "t"}, memory)),
            "t:2:1: the timeline has no footer: it broke off; a timeline written to its end");
  EXPECT_EQ(render(*read_timeline(empty, {.file = "t"}, memory)),
            "t:1:1: the file is empty; a timeline written to its end");
  const auto problem = read_timeline(changed, {.file = "t"}, memory);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->pointer, "/digest");
  EXPECT_FALSE(memory.footer());
}

TEST(Reader, RefusesAnUnknownFormatAndDeepNesting) {
  std::string later = header_line();
  later.replace(later.find("\"format\":1"), 10, "\"format\":2");
  std::istringstream in(later);
  MemorySink memory;
  EXPECT_EQ(render(*read_timeline(in, {.file = "t"}, memory)),
            "t:1:1: /format: format 2 is not known to this version; format 1");

  const std::string deep(100'000, '[');
  EXPECT_NE(problem_of(R"({"seq":1,"t":0,"kind":"X","x":)" + deep + "\n").find("nested too deeply"),
            std::string::npos);
}

TEST(Reader, ReadsAllEscapesOfJson) {
  std::istringstream in(
      header_line() +
      R"({"seq":1,"t":0,"kind":"ClusterRemoved","cluster":"\u00fc\ud83d\ude00\/\b\f","cause":0})"
      "\n" +
      footer_line(1));
  MemorySink memory;
  const auto problem = read_timeline(in, {.check_digest = false}, memory);
  ASSERT_FALSE(problem) << render(*problem);
  EXPECT_EQ(memory.events().at(0).payload, Payload(ClusterRemoved{.cluster = "ü😀/\b\f"}));
  EXPECT_NE(problem_of(R"({"seq":1,"t":0,"kind":"ClusterRemoved","cluster":"\ud83d","cause":0})"
                       "\n"),
            "");
}

}  // namespace
}  // namespace firedrill::timeline
