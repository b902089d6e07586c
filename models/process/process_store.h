#pragma once

/// One process's view of the API server's objects of one kind: a cache fed by a watch, and requests
/// that take their time. While the process's link to the control plane is cut, requests fail at
/// once and the watch stalls; it goes on with everything it missed, in order, when the link is
/// back.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/process/client_limits.h"
#include "models/process/delays.h"
#include "models/process/metronome.h"
#include "models/process/request.h"
#include "models/store/key_map.h"
#include "models/store/object_table.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// What the network makes of the messages of a process outside the control plane.
struct NetworkPath {
  sim::Duration there{};        ///< To the control plane.
  sim::Duration back{};         ///< From it.
  bool drops = false;           ///< While it is cut, requests end by time-out.
  sim::Duration timeout{};      ///< Of a request that gets no answer.
  double loss_there = 0;        ///< Share of the messages that get lost.
  double loss_back = 0;         ///< The same on the way back.
  sim::Random* loss = nullptr;  ///< Decides which; set where messages can get lost.

  [[nodiscard]] bool loses(double share) const { return share > 0 && loss->chance(share); }
};

/// A store, as far as its link matters to it.
class LinkedStore {
 public:
  /// The link came back: deliver what was held.
  virtual void reconnect() = 0;

 protected:
  ~LinkedStore() = default;
};

/// What the stores of one process share.
struct ProcessLink {
  sim::Engine& engine;
  Requests& requests;     ///< Of the process, of any kind.
  std::string name;       ///< Of the process; who writes.
  std::string scope;      ///< Member cluster of an agent; "" for components of the control plane.
  Delays watch{};         ///< Latency of its watches.
  bool connected = true;  ///< Whether requests and watches get through.
  sim::Time cut_at{};     ///< Since when not.
  NetworkPath path{};     ///< Of its messages, beside the latencies of what they ask for.
  sim::Duration longest_back{};    ///< Of any path that it has had.
  std::int64_t* writes = nullptr;  ///< Counted for the timeline's footer.
  std::int64_t* conflicts = nullptr;
  ClientLimiter limiter{};                 ///< Of its requests to the control plane.
  Metronome* metronome = nullptr;          ///< Told of what changes of a member's objects.
  const policy::Timers* timers = nullptr;  ///< Its own; null: nobody in it sleeps.

  /// Whether somebody in the process may have read something, and is not done with it yet.
  [[nodiscard]] bool deciding() const {
    return requests.under_way > 0 || (timers != nullptr && timers->sleepers() > 0);
  }

  /// What was stored before that instant, every cache of the process shows. Watches whose latency
  /// varies keep it in `oldest_pending`.
  [[nodiscard]] sim::Time seen_from() const {
    if (!watch.varies())
      return (connected ? engine.now() : cut_at) - watch.constant() - longest_back;
    sim::Time seen = engine.now();
    for (const sim::Time pending : oldest_pending)
      seen = std::min(seen, pending);
    return seen;
  }
  /// By store: when the first change was stored that is still on its way.
  std::vector<sim::Time> oldest_pending{};
  std::vector<LinkedStore*> stores{};  ///< In order of their making.
};

