#pragma once

/// The waist: what a control-plane component asks of its surroundings. Nothing here says whether
/// they are simulated; the same components run against a live clock and a hand-made store
/// (tests/policy/live_clock_test.cc).
///
/// Every call is made from one thread. Callbacks never run inside the call that registers them.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/api/binding.h"
#include "policy/api/cluster.h"
#include "policy/api/quota.h"
#include "policy/api/time.h"
#include "policy/api/work.h"
#include "policy/runtime/task.h"

namespace firedrill::policy {

using api::Duration;
using api::Key;
using api::Timestamp;

/// Civil time on the component's machine (it may be skewed). Two readings, because a real clock
/// moves on between the instant that a timer was set for and the statement that compares: with
/// exact timers both would be equal, and every strict "now is after the deadline" of the reference
/// would miss by one round.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The reading to keep as a stamp and to compute delays from.
  [[nodiscard]] virtual Timestamp now() const = 0;
  /// The reading to hold against a deadline with a strict comparison: later than now() by an
  /// instant too short to show (equal to now() where timers really fire late).
  [[nodiscard]] virtual Timestamp late_now() const = 0;
};

/// Undoes a registration (timer, watch) when destroyed.
class [[nodiscard]] Registration {
 public:
  class Owner {
   public:
    virtual void release(std::uint64_t id) = 0;
    /// Of a round that may be skipped; how long until it comes. Others are never skipped.
    virtual Duration stir(std::uint64_t /*id*/) { return Duration::zero(); }

   protected:
    ~Owner() = default;
  };

  Registration() = default;
  Registration(Owner& owner, std::uint64_t id) : owner_(&owner), id_(id) {}
  Registration(Registration&& other) noexcept
      : owner_(std::exchange(other.owner_, nullptr)), id_(other.id_) {}
  Registration& operator=(Registration&& other) noexcept {
    std::swap(owner_, other.owner_);
    std::swap(id_, other.id_);
    return *this;
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() { reset(); }

  void reset() {
    if (Owner* owner = std::exchange(owner_, nullptr)) owner->release(id_);
  }
  [[nodiscard]] bool active() const { return owner_ != nullptr; }

  /// Of a round (Timers::round): what it looks at has changed, so that it is not to be skipped any
  /// more. It comes at its next point in time, which is that far away. Harmless after it has come.
  Duration stir() { return owner_ == nullptr ? Duration::zero() : owner_->stir(id_); }

 private:
  Owner* owner_ = nullptr;
  std::uint64_t id_ = 0;
};

/// The next round of a periodic loop.
///
/// Rounds of one instant begin before workers and timers go on in it, in the order of (`rank`,
/// process, `name`), not in that in which they were asked for.
///
/// A round that found nothing to do would find nothing again until something changes of what it
/// looks at. A loop that knows what that is may say so by `look`: then its surroundings may skip
/// rounds that would find nothing. It still comes at `now + k * period` only: at the first such
/// instant that is not before the change, or not before `deadline`. Requires of such a loop: that
/// its last round wrote nothing, kept nothing that another one would not keep, and ended in the
/// instant in which it began.
///
/// Of a *standing* round it is known what it does: the same as the one before, at once, but for the
/// time that it stamps on something. Such rounds may be skipped, too: before anybody reads what
/// they stamp, and before anything changes that they depend on, those skipped are made up for.
struct Round {
  enum class Look : std::uint8_t {
    always,    ///< It is to come in any case.
    own,       ///< At nothing but what its owner knows, who tells by `Registration::stir`.
    member,    ///< At the member `member`, what caches hold of it, and likewise.
    standing,  ///< At nothing: it does what `standing` makes up for, on behalf of `member`.
  };

  struct Standing {
    /// Leaves what so many skipped rounds would have left, of which the last came at `last`. Waits
    /// for nothing and tells nobody.
    std::function<void(std::int64_t rounds, Timestamp last)> make_up{};
    /// From each round to the next, if chance says; null: always `period`. Asked once a round.
    std::function<Duration()> next_period{};
    Duration period_max{};  ///< No two of its rounds lie farther apart.
  };
  /// Sleeps only as long as all of these members have a standing round, whose rounds lie less than
  /// `patience` apart.
  struct Leaning {
    std::vector<std::string> members{};
    Duration patience{};
  };

  int rank = 0;      ///< Of the loop, among those of its system.
  std::string name;  ///< Tells apart what has equal rank in one process.
  Duration period{};
  Look look = Look::always;
  std::string member{};
  /// When time alone could make it find something; nothing: never.
  std::optional<Duration> deadline{};
  Standing standing{};
  Leaning leaning{};
};

/// One-shot timers. A delay of zero runs the callback in this instant, after what is under way.
class Timers {
 public:
  virtual ~Timers() = default;
  [[nodiscard]] virtual Registration after(Duration delay, std::function<void()> callback) = 0;

