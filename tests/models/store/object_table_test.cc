/// The table as an API server: versions, generations, conflicts, finalizers, watches
/// (spec/karmada-failover.md 1.6).

#include "models/store/object_table.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "models/world/karmada/server/rules.h"
#include "policy/api/binding.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

class TestContext final : public StoreContext {
 public:
  [[nodiscard]] api::Timestamp server_now() const override { return now; }
  [[nodiscard]] std::int64_t next_version() override { return ++version; }

  api::Timestamp now{100s};
  std::int64_t version = 0;
};

/// Keeps what it is told, with its own name and the writer's.
template <class Object>
class Watching final : public TableWatcher<Object> {
 public:
  explicit Watching(StoreContext& context, std::vector<std::string>* order = nullptr)
      : context_(context), order_(order) {}
  void changed(const Change<Object>& change) override {
    changes.push_back(change);
    writers.emplace_back(context_.writer());
    if (order_ != nullptr) order_->push_back(name);
  }

  std::string name;
  std::vector<Change<Object>> changes;
  std::vector<std::string> writers;

 private:
  StoreContext& context_;
  std::vector<std::string>* order_;
};

api::ResourceBinding binding(const std::string& name, api::Replicas replicas = 1) {
  api::ResourceBinding object;
  object.metadata.space = "default";
  object.metadata.name = name;
  object.spec.replicas = replicas;
  return object;
}

const api::Key web{"default", "web"};

class BindingTable : public testing::Test {
 protected:
  BindingTable() { table.add_watcher(watcher); }
  ~BindingTable() override { table.remove_watcher(watcher); }

  TestContext context;
  ObjectTable<api::ResourceBinding> table{context};
  Watching<api::ResourceBinding> watcher{context};
};

TEST_F(BindingTable, CreationFillsInWhatTheServerKnows) {
  context.now = api::Timestamp{100s + 999ms};
  api::ResourceBinding object = binding("web");
  object.metadata.generation = 17;
  object.metadata.resource_version = 99;
  object.metadata.deletion_timestamp = api::StoredTime();
  const auto written = table.create(object);
  ASSERT_TRUE(written.done());
  const api::ObjectMeta& meta = written.object->metadata;
  EXPECT_EQ(meta.generation, 1);
  EXPECT_EQ(meta.resource_version, 1);
  EXPECT_FALSE(meta.deleting());
  // Whole seconds, cut downwards.
  EXPECT_EQ(meta.creation_timestamp, api::StoredTime::from_unix_seconds(100));
  EXPECT_EQ(table.find(web), written.object);
}

TEST_F(BindingTable, RefusesToCreateWhatIsThere) {
  (void)table.create(binding("web", 1));
  const auto second = table.create(binding("web", 2));
  EXPECT_EQ(second.outcome, Outcome::exists);
  EXPECT_EQ(table.find(web)->spec.replicas, 1);
  EXPECT_EQ(watcher.changes.size(), 1U);
}

TEST_F(BindingTable, AChangeOfTheSpecCountsTheGenerationUp) {
  api::ResourceBinding next = *table.create(binding("web")).object;
  next.spec.replicas = 2;
  const auto written = table.update(next);
  ASSERT_TRUE(written.done());
  EXPECT_EQ(written.object->metadata.generation, 2);
  EXPECT_EQ(written.object->metadata.resource_version, 2);
}

TEST_F(BindingTable, LabelsAndAnnotationsDoNotCountAsSpec) {
  (void)table.create(binding("web"));
  const auto written = table.patch(web, [](api::ResourceBinding& next) {
    next.metadata.labels["a"] = "b";
    next.metadata.annotations["c"] = "d";
  });
  EXPECT_EQ(written.object->metadata.generation, 1);
  EXPECT_EQ(written.object->metadata.resource_version, 2);
}

TEST_F(BindingTable, AnUpdateFromAnOldVersionIsAConflict) {
  const api::ResourceBinding old = *table.create(binding("web")).object;
  (void)table.patch(web, [](api::ResourceBinding& next) { next.spec.replicas = 5; });
  api::ResourceBinding late = old;
  late.spec.replicas = 2;
  EXPECT_EQ(table.update(late).outcome, Outcome::conflict);
  EXPECT_EQ(table.update_status(late).outcome, Outcome::conflict);
  EXPECT_EQ(table.find(web)->spec.replicas, 5);
}

