// Load that is not ours: what it wants when, and what it leaves to pods.

#include "models/member/background.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixture.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr api::Timestamp midnight{};

BackgroundSpec constant_share(double share) {
  BackgroundSpec background;
  background.share = share;
  return background;
}

BackgroundSpec daily(double mean, double amplitude, api::Duration peak) {
  BackgroundSpec background;
  background.daily = DailyLoad{.mean = mean, .amplitude = amplitude, .peak = peak};
  return background;
}

BackgroundPoint share_from(api::Duration at, double share) {
  return {.at = at, .share = share, .resources = {}};
}

BackgroundSpec trace(std::vector<BackgroundPoint> points) {
  BackgroundSpec background;
  background.trace = BackgroundTrace{std::move(points)};
  return background;
}

std::int64_t millionths(const BackgroundSpec& background, sim::Duration since_start) {
  return background_at(background, sim::start_time + since_start, midnight).millionths;
}

TEST(Background, FollowsACosineInQuartersOfAnHour) {
  const BackgroundSpec load = daily(0.5, 0.3, 14h);
  EXPECT_EQ(millionths(load, 14h), 800'000);
  EXPECT_EQ(millionths(load, 2h), 200'000);
  EXPECT_EQ(millionths(load, 8h), 500'000);
  EXPECT_EQ(millionths(load, 10h), 650'000) << "cos 60° is a half";
  EXPECT_EQ(millionths(load, 14h + 14min), 800'000);
  EXPECT_EQ(millionths(load, 14h + 15min), 799'358) << "cos 3.75° = 0.9978589";
  EXPECT_EQ(millionths(load, 38h), 800'000) << "the same every day";
}

TEST(Background, GoesByCivilTime) {
  const BackgroundSpec load = daily(0.5, 0.3, 14h);
  const api::Timestamp start(std::chrono::hours(24 * 365 + 13) + 50min);
  EXPECT_EQ(background_at(load, sim::start_time + 10min, start).millionths, 800'000);
  EXPECT_EQ(next_background_change(load, sim::start_time, start), sim::start_time + 10min)
      << "the quarter hour is civil";
}

TEST(Background, ChangesOnlyWhenItIsAnother) {
  EXPECT_FALSE(next_background_change(constant_share(0.4), sim::start_time, midnight));
  EXPECT_FALSE(next_background_change(daily(0.4, 0, 1h), sim::start_time, midnight));
  const BackgroundSpec load =
      trace({share_from(10s, 0.2), share_from(20s, 0.2), share_from(30s, 0.5)});
  EXPECT_EQ(millionths(load, 9s), 0) << "nothing before the first point";
  EXPECT_EQ(next_background_change(load, sim::start_time, midnight), sim::start_time + 10s);
  EXPECT_EQ(next_background_change(load, sim::start_time + 10s, midnight), sim::start_time + 30s);
  EXPECT_FALSE(next_background_change(load, sim::start_time + 30s, midnight));
  EXPECT_EQ(millionths(load, 1h), 500'000) << "the last point holds on";
}

TEST(Background, TakesRoomFromNewPodsAndShowsInTheInventory) {
  Site site({node("a", "4"), node("b", "2")}, 0s, PodPlacement::first_fit, 1, constant_share(0.6));
  EXPECT_EQ(site.cluster.nodes().free(0, "cpu"), 1600);
  site.models.set(deployment("web"), pods_of("500m", 0s));
  site.apply(deployment("web"), 9);
  site.run_to(1s);
  EXPECT_EQ(site.pods_on(0), 3);
  EXPECT_EQ(site.pods_on(1), 1);
  EXPECT_EQ(site.cluster.totals(deployment("web")).pending, 5);
  const policy::Inventory inventory = site.cluster.inventory();
  EXPECT_EQ(inventory.nodes[0].requested.at("cpu").text(), "3900m");
  EXPECT_EQ(inventory.nodes[1].requested.at("cpu").text(), "1700m");
  EXPECT_EQ(inventory.nodes[0].requested.at("memory").value(), 41'231'686'041)
      << "0.6 of 64Gi, rounded down";
  EXPECT_EQ(inventory.nodes[0].pods, 3) << "it has no pods of ours";
}

TEST(Background, DrivesNoPodAwayAndLeavesRoomWhenItFalls) {
  const BackgroundSpec load =
      trace({share_from(10s, 0.9), share_from(20s, 0.25), share_from(30s, 1)});
  Site site({node("a", "4")}, 0s, PodPlacement::first_fit, 1, load);
  site.models.set(deployment("web"), pods_of("1", 0s));
  site.apply(deployment("web"), 2);
  site.run_to(10s);
  EXPECT_EQ(site.cluster.nodes().free(0, "cpu"), 0) << "it has the half that pods left";
  EXPECT_EQ(site.cluster.inventory().nodes[0].requested.at("cpu").text(), "4");
  site.apply(deployment("web"), 5);
  site.run_to(15s);
  EXPECT_EQ(site.cluster.totals(deployment("web")), (PodTotals{2, 2, 3}));
  site.run_to(20s);
  EXPECT_EQ(site.cluster.totals(deployment("web")), (PodTotals{3, 3, 2})) << "3 of 4 are left";
  site.run_to(30s);
  EXPECT_EQ(site.cluster.totals(deployment("web")).running, 3);
  site.apply(deployment("web"), 2);
  EXPECT_EQ(site.cluster.nodes().free(0, "cpu"), 0);
  site.run_to(40s);
  EXPECT_EQ(site.cluster.inventory().nodes[0].requested.at("cpu").text(), "4")
      << "it takes what pods give back";
}

TEST(Background, SpreadsAmountsOverNodesBySizeAndLosesNothing) {
  BackgroundPoint point{
      .at = 0s, .share = {}, .resources = {{"cpu", quantity("1001m")}, {"memory", quantity("7")}}};
  Site site({node("a", "1"), node("b", "1"), node("c", "2")}, 0s, PodPlacement::first_fit, 1,
            trace({point}));
  std::vector<std::int64_t> cpu;
  std::int64_t memory = 0;
  for (const policy::NodeView& view : site.cluster.inventory().nodes) {
    cpu.push_back(view.requested.at("cpu").milli_value());
    memory += view.requested.at("memory").value();
  }
  EXPECT_THAT(cpu, ElementsAre(250, 250, 501));
  EXPECT_EQ(memory, 7);
  site.cluster.remove_last_nodes(2);
  EXPECT_EQ(site.cluster.nodes().free(0, "cpu"), 0) << "more than there is, is all there is";
}

TEST(Background, HoldsOnNodesThatComeLater) {
  Site site({node("a", "4")}, 0s, PodPlacement::first_fit, 1, constant_share(0.5));
  site.cluster.add_nodes(1);
  EXPECT_EQ(site.cluster.nodes().free(1, "cpu"), 2000);
  site.cluster.set_nodes({node("x", "8")});
  EXPECT_EQ(site.cluster.nodes().free(0, "cpu"), 4000);
}

}  // namespace
}  // namespace firedrill::models
