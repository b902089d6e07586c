// What several faults of the network come to, by hand.

#include "models/network/network.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/random.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

ClusterSpec cluster(const std::string& name, const std::string& site = {}) {
  ClusterSpec spec;
  spec.name = name;
  spec.site = site;
  return spec;
}

LinkSpec line(const std::string& from, const std::string& to, sim::Duration latency) {
  return {.from = from, .to = to, .latency = latency};
}

ClusterSelector set(std::vector<std::string> names) {
  ClusterSelector selector;
  selector.names = std::move(names);
  return selector;
}

LinkEvent change(const std::string& from, const std::string& to) {
  LinkEvent event;
  event.link = {from, to};
  return event;
}

LinkEvent cut(const std::string& from, const std::string& to) {
  LinkEvent event = change(from, to);
  event.state = LinkState::down;
  return event;
}

PartitionEvent partition(std::vector<ClusterSelector> sets) {
  PartitionEvent event;
  event.between = std::move(sets);
  return event;
}

/// hub - eu 40 ms, hub - us 80 ms, eu - us 100 ms.
class Triangle : public testing::Test {
 protected:
  Triangle() {
    network.add_cluster(paris);
    network.add_cluster(texas);
  }

  ClusterSpec paris = cluster("paris", "eu");
  ClusterSpec texas = cluster("us");
  Network network{NetworkSpec{
      .sites = {"hub", "eu", "us"},
      .control_plane_site = "hub",
      .links = {line("hub", "eu", 40ms), line("hub", "us", 80ms), line("eu", "us", 100ms)}}};
};

TEST(NetworkTest, WithoutOneEveryClusterIsNextToTheControlPlane) {
  Network network{std::nullopt};
  const ClusterSpec member = cluster("member1");
  network.add_cluster(member);
  EXPECT_EQ(network.way("member1"), Way{});
}

TEST_F(Triangle, MessagesTakeTheWayOfLeastLatency) {
  EXPECT_EQ(network.way("paris").out, 40ms);
  EXPECT_EQ(network.way("us").in, 80ms);
}

TEST_F(Triangle, ALinkThatIsDownSendsThemAround) {
  EXPECT_THAT(network.begin(1, cut("hub", "eu")).ways, ElementsAre("paris"));
  EXPECT_EQ(network.way("paris"), (Way{.out = 180ms, .in = 180ms}));
  EXPECT_THAT(network.end(1).ways, ElementsAre("paris"));
  EXPECT_EQ(network.way("paris").out, 40ms);
}

TEST_F(Triangle, WhereNoWayIsLeftTheClusterIsCutOff) {
  (void)network.begin(1, cut("eu", "hub"));
  EXPECT_THAT(network.begin(2, cut("eu", "us")).ways, ElementsAre("paris"));
  EXPECT_FALSE(network.way("paris").outbound);
  EXPECT_FALSE(network.way("paris").inbound);
  EXPECT_FALSE(network.way("paris").drops);
  EXPECT_THAT(network.end(1).ways, ElementsAre("paris"));
  EXPECT_TRUE(network.way("paris").open());
}

TEST_F(Triangle, ADroppingLinkMakesCallsEndByTimeOut) {
  LinkEvent dropping = cut("hub", "eu");
  dropping.packets = PacketLoss::dropped;
  (void)network.begin(1, dropping);
  EXPECT_FALSE(network.way("paris").drops) << "there is another way";
  (void)network.begin(2, cut("eu", "us"));
  EXPECT_TRUE(network.way("paris").drops);
}

TEST_F(Triangle, OnOneLinkTheWorstCounts) {
  LinkEvent slow = change("hub", "eu");
  slow.latency = 60ms;
  LinkEvent slower = change("hub", "eu");
  slower.latency = 90ms;
  slower.loss = 0.25;
  (void)network.begin(1, slower);
  EXPECT_THAT(network.begin(2, slow).ways, IsEmpty());
  EXPECT_EQ(network.way("paris"),
            (Way{.out = 90ms, .in = 90ms, .loss_out = 0.25, .loss_in = 0.25}));
  EXPECT_THAT(network.end(1).ways, ElementsAre("paris"));
  EXPECT_EQ(network.way("paris"), (Way{.out = 60ms, .in = 60ms}));
}

TEST_F(Triangle, LossAddsUpOverTheLinksOfAWay) {
  LinkEvent lossy = change("eu", "us");
  lossy.loss = 0.5;
  (void)network.begin(1, lossy);
  EXPECT_EQ(network.way("paris").loss_out, 0);
  LinkEvent also = change("hub", "us");
  also.loss = 0.5;
  (void)network.begin(2, also);
  (void)network.begin(3, cut("hub", "eu"));
  EXPECT_EQ(network.way("paris").loss_out, 0.75);
  (void)network.end(1);
  EXPECT_EQ(network.way("paris").loss_out, 0.5);
}

TEST_F(Triangle, APartitionStandsWhateverWayLiesBetween) {
  EXPECT_THAT(network.begin(1, partition({set({"hub"}), set({"eu"})})).ways, ElementsAre("paris"));
  EXPECT_FALSE(network.way("paris").open());
  EXPECT_TRUE(network.way("us").open());
  EXPECT_THAT(network.end(1).ways, ElementsAre("paris"));
  EXPECT_TRUE(network.way("paris").open());
}

