/// One process's view of the API server: requests and watches that take time, and a link that
/// fails.

#include "models/process/process_store.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/world/karmada/server/api_server.h"

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;
using policy::Index;

const api::Key web{"default", "web"};

api::ResourceBinding binding(const std::string& name, std::vector<std::string> clusters = {}) {
  api::ResourceBinding object;
  object.metadata.space = "default";
  object.metadata.name = name;
  for (std::string& cluster : clusters)
    object.spec.clusters.push_back({std::move(cluster), 1});
  return object;
}

class ProcessStoreTest : public testing::Test {
 protected:
  using Store = ProcessStore<api::ResourceBinding>;

  void run_to(sim::Duration since_start) { engine.run_through(sim::start_time + since_start); }
  [[nodiscard]] sim::Duration now() const { return engine.now() - sim::start_time; }

  /// Lines such as "1.002 web 2": when a watcher heard of which replicas ("-": gone).
  [[nodiscard]] Store::Handler noting() {
    return [this](const Change<api::ResourceBinding>& change) {
      heard.push_back(fmt::format("{} {} {}{}", now() / 1ms, change.any().metadata.name,
                                  change.after ? std::to_string(change.after->spec.replicas) : "-",
                                  change.replay ? " replay" : ""));
      causes.push_back(engine.current_cause());
    };
  }
  void scale(api::Replicas replicas) {
    (void)server.bindings.patch(
        web, [replicas](api::ResourceBinding& next) { next.spec.replicas = replicas; });
  }

  static policy::Routine write(Store* store, api::ResourceBinding object, ProcessStoreTest* test) {
    auto writing = store->update(std::move(object));
    const auto written = co_await writing;
    test->outcomes.push_back(written.outcome);
    test->answered.push_back(test->now());
  }

  sim::Engine engine;
  CivilClock clock{engine, api::Timestamp{1h}};
  karmada::ApiServer server{clock};
  std::int64_t writes = 0;
  std::int64_t conflicts = 0;
  Requests requests{engine};
  ProcessLink link{.engine = engine,
                   .requests = requests,
                   .name = "scheduler",
                   .scope = {},
                   .watch = 2ms,
                   .connected = true,
                   .writes = &writes,
                   .conflicts = &conflicts};
  std::vector<std::string> heard;
  std::vector<std::uint64_t> causes;
  std::vector<Outcome> outcomes;
  std::vector<sim::Duration> answered;
};

TEST_F(ProcessStoreTest, SeesWhatWasThereAndLaterChangesAfterTheWatchsLatency) {
  (void)server.bindings.create(binding("web"));
  Store store(server.bindings, link, {});
  EXPECT_NE(store.get(web), nullptr);
  scale(5);
  EXPECT_EQ(store.get(web)->spec.replicas, 0) << "the cache lags";
  run_to(1ms);
  EXPECT_EQ(store.get(web)->spec.replicas, 0);
  run_to(2ms);
  EXPECT_EQ(store.get(web)->spec.replicas, 5);
}

TEST_F(ProcessStoreTest, WatchersHearReplaysFirstAndThenChangesInOrder) {
  (void)server.bindings.create(binding("web"));
  Store store(server.bindings, link, {});
  const auto watch = store.watch(noting());
  EXPECT_TRUE(heard.empty()) << "no callback inside the call that registers it";
  scale(1);
  scale(2);
  run_to(10ms);
  (void)server.bindings.remove(web);
  run_to(20ms);
  EXPECT_EQ(heard, (std::vector<std::string>{"0 web 0 replay", "2 web 1", "2 web 2", "12 web -"}));
}

TEST_F(ProcessStoreTest, AWatchThatIsLetGoHearsNoMore) {
  Store store(server.bindings, link, {});
  {
    const auto watch = store.watch(noting());
    (void)server.bindings.create(binding("web"));
  }
  run_to(1s);
  EXPECT_TRUE(heard.empty());
  EXPECT_NE(store.get(web), nullptr);
}

