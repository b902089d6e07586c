#include "sim/engine.h"

#include <string>
#include <utility>

namespace firedrill::sim {
namespace {

// Sets back what must hold again however a run ends.
class RunScope {
 public:
  RunScope(bool& running, std::uint64_t& cause)
      : running_(running), cause_(cause), cause_before_(cause) {
    running_ = true;
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;
  ~RunScope() {
    running_ = false;
    cause_ = cause_before_;
  }

 private:
  bool& running_;
  std::uint64_t& cause_;
  std::uint64_t cause_before_;
};

std::string nanoseconds(Time time) {
  return std::to_string(to_nanoseconds(time)) + " ns";
}

}  // namespace

InstantLimitExceeded::InstantLimitExceeded(Time time, std::uint64_t count, std::uint64_t cause)
    : std::runtime_error("more than " + std::to_string(count) + " events at the virtual time " +
                         nanoseconds(time)),
      time_(time),
      count_(count),
      cause_(cause) {}

Engine::Engine(EngineOptions options) : options_(std::move(options)) {}

Engine::~Engine() {
  // While everything else still stands: a callable's destructor may cancel other events.
  pool_.clear();
}

bool Engine::cancel(EventHandle handle) {
  if (!pool_.contains(handle)) return false;
  ++cancelled_;
  pool_.discard(handle);
  pending_.count_dead();
  return true;
}

void Engine::run_until(Time end) {
  check_end(end);
  if (end > now_) run(rank(end, Phase::world) - 1);
  advance_to(end);
}

void Engine::run_through(Time end) {
  check_end(end);
  run(rank(end, Phase::observe));
  advance_to(end);
}

void Engine::run(std::uint64_t limit) {
  const RunScope scope(running_, cause_);
  internal::PendingSet::Key key{};
  Random* const random = options_.tie_break.random();
  if (random == nullptr) [[likely]] {
    while (pending_.pop(limit, key))
      execute(key);
    return;
  }
  const auto choose = [random](std::size_t count) {
    return static_cast<std::size_t>(random->below(count));
  };
  for (;;) {
    pending_.choose_front(limit, choose);
    if (!pending_.pop(limit, key)) return;
    execute(key);
  }
}

inline void Engine::execute(internal::PendingSet::Key key) {
  if (!pool_.names_pending(key.id)) {
    pending_.count_dead_popped();
    return;
  }
  advance_to(time_of(key.rank));
  const std::uint64_t count = executed_ - instant_first_;
  const std::uint64_t cause = pool_.cause(key.id);
  if (count >= options_.events_per_instant_max) [[unlikely]] {
    ++cancelled_;
    pool_.discard(key.id);
    throw InstantLimitExceeded(now_, count, cause);
  }
  constexpr std::uint64_t phase_mask = internal::PendingSet::phase_count - 1;
  phases_run_ = static_cast<std::uint8_t>(phases_run_ | 1U << (key.rank & phase_mask));
  cause_ = cause;
  ++executed_;
  pool_.run(key.id);
}

inline void Engine::advance_to(Time time) {
  if (time == now_) return;
  now_ = time;
  instant_first_ = executed_;
  phases_run_ = 0;
}

void Engine::check_end(Time end) const {
  check(end);
  if (running_) throw std::logic_error("Engine: an event tried to run the engine that runs it");
}

void Engine::reject(Time time) const {
  throw std::logic_error("Engine: the virtual time " + nanoseconds(time) +
                         (time < now_ ? " has passed; it is " : " is beyond the last; it is ") +
                         nanoseconds(now_));
}

}  // namespace firedrill::sim