TEST_F(Triangle, PartitionsAndLinksComposeAndAnEndLeavesTheOthers) {
  (void)network.begin(1, partition({set({"hub"}), set({"eu"})}));
  (void)network.begin(2, partition({set({"hub"}), set({"paris", "us"})}));
  (void)network.end(1);
  EXPECT_FALSE(network.way("paris").open());
  EXPECT_FALSE(network.way("us").open());
  EXPECT_THAT(network.end(2).ways, ElementsAre("paris", "us"));
}

TEST_F(Triangle, WhatLinksLeadToIsToldWhateverPartitionsLetThrough) {
  (void)network.begin(1, partition({set({"hub"}), set({"eu"})}));
  EXPECT_THAT(network.begin(2, cut("hub", "eu")).cut, IsEmpty()) << "there is another way";
  EXPECT_THAT(network.begin(3, cut("us", "eu")).cut, ElementsAre("paris"));
  EXPECT_THAT(network.end(1).linked, IsEmpty());
  EXPECT_THAT(network.end(3).linked, ElementsAre("paris"));
}

TEST_F(Triangle, OneWayStopsWhatGoesFromAnEarlierSetToALaterOne) {
  PartitionEvent deaf = partition({set({"hub"}), set({"eu"})});
  deaf.one_way = true;
  (void)network.begin(1, deaf);
  EXPECT_FALSE(network.way("paris").outbound);
  EXPECT_TRUE(network.way("paris").inbound);
  PartitionEvent mute = partition({set({"us"}), set({"hub"})});
  mute.one_way = true;
  mute.packets = PacketLoss::dropped;
  (void)network.begin(2, mute);
  EXPECT_TRUE(network.way("us").outbound);
  EXPECT_FALSE(network.way("us").inbound);
  EXPECT_TRUE(network.way("us").drops);
}

TEST_F(Triangle, APartitionWithoutTheControlPlaneStopsNothing) {
  EXPECT_THAT(network.parted(partition({set({"eu"}), set({"us"})})), IsEmpty());
  EXPECT_THAT(network.begin(1, partition({set({"eu"}), set({"us"})})).ways, IsEmpty());
}

TEST_F(Triangle, AClusterThatJoinsFindsTheFaultsUnderWay) {
  (void)network.begin(1, partition({set({"hub"}), set({"eu"})}));
  const ClusterSpec late = cluster("lyon", "eu");
  network.add_cluster(late);
  EXPECT_FALSE(network.way("lyon").open());
  EXPECT_THAT(network.end(1).ways, ElementsAre("lyon", "paris"));
}

TEST(NetworkTest, AOneWayLinkLeadsInOneDirectionOnly) {
  LinkSpec down = line("hub", "eu", 10ms);
  down.one_way = true;
  LinkSpec up = line("eu", "hub", 30ms);
  up.one_way = true;
  Network network{
      NetworkSpec{.sites = {"hub", "eu"}, .control_plane_site = "hub", .links = {down, up}}};
  const ClusterSpec paris = cluster("paris", "eu");
  network.add_cluster(paris);
  EXPECT_EQ(network.way("paris"), (Way{.out = 10ms, .in = 30ms}));
}

TEST(NetworkTest, WhatIsKeptUpIsWhatWouldBeFoundAnew) {
  // Random faults begin and end; after each the ways are those of a network in which the remaining
  // ones have begun afresh.
  sim::Random random = sim::Streams(3).stream("test", "faults");
  NetworkSpec spec{.sites = {}, .control_plane_site = "s0", .links = {}};
  for (int i = 0; i < 8; ++i)
    spec.sites.push_back("s" + std::to_string(i));
  for (int i = 1; i < 8; ++i) {
    for (int k = 0; k < i; ++k) {
      if (k + 1 != i && random.below(3) != 0) continue;
      spec.links.push_back(line(spec.sites[static_cast<std::size_t>(k)],
                                spec.sites[static_cast<std::size_t>(i)],
                                std::chrono::milliseconds(1 + random.below(50))));
    }
  }
  std::vector<ClusterSpec> clusters;
  for (const std::string& site : spec.sites)
    clusters.push_back(cluster("c-" + site, site));
  Network kept(spec);
  for (const ClusterSpec& member : clusters)
    kept.add_cluster(member);
  std::map<std::uint64_t, LinkEvent> active;
  for (std::uint64_t step = 1; step <= 300; ++step) {
    if (!active.empty() && random.below(2) == 0) {
      const auto ended =
          std::next(active.begin(), static_cast<std::ptrdiff_t>(random.below(active.size())));
      (void)kept.end(ended->first);
      active.erase(ended);
    } else {
      const LinkSpec& hit = spec.links[random.below(spec.links.size())];
      LinkEvent event = random.below(2) == 0 ? cut(hit.from, hit.to) : change(hit.to, hit.from);
      if (!event.state) event.latency = std::chrono::milliseconds(random.below(80));
      if (random.below(4) == 0) event.loss = 0.125;
      (void)kept.begin(step, event);
      active.emplace(step, event);
    }
    Network anew(spec);
    for (const ClusterSpec& member : clusters)
      anew.add_cluster(member);
    for (const auto& [number, event] : active)
      (void)anew.begin(number, event);
    for (const ClusterSpec& member : clusters)
      ASSERT_EQ(kept.way(member.name), anew.way(member.name)) << member.name << ", step " << step;
  }
}

}  // namespace
}  // namespace firedrill::models