TEST_F(ProcessStoreTest, ChangesBringTheirCauseAlong) {
  Store store(server.bindings, link, {});
  const auto watch = store.watch(noting());
  engine.set_current_cause(7);
  (void)server.bindings.create(binding("web"));
  engine.set_current_cause(8);
  scale(1);
  engine.set_current_cause(9);
  run_to(1s);
  EXPECT_EQ(causes, (std::vector<std::uint64_t>{7, 8}));
}

/// Records each write, as the observers of a world do.
class Chronicler final : public TableWatcher<api::ResourceBinding> {
 public:
  Chronicler(karmada::ApiServer& server, sim::Engine& engine) : server_(server), engine_(engine) {
    server_.bindings.add_watcher(*this);
  }
  ~Chronicler() { server_.bindings.remove_watcher(*this); }

 private:
  void changed(const Change<api::ResourceBinding>& /*change*/) override {
    engine_.set_current_cause(++last_);
  }

  karmada::ApiServer& server_;
  sim::Engine& engine_;
  std::uint64_t last_ = 100;
};

TEST_F(ProcessStoreTest, WhatAWriteLeadsToIsItsWatchersAffairNotItsWriters) {
  const Chronicler chronicler(server, engine);
  api::ResourceBinding first = *server.bindings.create(binding("web")).object;  // 101
  Store store(server.bindings, link, {});
  const auto watch = store.watch(noting());
  run_to(1ms);
  causes.clear();
  engine.set_current_cause(7);
  first.spec.replicas = 3;
  const auto routine = write(&store, first, this).start();
  EXPECT_EQ(outcomes, std::vector{Outcome::done});
  EXPECT_EQ(engine.current_cause(), 7U);
  run_to(1s);
  EXPECT_EQ(causes, (std::vector<std::uint64_t>{102}));
}

TEST_F(ProcessStoreTest, AWriteTakesEffectWhenItArrives) {
  api::ResourceBinding next = *server.bindings.create(binding("web")).object;
  next.spec.replicas = 3;
  Store store(server.bindings, link, {.spec = 5ms, .status = 1ms});
  const auto routine = write(&store, next, this).start();
  run_to(4ms);
  EXPECT_EQ(server.bindings.find(web)->spec.replicas, 0);
  run_to(1s);
  EXPECT_EQ(server.bindings.find(web)->spec.replicas, 3);
  EXPECT_EQ(outcomes, std::vector{Outcome::done});
  EXPECT_EQ(answered, std::vector<sim::Duration>{5ms});
  EXPECT_EQ(writes, 1);
  EXPECT_EQ(conflicts, 0);
}

TEST_F(ProcessStoreTest, AWriteThatWasOvertakenIsAConflict) {
  api::ResourceBinding next = *server.bindings.create(binding("web")).object;
  next.spec.replicas = 3;
  Store store(server.bindings, link, {.spec = 5ms, .status = 5ms});
  const auto routine = write(&store, next, this).start();
  scale(9);
  run_to(1s);
  EXPECT_EQ(outcomes, std::vector{Outcome::conflict});
  EXPECT_EQ(conflicts, 1);
}

TEST_F(ProcessStoreTest, AProcessThatDiesTakesItsRequestsBack) {
  api::ResourceBinding next = *server.bindings.create(binding("web")).object;
  next.spec.replicas = 3;
  {
    Store store(server.bindings, link, {.spec = 5ms, .status = 5ms});
    const auto watch = store.watch(noting());
    const auto routine = write(&store, next, this).start();
  }
  run_to(1s);
  scale(4);
  run_to(2s);
  EXPECT_TRUE(heard.empty());
  EXPECT_TRUE(outcomes.empty());
  EXPECT_EQ(server.bindings.find(web)->spec.replicas, 4);
}

