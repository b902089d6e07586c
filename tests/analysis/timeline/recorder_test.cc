#include "analysis/timeline/recorder.h"

#include <stdexcept>
#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/timeline/memory_sink.h"

namespace firedrill::timeline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

ClusterRemoved removed(std::string cluster) {
  return {.cluster = std::move(cluster)};
}

TEST(Recorder, NumbersEventsFromOneAtTheEnginesTime) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  engine.after(5s, sim::Phase::world, [&] { recorder.record(removed("a")); });
  engine.after(7s, sim::Phase::world, [&] { recorder.record(removed("b")); });
  engine.run_until(sim::start_time + 1min);

  EXPECT_THAT(memory.events(),
              ElementsAre(TimelineEvent{1, sim::start_time + 5s, 0, removed("a")},
                          TimelineEvent{2, sim::start_time + 7s, 0, removed("b")}));
}

TEST(Recorder, MakesWhatIsRecordedTheCauseOfWhatFollows) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  engine.after(1s, sim::Phase::world, [&] {
    EXPECT_EQ(recorder.record(removed("fault")), 1u);
    engine.after(9s, sim::Phase::control, [&] { recorder.record(removed("late effect")); });
    recorder.record(removed("effect"));
  });
  engine.after(2s, sim::Phase::world, [&] { recorder.record(removed("unrelated")); });
  engine.run_until(sim::start_time + 1min);

  std::vector<std::uint64_t> causes;
  for (const TimelineEvent& event : memory.events())
    causes.push_back(event.cause);
  EXPECT_THAT(causes, ElementsAre(0, 1, 0, 1));
}

/// Remarks on every removed cluster, as expectations do.
class Critic final : public Sink {
 public:
  Recorder* recorder = nullptr;
  std::vector<std::uint64_t> seen;

  void begin(const Header&) override {}
  void event(const TimelineEvent& event) override {
    seen.push_back(event.seq);
    if (std::holds_alternative<ClusterRemoved>(event.payload)) {
      recorder->remark(InvariantViolated{.invariant = "none-removed", .message = "one is gone"});
    }
  }
  void end(const Footer&) override {}
};

TEST(Recorder, DeliversRemarksOfSinksAfterTheEventToAllSinks) {
  sim::Engine engine;
  MemorySink memory;
  Critic critic;
  Recorder recorder(engine, {&critic, &memory});
  critic.recorder = &recorder;
  recorder.begin({});
  recorder.record(removed("a"));

  ASSERT_EQ(memory.events().size(), 2u);
  EXPECT_EQ(kind_name(memory.events()[0].payload), "ClusterRemoved");
  EXPECT_EQ(kind_name(memory.events()[1].payload), "InvariantViolated");
  EXPECT_EQ(memory.events()[1].cause, 1u);
  EXPECT_THAT(critic.seen, ElementsAre(1, 2));
  EXPECT_EQ(engine.current_cause(), 1u) << "a remark is nobody's cause";
}

TEST(Recorder, CountsByKindInTheFooter) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  recorder.record(removed("a"));
  recorder.record(WorkDeleted{"Deployment/shop/web", "a"});
  recorder.record(removed("b"));
  engine.run_until(sim::start_time + 90s);
  recorder.end({{"scheduler", {.writes = 3, .reads = 2, .conflicts = 1}}});

  ASSERT_TRUE(memory.footer().has_value());
  const Footer& footer = *memory.footer();
  EXPECT_EQ(footer.time, Instant(sim::start_time + 90s));
  EXPECT_EQ(footer.events, 3);
  EXPECT_THAT(footer.by_kind, ElementsAre(Pair("ClusterRemoved", 2), Pair("WorkDeleted", 1)));
  EXPECT_EQ(footer.api.at("scheduler").conflicts, 1);
}

TEST(Recorder, RefusesEventsOutsideOfTheTimeline) {
  sim::Engine engine;
  Recorder recorder(engine, {});
  EXPECT_THROW(recorder.record(removed("early")), std::logic_error);
  recorder.begin({});
  recorder.end({});
  EXPECT_THROW(recorder.record(removed("late")), std::logic_error);
}

}  // namespace
}  // namespace firedrill::timeline