  /// The next round of a loop, a period from now or, when it may be skipped, periods later. A live
  /// clock skips none.
  [[nodiscard]] virtual Registration round(const Round& round, std::function<void()> callback) {
    return after(round.period, std::move(callback));
  }

  /// Whether rounds before that one may be skipped, if it is asked for now.
  [[nodiscard]] virtual bool may_skip(const Round& /*round*/) const { return false; }

  /// `co_await timers.until(round, timer)`: sleeps until then, kept in `timer`.
  [[nodiscard]] auto until(Round round, Registration& timer) {
    struct Until {
      Timers& timers;
      Round round;
      Registration& timer;

      [[nodiscard]] bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> sleeper) {
        timer = timers.round(round, [sleeper] { sleeper.resume(); });
      }
      void await_resume() { timer.reset(); }
    };
    return Until{*this, std::move(round), timer};
  }

  /// How long a worker of that controller computes over the key, beside what it awaits, for it to
  /// sleep that long. Zero against a live clock, where computing takes its time by itself.
  [[nodiscard]] virtual Duration work_time(std::string_view /*controller*/, const Key& /*key*/) {
    return Duration::zero();
  }

  /// `co_await timers.sleep(d)`.
  [[nodiscard]] auto sleep(Duration delay) {
    struct Sleep {
      Timers& timers;
      Duration delay;
      Registration timer{};

      Sleep(Timers& clock, Duration how_long) : timers(clock), delay(how_long) {
        ++timers.sleepers_;
      }
      Sleep(const Sleep&) = delete;
      Sleep& operator=(const Sleep&) = delete;
      ~Sleep() { --timers.sleepers_; }

      [[nodiscard]] bool await_ready() const { return false; }
      void await_suspend(std::coroutine_handle<> sleeper) {
        timer = timers.after(delay, [sleeper] { sleeper.resume(); });
      }
      void await_resume() const {}
    };
    return Sleep(*this, delay);
  }

  /// Coroutines that are in `sleep`.
  [[nodiscard]] int sleepers() const { return sleepers_; }

 private:
  int sleepers_ = 0;
};

enum class Outcome : std::uint8_t {
  done,
  conflict,     ///< The object has changed since it was read.
  not_found,    ///< The object is gone.
  exists,       ///< An object of that name is there already.
  refused,      ///< Admission said no.
  over_quota,   ///< Admission said no (Forbidden) for the reason QuotaExceeded.
  unreachable,  ///< The API server did not answer.
};

/// What a write to the API server came to. `object` is the stored object when the write was done
/// (null: removed).
template <class Object>
struct Written {
  Outcome outcome = Outcome::done;
  std::shared_ptr<const Object> object;
  std::string message{};  ///< Of a refusal, if it has one.

  [[nodiscard]] bool done() const { return outcome == Outcome::done; }
};

/// A change as a watch delivers it. Added: `before` is null; deleted: `after` is null. `replay`
/// marks objects that were there when the watch began.
template <class Object>
struct Change {
  std::shared_ptr<const Object> before;
  std::shared_ptr<const Object> after;
  bool replay = false;

  [[nodiscard]] const Object& any() const { return after ? *after : *before; }
};

/// Look-ups by something else than the key.
enum class Index : std::uint8_t {
  target_cluster,       ///< Bindings by a cluster in spec.clusters.
  eviction_cluster,     ///< Bindings by the cluster of an eviction task.
  binding,              ///< Works by the permanent id of their binding.
  execution_cluster,    ///< Works by their cluster.
  affinity_group,       ///< Bindings by namespace and workload affinity group: "shop app=web".
  anti_affinity_group,  ///< Likewise by anti-affinity group.
  subscription,         ///< Bases and Localizations by their subscription: "shop/web".
};

/// Objects of one kind: reads from this component's cache (which may lag), writes to the API
/// server.
template <class Object>
class Store {
 public:
  using Snapshot = std::shared_ptr<const Object>;
  using Mutation = std::function<void(Object&)>;
  using Handler = std::function<void(const Change<Object>&)>;

  virtual ~Store() = default;

  [[nodiscard]] virtual Snapshot get(const Key& key) const = 0;
  /// In key order. Good until the next suspension or change; O(n) after a change of the cache, else
  /// O(1).
  [[nodiscard]] virtual std::span<const Snapshot> list() const = 0;
  /// In key order. O(result).
  [[nodiscard]] virtual std::vector<Snapshot> select(Index index, std::string_view value) const = 0;

  virtual Await<Written<Object>> create(Object object) = 0;
  /// Replaces all but the status; conflict when the object has another resource version by now.
  virtual Await<Written<Object>> update(Object object) = 0;
  /// Replaces the status; conflict likewise.
  virtual Await<Written<Object>> update_status(Object object) = 0;
  /// Changes some fields of what is stored when the request arrives, the last writer winning by
  /// field. With `version` the write is refused when the object has another resource version by
  /// then.
  virtual Await<Written<Object>> patch(Key key,
                                       Mutation mutation,
                                       std::optional<std::int64_t> version = {}) = 0;
  /// The same for the status.
  virtual Await<Written<Object>> patch_status(Key key,
                                              Mutation mutation,
                                              std::optional<std::int64_t> version = {}) = 0;
  /// Requests deletion: the object disappears once it has no finalizer.
  virtual Await<Written<Object>> remove(Key key) = 0;

