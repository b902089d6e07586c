#pragma once

/// When the rounds of periodic loops come, which of them are skipped, and in which order those of
/// one instant run (policy/runtime/ports.h, Round; docs/adr/0012-rounds.md).
///
/// Rounds run in phase `round` of the engine, one event each: after what the world and messages
/// bring to the instant, before controllers act in it. Those of one instant run in the order of
/// their places, not in that of being put on. So it makes no difference when a round was put on: a
/// loop whose idle rounds are skipped runs where it would have run, had none been skipped. What is
/// stirred after its place was passed, at the latest by a controller, waits for its next point.
///
/// A skipped round costs nothing: the loop sleeps until its deadline, or until what it looks at is
/// stirred. Waking is conservative: a round too many finds nothing, one too few would be wrong.
///
/// Standing rounds do something, but it is known what (policy::Round::Standing). Those skipped are
/// made up for when they are stirred, when what they stamp is to be read, and at the end.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/runtime/ports.h"
#include "sim/engine.h"
#include "sim/time.h"

namespace firedrill::models {

class Metronome final : private policy::Registration::Owner {
 public:
  /// Where a round stands among those of its instant.
  struct Place {
    int rank = 0;
    std::uint64_t process = 0;
    std::string name;

    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Plan {
    Place place;
    sim::Duration period{};    ///< Between rounds, the lateness of timers included. Positive.
    sim::Duration lateness{};  ///< How much of that is lateness.
    bool skips = false;        ///< Whether rounds before `deadline` may be skipped.
    std::string member{};      ///< The member that is looked at; "": none.
    std::optional<sim::Time> deadline{};
    /// Of a round that stands (policy::Round::Standing), else null.
    std::function<void(std::int64_t rounds, sim::Time last)> make_up{};
    std::function<sim::Duration()> next_period{};
    sim::Duration period_max{};
    bool leans = false;  ///< Sleeps no longer than all standing rounds that sleep now.
  };

  /// `dense`: no round is ever skipped. The engine outlives this, and this all registrations.
  Metronome(sim::Engine& engine, bool dense) : engine_(engine), dense_(dense) {}
  Metronome(const Metronome&) = delete;
  Metronome& operator=(const Metronome&) = delete;
  ~Metronome();

  [[nodiscard]] bool dense() const { return dense_; }

  /// Puts on the next round of a loop. O(log rounds).
  [[nodiscard]] policy::Registration put(Plan plan, std::function<void()> callback);

  /// Something has changed, or may have, of a member, of its ways or of what is known of it: loops
  /// that look at it are not skipped at their next points in time. O(sleepers there).
  void stir(std::string_view member);

  /// Whether a standing round of that member sleeps, whose rounds lie less than `apart` apart.
  [[nodiscard]] bool stands(std::string_view member, sim::Duration apart) const;
  /// Makes up for the rounds of that member that were skipped, before what they stamp is read.
  void catch_up(std::string_view member);
  /// The same for all. `present`: those of the present instant, too, which is over.
  void catch_up_all(bool present);
  /// Something has changed that any standing round may depend on. O(standing rounds).
  void stir_standing();
  /// Whether rounds may stand: not while somebody reads old states of what they stamp.
  void set_steady(bool steady) { steady_ = steady; }
  [[nodiscard]] bool steady() const { return steady_; }

  /// Rounds that ran.
  [[nodiscard]] std::uint64_t executed() const { return executed_; }

 private:
  using Index = std::uint32_t;

  struct NameHash {
    using is_transparent = void;
    [[nodiscard]] std::size_t operator()(std::string_view name) const {
      return std::hash<std::string_view>{}(name);
    }
  };

  struct Slot {
    Plan plan;
    std::function<void()> callback;
    std::uint64_t cause = 0;
    std::uint32_t generation = 0;          ///< Odd while in use.
    sim::Time first{};                     ///< The first point in time at which it could come.
    sim::Time due{};                       ///< When it comes, if `waits`.
    bool waits = false;                    ///< Whether it is in `due_`.
    bool sleeps = false;                   ///< Whether points in time are skipped.
    bool stands = false;                   ///< Whether it is in `standing_`.
    std::vector<Index>* beside = nullptr;  ///< Sleepers that look at the same member.
    std::size_t position = 0;              ///< Among those.
  };
  struct Earlier {
    const Metronome* metronome;
    bool operator()(Index a, Index b) const {
      const Slot& left = metronome->slots_[a];
      const Slot& right = metronome->slots_[b];
      if (left.due != right.due) return left.due < right.due;
      if (const auto order = left.plan.place <=> right.plan.place; order != 0) return order < 0;
      return a < b;
    }
  };

  [[nodiscard]] static std::uint64_t id_of(Index index, std::uint32_t generation) {
    return (std::uint64_t{generation} << 32U) | index;
  }
  /// The slot of that id, null if its round has come or was taken back.
  [[nodiscard]] Slot* find(std::uint64_t id);
  [[nodiscard]] Index take_slot();
  void free_slot(Index index);

  void release(std::uint64_t id) override;
  policy::Duration stir(std::uint64_t id) override;

  void wait_until(Index index, sim::Time due);
  void stop_waiting(Index index);
  void sleep(Index index);
  void wake(Index index);
  /// The first point in time of a round at or after `time`.
  [[nodiscard]] static sim::Time on_grid(const Slot& slot, sim::Time time);
  /// The first that is still to come.
  [[nodiscard]] sim::Time next(const Slot& slot) const;
  void forget_sleeper(Slot& slot);
  /// Whether a round of that place at the present instant would have come by now.
  [[nodiscard]] bool has_passed(const Place& place) const;
  /// Makes up for rounds up to now; `present`: with those at this instant.
  void make_up(Slot& slot, bool present);
  void stand(Index index);
  /// It stands no longer: made up for, and whoever leaned on it wakes.
  void fall(Index index);
  /// Keeps the engine's event at the first round due.
  void arm();
  void run();

  sim::Engine& engine_;
  bool dense_;
  std::vector<Slot> slots_;
  std::vector<Index> free_;
  std::set<Index, Earlier> due_{Earlier{this}};
  /// By member; looked up, never walked through.
  std::unordered_map<std::string, std::vector<Index>, NameHash, std::equal_to<>> sleepers_;
  /// Standing rounds that sleep, by member.
  std::map<std::string, Index, std::less<>> standing_;
  std::set<Index> leaning_;  ///< Sleepers that lean on those.
  bool steady_ = true;
  bool making_up_ = false;  ///< What is asked meanwhile, is part of it.
  sim::EventHandle event_;
  sim::Time armed_for_{};
  sim::Time passed_at_{sim::Duration{-1}};  ///< The instant of the last round that ran,
  Place passed_;                            ///< and its place.
  std::uint64_t executed_ = 0;
};

}  // namespace firedrill::models