TEST_F(ProcessStoreTest, WithoutALinkRequestsFailAndTheWatchStalls) {
  api::ResourceBinding next = *server.bindings.create(binding("web")).object;
  next.spec.replicas = 3;
  Store store(server.bindings, link, {.spec = 5ms, .status = 5ms});
  const auto watch = store.watch(noting());
  run_to(1ms);
  heard.clear();

  scale(1);  // On its way when the link is cut.
  link.connected = false;
  scale(2);
  const auto routine = write(&store, next, this).start();
  EXPECT_EQ(outcomes, std::vector{Outcome::unreachable});
  scale(3);
  run_to(1s);
  (void)server.bindings.create(binding("db"));
  run_to(2s);
  EXPECT_TRUE(heard.empty());
  EXPECT_EQ(store.get(web)->spec.replicas, 0);

  link.connected = true;
  store.reconnect();
  run_to(3s);
  EXPECT_EQ(heard,
            (std::vector<std::string>{"2000 web 1", "2000 web 2", "2000 web 3", "2000 db 0"}));
}

TEST_F(ProcessStoreTest, ALinkThatIsCutOnTheWayLosesTheRequest) {
  api::ResourceBinding next = *server.bindings.create(binding("web")).object;
  next.spec.replicas = 3;
  Store store(server.bindings, link, {.spec = 5ms, .status = 5ms});
  const auto routine = write(&store, next, this).start();
  run_to(2ms);
  link.connected = false;
  run_to(1s);
  EXPECT_EQ(outcomes, std::vector{Outcome::unreachable});
  EXPECT_EQ(server.bindings.find(web)->spec.replicas, 0);
  EXPECT_EQ(writes, 0);
}

TEST_F(ProcessStoreTest, SelectsByIndexInKeyOrderAndKeepsTheIndexUpToDate) {
  (void)server.bindings.create(binding("b", {"m1", "m2"}));
  (void)server.bindings.create(binding("a", {"m1"}));
  link.watch = 0ms;
  Store store(server.bindings, link, {});
  const auto names = [&](Index index, const char* value) {
    std::vector<std::string> found;
    for (const auto& object : store.select(index, value))
      found.push_back(object->metadata.name);
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(Index::target_cluster, "m1"), (Names{"a", "b"}));
  EXPECT_EQ(names(Index::target_cluster, "m2"), (Names{"b"}));
  EXPECT_EQ(names(Index::target_cluster, "m3"), Names{});

  (void)server.bindings.patch({"default", "b"}, [](api::ResourceBinding& next) {
    next.spec.clusters = {{"m3", 1}};
    next.spec.graceful_eviction_tasks.emplace_back().from_cluster = "m1";
  });
  (void)server.bindings.create(binding("c", {"m3"}));
  (void)server.bindings.remove({"default", "a"});
  run_to(1ms);
  EXPECT_EQ(names(Index::target_cluster, "m1"), Names{});
  EXPECT_EQ(names(Index::target_cluster, "m2"), Names{});
  EXPECT_EQ(names(Index::target_cluster, "m3"), (Names{"b", "c"}));
  EXPECT_EQ(names(Index::eviction_cluster, "m1"), Names{"b"});
}

TEST_F(ProcessStoreTest, ListsInKeyOrderWhatTheCacheHolds) {
  (void)server.bindings.create(binding("b"));
  (void)server.bindings.create(binding("a"));
  link.watch = 0ms;
  Store store(server.bindings, link, {});
  ASSERT_EQ(store.list().size(), 2U);
  EXPECT_EQ(store.list()[0]->metadata.name, "a");
  (void)server.bindings.remove({"default", "a"});
  run_to(1ms);
  ASSERT_EQ(store.list().size(), 1U);
  EXPECT_EQ(store.list()[0]->metadata.name, "b");
}

TEST_F(ProcessStoreTest, AnAgentSeesOnlyItsOwnCluster) {
  const auto work = [](const std::string& cluster) {
    api::Work object;
    object.cluster = cluster;
    object.metadata.space = api::execution_space(cluster);
    object.metadata.name = "web";
    return object;
  };
  (void)server.works.create(work("member1"));
  (void)server.works.create(work("member2"));
  link.scope = "member1";
  ProcessStore<api::Work> store(server.works, link, {});
  EXPECT_EQ(store.list().size(), 1U);
  (void)server.works.remove(work("member2").metadata.key());
  (void)server.works.remove(work("member1").metadata.key());
  run_to(1s);
  EXPECT_EQ(store.list().size(), 0U);
}

