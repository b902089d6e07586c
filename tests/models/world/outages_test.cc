/// Faults of one cluster compose: the worst counts, and ending one leaves the others.

#include "models/world/faults/outages.h"

#include <gtest/gtest.h>

namespace firedrill::models {
namespace {

TEST(Outages, NothingAilsAClusterWithoutFaults) {
  const Outages outages;
  EXPECT_TRUE(outages.powered());
  EXPECT_TRUE(outages.connected());
  EXPECT_TRUE(outages.serving());
  EXPECT_FALSE(outages.drops_packets());
  EXPECT_EQ(outages.health_answer(), 200);
}

TEST(Outages, AnUnreachableClusterRunsOn) {
  Outages outages;
  outages.begin({.fault = 1, .mode = OutageMode::unreachable});
  EXPECT_TRUE(outages.powered());
  EXPECT_TRUE(outages.serving());
  EXPECT_FALSE(outages.connected());
}

TEST(Outages, APowerLossTakesEverything) {
  Outages outages;
  outages.begin({.fault = 1, .mode = OutageMode::powerloss});
  EXPECT_FALSE(outages.powered());
  EXPECT_FALSE(outages.serving());
  EXPECT_FALSE(outages.connected());
}

TEST(Outages, AnIllApiServerAnswersAllTheSame) {
  Outages outages;
  outages.begin({.fault = 1, .mode = OutageMode::apiserver, .answer = 503});
  EXPECT_TRUE(outages.connected());
  EXPECT_TRUE(outages.serving());
  EXPECT_EQ(outages.health_answer(), 503);
}

TEST(Outages, ADeadApiServerAnswersNothing) {
  Outages outages;
  outages.begin({.fault = 1, .mode = OutageMode::apiserver, .answer = no_answer});
  EXPECT_TRUE(outages.connected());
  EXPECT_FALSE(outages.serving());
}

TEST(Outages, TheWorstAnswerCounts) {
  Outages outages;
  outages.begin({.fault = 1, .mode = OutageMode::apiserver, .answer = 503});
  outages.begin({.fault = 2, .mode = OutageMode::apiserver, .answer = 500});
  EXPECT_EQ(outages.health_answer(), 503);
  outages.end(1);
  EXPECT_EQ(outages.health_answer(), 500);
}

TEST(Outages, OneDroppingFaultMakesCallersWait) {
  Outages outages;
  outages.begin({.fault = 1, .mode = OutageMode::unreachable, .packets = PacketLoss::refused});
  EXPECT_FALSE(outages.drops_packets());
  outages.begin({.fault = 2, .mode = OutageMode::unreachable, .packets = PacketLoss::dropped});
  EXPECT_TRUE(outages.drops_packets());
}

TEST(Outages, EndingOneFaultLeavesTheOthers) {
  Outages outages;
  outages.begin({.fault = 1, .mode = OutageMode::powerloss});
  outages.begin({.fault = 2, .mode = OutageMode::unreachable});
  outages.begin({.fault = 3, .mode = OutageMode::unreachable});
  outages.end(1);
  EXPECT_TRUE(outages.powered());
  EXPECT_FALSE(outages.connected());
  outages.end(2);
  EXPECT_FALSE(outages.connected());
  outages.end(3);
  EXPECT_TRUE(outages.connected());
}

}  // namespace
}  // namespace firedrill::models