template <class Object>
class ProcessStore final : public policy::Store<Object>,
                           public LinkedStore,
                           private TableWatcher<Object>,
                           private policy::Registration::Owner {
  using Base = policy::Store<Object>;

 public:
  using typename Base::Handler;
  using typename Base::Mutation;
  using typename Base::Snapshot;

  /// Latencies of its requests: writes of whole objects and specs, and of status; the list that
  /// fills its cache.
  struct RequestLatency {
    Delays spec{};
    Delays status{};
    sim::Duration list{};
  };

  ProcessStore(ObjectTable<Object>& table, ProcessLink& link, RequestLatency latency)
      : table_(table),
        link_(link),
        latency_(std::move(latency)),
        listed_from_(sim::saturating_add(link.engine.now(), latency_.list)),
        slot_(link.oldest_pending.size()) {
    link_.oldest_pending.push_back(sim::latest_time);
    link_.stores.push_back(this);
    for (const auto& [key, object] : table_.objects()) {
      if (link_.scope.empty() || Rules<Object>::scope(*object) == link_.scope) put(key, object);
    }
    table_.add_watcher(*this, link_.scope);
  }
  ~ProcessStore() {
    table_.remove_watcher(*this, link_.scope);
    link_.engine.cancel(drain_);
  }

  [[nodiscard]] Snapshot get(const api::Key& key) const override {
    const Entry* found = cache_.find(key);
    if (found == nullptr) return nullptr;
    catch_up(*found->second.object);
    const Cached& cached = found->second;
    cached.read = cached.object;
    cached.seen_from = link_.seen_from();
    return cached.object;
  }

  /// What the process knows of an object when it decides upon a write: what `get` last said.
  [[nodiscard]] Snapshot last_read(const api::Key& key) const {
    const Entry* found = cache_.find(key);
    if (found == nullptr) return nullptr;
    return found->second.read ? found->second.read : found->second.object;
  }

  [[nodiscard]] std::span<const Snapshot> list() const override {
    if constexpr (stamped) {
      for (const auto& [key, cached] : cache_.ordered())
        catch_up(*cached.object);
    }
    if (!listed_) {
      list_.clear();
      list_.reserve(cache_.size());
      for (const auto& [key, cached] : cache_.ordered())
        list_.push_back(cached.object);
      listed_ = true;
    }
    return list_;
  }

  [[nodiscard]] std::vector<Snapshot> select(policy::Index index,
                                             std::string_view value) const override {
    if constexpr (stamped) throw std::logic_error("no index of what standing rounds stamp");
    std::vector<Snapshot> objects;
    const auto& entries = built_index(index);
    const auto found = entries.find(value);
    if (found == entries.end()) return objects;
    objects.reserve(found->second.size());
    for (const Entry* entry : found->second)
      objects.push_back(entry->second.object);
    return objects;
  }

  policy::Await<Written<Object>> create(Object object) override {
    const api::Key key = object.metadata.key();
    return send(latency_.spec.next(key), key, [this, object = std::move(object)]() mutable {
      return table_.create(std::move(object));
    });
  }
  policy::Await<Written<Object>> update(Object object) override {
    const api::Key key = object.metadata.key();
    return send(latency_.spec.next(key), key, [this, object = std::move(object)]() mutable {
      return table_.update(std::move(object));
    });
  }
  policy::Await<Written<Object>> update_status(Object object) override {
    const api::Key key = object.metadata.key();
    return send(latency_.status.next(key), key,
                [this, object = std::move(object)] { return table_.update_status(object); });
  }
  policy::Await<Written<Object>> patch(api::Key key,
                                       Mutation mutation,
                                       std::optional<std::int64_t> version) override {
    return send(latency_.spec.next(key), key, [this, key, mutation = std::move(mutation), version] {
      return table_.patch(key, mutation, version);
    });
  }
  policy::Await<Written<Object>> patch_status(api::Key key,
                                              Mutation mutation,
                                              std::optional<std::int64_t> version) override {
    return send(latency_.status.next(key), key,
                [this, key, mutation = std::move(mutation), version] {
                  return table_.patch_status(key, mutation, version);
                });
  }
  policy::Await<Written<Object>> remove(api::Key key) override {
    return send(latency_.spec.next(key), key, [this, key] { return table_.remove(key); });
  }

  void make_up(const api::Key& key, const Mutation& last, std::int64_t patches) override {
    *link_.writes += patches;
    table_.amend(key, last);
  }

  [[nodiscard]] policy::Registration watch(Handler handler) override {
    if constexpr (stamped) throw std::logic_error("no watch of what standing rounds stamp");
    const std::uint64_t id = next_handler_++;
    handlers_.emplace(id, Watch{std::move(handler), false});
    arm();
    return {*this, id};
  }

  void reconnect() override { arm(); }

 private:
  struct Watch {
    Handler handler;
    bool listed = false;  ///< Whether it has been told of what was there.
  };
  struct Cached {
    Snapshot object;
    /// What `get` said last; null: it was never asked, or nobody remembers its answer any more.
    mutable Snapshot read;
    mutable sim::Time seen_from{};  ///< What was stored before, the cache showed then.
  };
  using Entry = typename KeyMap<Cached>::Entry;
  struct ByKey {
    bool operator()(const Entry* a, const Entry* b) const { return a->first < b->first; }
  };
  using EntriesByValue = std::unordered_map<api::Name, std::set<const Entry*, ByKey>>;

  struct Delivery {
    sim::Time stored{};
    sim::Time due{};
    std::uint64_t cause = 0;
    Change<Object> change;
  };

  policy::Await<Written<Object>> send(sim::Duration latency,
                                      const api::Key& key,
                                      std::function<Written<Object>()> carry_out) {
    const NetworkPath& path = link_.path;
    const sim::Duration wait = link_.limiter.reserve(link_.engine.now());
    if (!link_.connected && !path.drops) {
      return request<Written<Object>>(link_.requests, wait, [] {
        return Written<Object>{Outcome::unreachable, nullptr};
      });
    }
    const bool lost = path.loses(path.loss_there);
    const bool unanswered = path.loses(path.loss_back);
    Trip trip{.there = path.there + latency, .back = path.back};
    if (!link_.connected || lost) trip = {.there = path.timeout};
    if (unanswered) trip.back = std::max(path.timeout - trip.there, sim::Duration::zero());
    trip.there += wait;
    Receive<Written<Object>> receive = [unanswered](Written<Object> written) {
      return unanswered ? Written<Object>{Outcome::unreachable, nullptr} : written;
    };
    return request<Written<Object>>(
        link_.requests, trip,
        [this, lost, basis = basis_of(key), carry_out = std::move(carry_out)] {
          if (!link_.connected || lost) return Written<Object>{Outcome::unreachable, nullptr};
          ++*link_.writes;
          // What a write leads to, its watchers are told; the writer goes on for the reason that it
          // wrote for, so that its writes are no causes of one another.
          const std::uint64_t reason = link_.engine.current_cause();
          const Writer writer(table_.context(), link_.name);
          const Basis<Object>* before = table_.exchange_basis(&basis);
          Written<Object> written = carry_out();
          table_.exchange_basis(before);
          link_.engine.set_current_cause(reason);
          if (written.outcome == Outcome::conflict) ++*link_.conflicts;
          return written;
        },
        std::move(receive));
  }

  [[nodiscard]] Basis<Object> basis_of(const api::Key& key) const {
    const sim::Time now = link_.engine.now();
    const Entry* found = cache_.find(key);
    if (found == nullptr) return {now, link_.seen_from(), nullptr};
    const Cached& cached = found->second;
    if (!cached.read) return {now, link_.seen_from(), cached.object};
    return {now, cached.seen_from, cached.read};
  }

  /// Who looks at a member looks at what his caches hold of it, too, and goes on for reasons that a
  /// write may change before he sees it.
  void wake_lookers(const Object& object) {
    if constexpr (requires { Rules<Object>::member(object); }) {
      if (link_.metronome != nullptr) link_.metronome->stir(Rules<Object>::member(object));
    }
  }

  /// Whether standing rounds stamp such objects, each those of a member.
  static constexpr bool stamped = requires(const Object& object) {
    Rules<Object>::stamped(object);
  };

  /// Makes up for the rounds that have stamped the object, before it is read.
  static void catch_up_with(Metronome& metronome, const Object& object) {
    if constexpr (stamped) metronome.catch_up(Rules<Object>::stamped(object));
  }
  void catch_up([[maybe_unused]] const Object& object) const {
    if (link_.metronome != nullptr) catch_up_with(*link_.metronome, object);
  }

  void amended(const Snapshot& object) override { put(object->metadata.key(), object); }

  void changed(const Change<Object>& change) override {
    wake_lookers(change.any());
    const sim::Time now = link_.engine.now();
    const sim::Duration way = link_.watch.next(change.any().metadata.key()) + link_.path.back;
    last_due_ = std::max(last_due_, sim::saturating_add(now, way));
    if (deliveries_.empty()) link_.oldest_pending[slot_] = now;
    deliveries_.push_back({now, last_due_, link_.engine.current_cause(), change});
    arm();
  }

  /// Makes sure that the next delivery has its event on the engine.
  void arm() {
    if (!link_.connected || link_.engine.is_pending(drain_)) return;
    const bool unlisted =
        std::ranges::any_of(handlers_, [](const auto& entry) { return !entry.second.listed; });
    if (!unlisted && deliveries_.empty()) return;
    const sim::Time due =
        std::max(link_.engine.now(), unlisted ? listed_from_ : deliveries_.front().due);
    drain_ = link_.engine.at(due, sim::Phase::delivery, [this] { drain(); });
  }

  void drain() {
    drain_ = {};
    if (!link_.connected) return;  // Cut since this was armed.
    for (auto& [id, watch] : handlers_) {
      if (watch.listed) continue;
      watch.listed = true;
      for (const auto& [key, cached] : cache_.ordered())
        watch.handler({nullptr, cached.object, true});
    }
    while (!deliveries_.empty() && deliveries_.front().due <= link_.engine.now()) {
      const Delivery delivery = std::move(deliveries_.front());
      deliveries_.pop_front();
      link_.oldest_pending[slot_] =
          deliveries_.empty() ? sim::latest_time : deliveries_.front().stored;
      deliver(delivery);
    }
    arm();
  }

  void deliver(const Delivery& delivery) {
    const api::Key key = delivery.change.any().metadata.key();
    wake_lookers(delivery.change.any());
    link_.engine.set_current_cause(delivery.cause);
    if (delivery.change.after) {
      put(key, delivery.change.after);
    } else {
      drop(key);
    }
    for (const auto& [id, watch] : handlers_) {
      watch.handler(delivery.change);
      link_.engine.set_current_cause(delivery.cause);
    }
  }

  void put(const api::Key& key, const Snapshot& object) {
    const auto [entry, fresh] = cache_.try_emplace(key);
    const bool moves = !indexes_.empty() &&
                       (fresh || !Rules<Object>::same_indexes(*entry->second.object, *object));
    if (fresh) {
      listed_ = false;
    } else {
      if (moves) unindex(entry);
      if (listed_) *place_in_list(key) = object;
    }
    entry->second.object = object;
    if (!link_.deciding()) entry->second.read = nullptr;
    if (!moves) return;
    for (auto& [index, entries] : indexes_)
      enter(index, entries, entry);
  }

  /// Of an object that is in the list.
  [[nodiscard]] auto place_in_list(const api::Key& key) {
    return std::ranges::lower_bound(list_, key, {},
                                    [](const Snapshot& listed) { return listed->metadata.key(); });
  }

  void drop(const api::Key& key) {
    Entry* found = cache_.find(key);
    if (found == nullptr) return;
    listed_ = false;
    unindex(found);
    cache_.erase(found);
  }

  static void enter(policy::Index index, EntriesByValue& entries, const Entry* entry) {
    Rules<Object>::index(*entry->second.object, index,
                         [&](const api::Name& value) { entries[value].insert(entry); });
  }

  void unindex(const Entry* entry) {
    for (auto& [index, entries] : indexes_) {
      // Captured by name: clang 14 doesn't capture structured bindings by default.
      Rules<Object>::index(*entry->second.object, index,
                           [entry, &entries = entries](const api::Name& value) {
                             const auto found = entries.find(value);
                             if (found == entries.end()) return;
                             found->second.erase(entry);
                             if (found->second.empty()) entries.erase(found);
                           });
    }
  }

  /// Built when first asked for: most processes need few.
  [[nodiscard]] const EntriesByValue& built_index(policy::Index index) const {
    const auto [found, fresh] = indexes_.try_emplace(index);
    if (fresh) {
      for (const Entry& entry : cache_.ordered())
        enter(index, found->second, &entry);
    }
    return found->second;
  }

  void release(std::uint64_t id) override { handlers_.erase(id); }

  ObjectTable<Object>& table_;
  ProcessLink& link_;
  RequestLatency latency_;
  sim::Time listed_from_;  ///< When the first list has come.
  std::size_t slot_;       ///< In the link's `oldest_pending`.
  sim::Time last_due_{};   ///< Of the watch: no event overtakes an earlier one.
  KeyMap<Cached> cache_;
  mutable std::vector<Snapshot> list_;  ///< Of the cache, when `listed_`.
  mutable bool listed_ = false;
  mutable std::map<policy::Index, EntriesByValue> indexes_;
  std::map<std::uint64_t, Watch> handlers_;
  std::uint64_t next_handler_ = 0;
  std::deque<Delivery> deliveries_;
  sim::EventHandle drain_;
};

}  // namespace firedrill::models
