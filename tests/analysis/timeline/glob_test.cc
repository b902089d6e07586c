#include "analysis/timeline/glob.h"

#include <string>

#include <gtest/gtest.h>

namespace firedrill::timeline {
namespace {

TEST(Glob, MatchesStarsAndQuestionMarks) {
  EXPECT_TRUE(matches_glob("web-12", "web-*"));
  EXPECT_TRUE(matches_glob("web-12", "*"));
  EXPECT_TRUE(matches_glob("web-12", "w*b-?2"));
  EXPECT_TRUE(matches_glob("", "*"));
  EXPECT_TRUE(matches_glob("aXbXb", "a*b"));
  EXPECT_FALSE(matches_glob("web-12", "web-?"));
  EXPECT_FALSE(matches_glob("web", "web-*"));
  EXPECT_FALSE(matches_glob("web", ""));
  EXPECT_FALSE(matches_glob("abc", "ab"));
}

TEST(Glob, IsNotSlowOnManyStars) {
  EXPECT_FALSE(matches_glob(std::string(5000, 'a'), "*a*a*a*a*a*a*a*a*a*a*b"));
}

TEST(Glob, LeavesTheKindOfAWorkloadOpen) {
  EXPECT_TRUE(matches_workload("Deployment/shop/web", "shop/web"));
  EXPECT_TRUE(matches_workload("Deployment/shop/web", "Deployment/shop/w*"));
  EXPECT_TRUE(matches_workload("Deployment/shop/web", "*"));
  EXPECT_TRUE(matches_workload("Namespace//shop", "Namespace//shop"));
  EXPECT_FALSE(matches_workload("Deployment/shop/web", "StatefulSet/shop/web"));
  EXPECT_FALSE(matches_workload("Deployment/shop/web", "web"));
}

}  // namespace
}  // namespace firedrill::timeline