TEST_F(ProcessStoreTest, WritesWaitForTheTokensOfTheProcess) {
  const api::ResourceBinding object = *server.bindings.create(binding("web")).object;
  link.limiter = ClientLimiter(ClientLimit{.qps = 8, .burst = 2});
  Store store(server.bindings, link, {.spec = 5ms, .status = 5ms});
  std::vector<policy::Routine> requests;
  for (int i = 0; i < 4; ++i)
    requests.push_back(write(&store, object, this).start());
  run_to(250ms);
  // Reads are the cache's and take none.
  for (int i = 0; i < 100; ++i)
    EXPECT_NE(store.get(web), nullptr);
  requests.push_back(write(&store, object, this).start());
  run_to(2s);
  // Two of the burst; the third and fourth wait for a token each, an eighth of a second apart. At
  // 250 ms what was owed has just been paid, so the fifth waits for a whole token.
  EXPECT_EQ(answered, (std::vector<sim::Duration>{5ms, 5ms, 130ms, 255ms, 380ms}));
}

TEST_F(ProcessStoreTest, ARequestWithoutALinkTakesItsTokenAllTheSame) {
  const api::ResourceBinding object = *server.bindings.create(binding("web")).object;
  link.limiter = ClientLimiter(ClientLimit{.qps = 10, .burst = 1});
  link.connected = false;
  Store store(server.bindings, link, {.spec = 5ms, .status = 5ms});
  const auto first = write(&store, object, this).start();
  const auto second = write(&store, object, this).start();
  run_to(1s);
  EXPECT_EQ(outcomes, (std::vector{Outcome::unreachable, Outcome::unreachable}));
  EXPECT_EQ(answered, (std::vector<sim::Duration>{0ms, 100ms}));
}

TEST_F(ProcessStoreTest, NoEventOvertakesAnEarlierOneThoughDelaysVary) {
  link.watch = Delays({.shape = sim::Uniform{1ms, 900ms}}, sim::Streams(7), "scheduler/", "watch");
  Store store(server.bindings, link, {});
  std::vector<std::string> names;
  std::vector<sim::Time> times;
  const auto watch = store.watch([&](const Change<api::ResourceBinding>& change) {
    names.push_back(change.any().metadata.name);
    times.push_back(engine.now());
  });
  std::vector<std::string> written;
  for (int i = 0; i < 40; ++i) {
    written.push_back(fmt::format("web-{}", i));
    (void)server.bindings.create(binding(written.back()));
    run_to((i + 1) * 10ms);
  }
  run_to(5s);
  EXPECT_EQ(names, written);
  EXPECT_TRUE(std::ranges::is_sorted(times));
  EXPECT_GT(times.front(), sim::start_time);
}

TEST_F(ProcessStoreTest, KnowsSinceWhenItsCachesMayLagThoughDelaysVary) {
  link.watch =
      Delays({.shape = sim::Uniform{100ms, 200ms}}, sim::Streams(7), "scheduler/", "watch");
  Store store(server.bindings, link, {});
  ProcessStore<api::Work> works(server.works, link, {});
  run_to(1s);
  EXPECT_EQ(link.seen_from(), sim::start_time + 1s) << "nothing is on its way";
  (void)server.bindings.create(binding("web"));
  run_to(1050ms);
  (void)server.bindings.create(binding("db"));
  run_to(1090ms);
  EXPECT_EQ(link.seen_from(), sim::start_time + 1s) << "the first is still on its way";
  run_to(2s);
  EXPECT_EQ(link.seen_from(), sim::start_time + 2s);
}

TEST_F(ProcessStoreTest, AStartingProcessListsBeforeItHears) {
  (void)server.bindings.create(binding("web"));
  Store store(server.bindings, link, {.list = 50ms});
  const auto watch = store.watch(noting());
  scale(1);
  run_to(1s);
  EXPECT_EQ(heard, (std::vector<std::string>{"50 web 0 replay", "50 web 1"}));
}

}  // namespace
}  // namespace firedrill::models
