#include "analysis/timeline/recorder.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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

std::vector<std::uint64_t> causes_of(const MemorySink& memory) {
  std::vector<std::uint64_t> causes;
  for (const TimelineEvent& event : memory.events())
    causes.push_back(event.cause);
  return causes;
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

  EXPECT_THAT(causes_of(memory), ElementsAre(0, 1, 0, 1));
}

TEST(Recorder, NamesTheEventThatAStateIsDueTo) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  const std::uint64_t fault = recorder.record(removed("fault"));
  engine.set_current_cause(0);
  recorder.record(removed("something else"));
  recorder.record(removed("found by a timer"), fault);
  recorder.record(removed("what comes of it"));
  engine.set_current_cause(2);
  recorder.record(removed("due to nothing known"), 0);

  EXPECT_THAT(causes_of(memory), ElementsAre(0, 0, 1, 3, 2));
}

TaintAdded tainted(std::string_view effect) {
  return {"member1", {"key", "", std::string(effect), {}}};
}

TEST(Siblings, AreLedToByWhatLedToTheFirst) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  recorder.record(removed("cause"));
  {
    Siblings siblings(recorder);
    siblings.record(removed("a"));
    siblings.record(removed("b"));
    siblings.record(removed("c"));
  }
  recorder.record(removed("what follows, from the last"));

  EXPECT_THAT(causes_of(memory), ElementsAre(0, 1, 1, 1, 4));
}

TEST(Siblings, GoOnFromTheMostTelling) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  {
    Siblings siblings(recorder);
    siblings.record(tainted("NoSchedule"));
    siblings.record(tainted("NoExecute"));
    siblings.record(tainted("NoSchedule"));
    siblings.record(ResourceSummaryChanged{"member1", {}});
  }
  recorder.record(removed("an eviction"));

  EXPECT_THAT(causes_of(memory), ElementsAre(0, 0, 0, 0, 2));
}

TEST(Siblings, MayHaveReasonsOfTheirOwn) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  const std::uint64_t ground = recorder.record(removed("ground"));
  recorder.record(removed("waker"));
  {
    Siblings siblings(recorder);
    siblings.record(removed("found"), ground);
    siblings.record(removed("woken"));
  }

  EXPECT_THAT(causes_of(memory), ElementsAre(0, 1, 1, 2));
}

TEST(Siblings, WithoutAnyLeaveTheFlowAsItIs) {
  sim::Engine engine;
  MemorySink memory;
  Recorder recorder(engine, {&memory});
  recorder.begin({});
  recorder.record(removed("cause"));
  { const Siblings none(recorder); }
  recorder.record(removed("effect"));

  EXPECT_THAT(causes_of(memory), ElementsAre(0, 1));
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
