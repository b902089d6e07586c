/// Execution namespaces as the namespace controller treats them.

#include "models/world/karmada/server/execution_spaces.h"

#include <string>

#include <gtest/gtest.h>

#include "sim/engine.h"

namespace firedrill::models::karmada {
namespace {

class ExecutionSpacesTest : public testing::Test {
 protected:
  void create_space(const std::string& cluster) {
    api::ExecutionSpace space;
    space.metadata.name = api::execution_space(cluster);
    space.cluster = cluster;
    ASSERT_TRUE(server.execution_spaces.create(space).done());
  }
  static api::Work work(const std::string& cluster, const std::string& name) {
    api::Work object;
    object.metadata.space = api::execution_space(cluster);
    object.metadata.name = name;
    object.cluster = cluster;
    return object;
  }
  [[nodiscard]] auto space(const std::string& cluster) const {
    return server.execution_spaces.find({{}, api::execution_space(cluster)});
  }
  void remove_space(const std::string& cluster) {
    ASSERT_TRUE(server.execution_spaces.remove({{}, api::execution_space(cluster)}).done());
  }

  sim::Engine engine;
  CivilClock clock{engine, api::Timestamp{}};
  ApiServer server{clock};
  ExecutionSpaces spaces{server};
};

TEST_F(ExecutionSpacesTest, AWorkNeedsItsNamespace) {
  EXPECT_EQ(server.works.create(work("member1", "web")).outcome, Outcome::refused);
  create_space("member1");
  EXPECT_TRUE(server.works.create(work("member1", "web")).done());
}

TEST_F(ExecutionSpacesTest, AnEmptyNamespaceGoesAtOnce) {
  create_space("member1");
  remove_space("member1");
  EXPECT_EQ(space("member1"), nullptr);
}

TEST_F(ExecutionSpacesTest, TakesItsWorksAlongAndNoOthers) {
  create_space("member1");
  create_space("member2");
  (void)server.works.create(work("member1", "a"));
  (void)server.works.create(work("member1", "b"));
  (void)server.works.create(work("member2", "a"));
  remove_space("member1");
  EXPECT_EQ(space("member1"), nullptr);
  EXPECT_EQ(server.works.objects().size(), 1U);
  EXPECT_NE(space("member2"), nullptr);
}

TEST_F(ExecutionSpacesTest, GoesWithTheLastWorkThatIsHeld) {
  create_space("member1");
  api::Work held = work("member1", "held");
  held.metadata.finalizers = {"execution"};
  (void)server.works.create(held);
  (void)server.works.create(work("member1", "free"));
  remove_space("member1");

  ASSERT_NE(space("member1"), nullptr);
  EXPECT_TRUE(space("member1")->metadata.deleting());
  EXPECT_EQ(server.works.objects().size(), 1U);
  EXPECT_TRUE(server.works.find(held.metadata.key())->metadata.deleting());
  EXPECT_EQ(server.works.create(work("member1", "late")).outcome, Outcome::refused);

  (void)server.works.patch(held.metadata.key(),
                           [](api::Work& next) { next.metadata.finalizers.clear(); });
  EXPECT_EQ(space("member1"), nullptr);
  EXPECT_TRUE(server.works.objects().empty());
}

}  // namespace
}  // namespace firedrill::models::karmada