TEST_F(BindingTable, APatchConflictsOnlyWhenItNamesAVersion) {
  (void)table.create(binding("web"));
  const auto scale = [](api::Replicas replicas) {
    return [replicas](api::ResourceBinding& next) { next.spec.replicas = replicas; };
  };
  ASSERT_TRUE(table.patch(web, scale(2), 1).done());
  EXPECT_EQ(table.patch(web, scale(3), 1).outcome, Outcome::conflict);
  EXPECT_EQ(table.patch_status(web, scale(3), 1).outcome, Outcome::conflict);
  EXPECT_TRUE(table.patch(web, scale(4)).done());
  EXPECT_EQ(table.find(web)->spec.replicas, 4);
}

TEST_F(BindingTable, AWriteThatChangesNothingIsNoWrite) {
  const auto created = table.create(binding("web"));
  EXPECT_EQ(table.update(*created.object).object, created.object);
  EXPECT_TRUE(table.patch(web, [](api::ResourceBinding&) {}).done());
  EXPECT_EQ(table.find(web), created.object);
  EXPECT_EQ(watcher.changes.size(), 1U);
  EXPECT_EQ(context.version, 1);
}

TEST_F(BindingTable, SpecAndStatusAreWrittenApart) {
  api::ResourceBinding next = *table.create(binding("web", 1)).object;
  next.spec.replicas = 2;
  next.status.scheduler_observed_generation = 7;
  const auto status = table.update_status(next);
  ASSERT_TRUE(status.done());
  EXPECT_EQ(status.object->spec.replicas, 1);
  EXPECT_EQ(status.object->status.scheduler_observed_generation, 7);
  EXPECT_EQ(status.object->metadata.generation, 1) << "status writes leave it alone";

  next = *status.object;
  next.spec.replicas = 3;
  next.status.scheduler_observed_generation = 8;
  const auto spec = table.update(next);
  ASSERT_TRUE(spec.done());
  EXPECT_EQ(spec.object->spec.replicas, 3);
  EXPECT_EQ(spec.object->status.scheduler_observed_generation, 7);
}

TEST_F(BindingTable, NobodyWritesTheServersOwnFields) {
  (void)table.create(binding("web"));
  const auto written = table.patch(web, [](api::ResourceBinding& next) {
    next.metadata.generation = 50;
    next.metadata.resource_version = 60;
    next.metadata.creation_timestamp.reset();
    next.metadata.deletion_timestamp = api::StoredTime();
  });
  EXPECT_TRUE(written.done());
  EXPECT_EQ(table.find(web)->metadata.generation, 1);
  EXPECT_EQ(table.find(web)->metadata.resource_version, 1);
  EXPECT_FALSE(table.find(web)->metadata.deleting());
  EXPECT_EQ(watcher.changes.size(), 1U);
}

TEST_F(BindingTable, WritesToWhatIsNotThereFindNothing) {
  const auto nothing = [](api::ResourceBinding&) {};
  EXPECT_EQ(table.update(binding("web")).outcome, Outcome::not_found);
  EXPECT_EQ(table.update_status(binding("web")).outcome, Outcome::not_found);
  EXPECT_EQ(table.patch(web, nothing).outcome, Outcome::not_found);
  EXPECT_EQ(table.patch_status(web, nothing).outcome, Outcome::not_found);
  EXPECT_EQ(table.remove(web).outcome, Outcome::not_found);
}

TEST_F(BindingTable, RemovesAtOnceWhatNoFinalizerHolds) {
  (void)table.create(binding("web"));
  EXPECT_TRUE(table.remove(web).done());
  EXPECT_EQ(table.find(web), nullptr);
  ASSERT_EQ(watcher.changes.size(), 2U);
  EXPECT_EQ(watcher.changes[1].after, nullptr);
  EXPECT_EQ(watcher.changes[1].before->metadata.name, "web");
}