  /// Leaves what so many patches in the past have left, by rounds that were skipped
  /// (Round::Standing): every cache shows it, no watch tells of it. Surroundings that skip no
  /// rounds are never asked.
  virtual void make_up(const Key& /*key*/, const Mutation& /*last*/, std::int64_t /*patches*/) {}

  /// Every change from now on, in order; what is there already comes first, as replays.
  [[nodiscard]] virtual Registration watch(Handler handler) = 0;
};

/// What a request to a member's health endpoint came to.
struct ProbeAnswer {
  enum class Kind : std::uint8_t {
    no_client,  ///< No client can be built (secret missing, …).
    no_answer,  ///< Refused, timed out, reset.
    http,       ///< Answered with `http_status`.
  };
  Kind kind = Kind::http;
  int http_status = 200;
  std::string detail;  ///< `refused`, `timeout`, … for the timeline.
};

/// One node as a member's API shows it.
struct NodeView {
  std::string name;
  bool ready = true;
  api::ResourceList allocatable;
  api::ResourceList requested;  ///< By pods on it that have not ended, without `pods`.
  std::int64_t pods = 0;        ///< Number of those.
  api::Labels labels{};
  std::vector<api::Taint> taints{};
  bool unschedulable = false;  ///< Cordoned.
};

/// A ResourceQuota of a member with what its namespace uses of it.
struct QuotaView {
  std::string space;
  api::ResourceQuotaSpec spec;
  api::ResourceList used;  ///< By the keys of `spec.hard`.
};

/// Nodes and pods of a member, as the caches of the status controller show them.
struct Inventory {
  std::vector<NodeView> nodes;  ///< In listed order.
  api::ResourceList pending;    ///< Requests of pods without a node.
  std::int64_t pending_pods = 0;
  std::vector<QuotaView> quotas{};
};

/// A managed object in a member.
struct MemberObject {
  api::Manifest manifest;       ///< As last applied.
  std::int64_t generation = 1;  ///< The member's own.
  api::ObjectStatus status;
};

enum class MemberOutcome : std::uint8_t {
  done,
  unreachable,
  unmanaged,  ///< An object of that name is there and is not ours.
};

/// Member clusters, across the network: requests take time or fail.
class Members {
 public:
  using Handler =
      std::function<void(const std::string& cluster, const api::ResourceReference& object)>;

  virtual ~Members() = default;

  virtual Await<ProbeAnswer> probe(std::string cluster, std::string path) = 0;
  /// Creates or updates. `overwrite`: take over an object that is there and not ours.
  virtual Await<MemberOutcome> apply(std::string cluster,
                                     api::Manifest manifest,
                                     bool overwrite) = 0;
  /// Deletes a managed object; done when there is none.
  virtual Await<MemberOutcome> remove(std::string cluster, api::ResourceReference object) = 0;
  /// Leaves the object in place, unmanaged.
  virtual Await<MemberOutcome> release(std::string cluster, api::ResourceReference object) = 0;

  /// From the caches of watches on the member; null when absent there.
  [[nodiscard]] virtual std::shared_ptr<const MemberObject> observe(
      std::string_view cluster, const api::ResourceReference& object) const = 0;
  [[nodiscard]] virtual Inventory inventory(std::string_view cluster) const = 0;
  /// Version and resources that the member offers.
  [[nodiscard]] virtual std::vector<api::ApiEnablement> api_enablements(
      std::string_view cluster) const = 0;
  [[nodiscard]] virtual std::string version(std::string_view cluster) const = 0;
  /// Managed objects whose state in a member changed.
  [[nodiscard]] virtual Registration watch(Handler handler) = 0;
};

/// Jitter and random choice where the reference has them.
class Entropy {
 public:
  virtual ~Entropy() = default;
  /// Uniform in [0, 1).
  virtual double uniform() = 0;
};

/// Opaque baggage that follows the flow of causes: saved with a queued key, restored when it is
/// taken; restored between things that are done for one reason, so that none leads to another. Of
/// two that meet (a waiting key is queued again) the greater goes on: it is the later, and a
/// reconcile reads what is there by then.
class Tracing {
 public:
  using Baggage = std::uint64_t;
  virtual ~Tracing() = default;
  [[nodiscard]] virtual Baggage current() const = 0;
  virtual void restore(Baggage baggage) = 0;
};

/// What a component of any control plane gets. Its objects, what it asks beside them and what it
/// tells of itself are its system's own: each derives its ports from these
/// (policy/karmada/ports.h, policy/clusternet/ports.h).
struct Ports {
  Clock& clock;
  Timers& timers;
  Members& members;
  Entropy& entropy;
  Tracing& tracing;
};

}  // namespace firedrill::policy