TEST_F(BindingTable, AFinalizerHoldsAnObjectUntilItIsTakenOff) {
  api::ResourceBinding held = binding("web");
  held.metadata.finalizers = {"mine"};
  (void)table.create(held);
  context.now = api::Timestamp{200s + 500ms};
  const auto marked = table.remove(web);
  ASSERT_TRUE(marked.done());
  EXPECT_EQ(marked.object->metadata.deletion_timestamp, api::StoredTime::from_unix_seconds(200));
  EXPECT_EQ(marked.object->metadata.generation, 2) << "the request to delete counts";

  context.now = api::Timestamp{300s};
  EXPECT_EQ(table.remove(web).object, marked.object) << "asking again changes nothing";

  const auto gone =
      table.patch(web, [](api::ResourceBinding& next) { next.metadata.finalizers.clear(); });
  EXPECT_TRUE(gone.done());
  EXPECT_EQ(gone.object, nullptr);
  EXPECT_EQ(table.find(web), nullptr);
  EXPECT_EQ(watcher.changes.back().after, nullptr);
}

TEST_F(BindingTable, AdmissionCompletesAndRefuses) {
  table.set_admission([](const api::ResourceBinding* before, api::ResourceBinding& next) {
    if (before == nullptr) next.spec.scheduler_name = "default-scheduler";
    return next.spec.replicas >= 0;
  });
  const auto created = table.create(binding("web"));
  EXPECT_EQ(created.object->spec.scheduler_name, "default-scheduler");
  const auto refused =
      table.patch(web, [](api::ResourceBinding& next) { next.spec.replicas = -1; });
  EXPECT_EQ(refused.outcome, Outcome::refused);
  EXPECT_EQ(table.find(web)->spec.replicas, 1);
  EXPECT_EQ(table.create(binding("db", -1)).outcome, Outcome::refused);
  EXPECT_EQ(table.find({"default", "db"}), nullptr);
}

TEST_F(BindingTable, WatchersSeeEveryChangeInOrderWithWhatWasBefore) {
  (void)table.create(binding("web", 1));
  (void)table.patch(web, [](api::ResourceBinding& next) { next.spec.replicas = 2; });
  (void)table.create(binding("db"));
  ASSERT_EQ(watcher.changes.size(), 3U);
  EXPECT_EQ(watcher.changes[0].before, nullptr);
  EXPECT_EQ(watcher.changes[1].before, watcher.changes[0].after);
  EXPECT_EQ(watcher.changes[1].after->spec.replicas, 2);
  EXPECT_EQ(watcher.changes[2].any().metadata.name, "db");
}

TEST_F(BindingTable, WatchersMayAskWhoWrites) {
  (void)table.create(binding("web"));
  {
    const Writer writer(context, "scheduler");
    (void)table.patch(web, [](api::ResourceBinding& next) { next.spec.replicas = 2; });
  }
  (void)table.remove(web);
  EXPECT_EQ(watcher.writers, (std::vector<std::string>{"user", "scheduler", "user"}));
}

TEST(WorkTable, AgentsWatchOnlyTheirOwnClusterAfterThoseWhoWatchAll) {
  TestContext context;
  ObjectTable<api::Work> table(context);
  std::vector<std::string> order;
  Watching<api::Work> agent(context, &order);
  Watching<api::Work> manager(context, &order);
  agent.name = "agent";
  manager.name = "manager";
  table.add_watcher(agent, "member1");
  table.add_watcher(manager);

  api::Work work;
  work.metadata.name = "web";
  work.cluster = "member1";
  work.metadata.space = api::execution_space("member1");
  (void)table.create(work);
  work.cluster = "member2";
  work.metadata.space = api::execution_space("member2");
  (void)table.create(work);

  EXPECT_EQ(order, (std::vector<std::string>{"manager", "agent", "manager"}));
  ASSERT_EQ(agent.changes.size(), 1U);
  EXPECT_EQ(agent.changes[0].after->cluster, "member1");

  table.remove_watcher(agent, "member1");
  table.remove_watcher(manager);
  (void)table.remove(work.metadata.key());
  EXPECT_EQ(order.size(), 3U);
}

}  // namespace
}  // namespace firedrill::models
