#include "models/process/metronome.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace firedrill::models {

Metronome::~Metronome() {
  engine_.cancel(event_);
}

policy::Registration Metronome::put(Plan plan, std::function<void()> callback) {
  const Index index = take_slot();
  Slot& slot = slots_[index];
  slot.plan = std::move(plan);
  slot.callback = std::move(callback);
  slot.cause = engine_.current_cause();
  slot.first = sim::saturating_add(engine_.now(), slot.plan.period);
  if (slot.plan.skips && !dense_ && slot.plan.period > sim::Duration::zero()) {
    sleep(index);
  } else {
    wait_until(index, slot.first);
  }
  return {*this, id_of(index, slot.generation)};
}

void Metronome::stir(std::string_view member) {
  const auto found = sleepers_.find(member);
  if (found == sleepers_.end()) return;
  std::vector<Index>& sleepers = found->second;
  while (!sleepers.empty())
    wake(sleepers.back());
}

bool Metronome::stands(std::string_view member, sim::Duration apart) const {
  const auto found = standing_.find(member);
  return found != standing_.end() && slots_[found->second].plan.period_max < apart;
}

void Metronome::catch_up(std::string_view member) {
  if (making_up_) return;
  const auto found = standing_.find(member);
  if (found != standing_.end()) make_up(slots_[found->second], false);
}

void Metronome::catch_up_all(bool present) {
  for (const auto& [member, index] : standing_)
    make_up(slots_[index], present);
}

void Metronome::stir_standing() {
  while (!standing_.empty())
    wake(standing_.begin()->second);
}

Metronome::Slot* Metronome::find(std::uint64_t id) {
  const auto index = static_cast<Index>(id);
  Slot& slot = slots_[index];
  return slot.generation == static_cast<std::uint32_t>(id >> 32U) ? &slot : nullptr;
}

Metronome::Index Metronome::take_slot() {
  Index index = static_cast<Index>(slots_.size());
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  ++slots_[index].generation;
  return index;
}

void Metronome::free_slot(Index index) {
  Slot& slot = slots_[index];
  ++slot.generation;
  slot.callback = nullptr;
  slot.plan.make_up = nullptr;
  slot.plan.next_period = nullptr;
  free_.push_back(index);
}

void Metronome::release(std::uint64_t id) {
  Slot* slot = find(id);
  if (slot == nullptr) return;
  const auto index = static_cast<Index>(id);
  fall(index);
  forget_sleeper(*slot);
  stop_waiting(index);
  // Destroyed last: it may own what leads here again.
  const std::function<void()> callback = std::move(slot->callback);
  free_slot(index);
  arm();
}

policy::Duration Metronome::stir(std::uint64_t id) {
  const Slot* slot = find(id);
  if (slot == nullptr) return policy::Duration::zero();
  wake(static_cast<Index>(id));
  return slot->due - slot->plan.lateness - engine_.now();
}

void Metronome::wait_until(Index index, sim::Time due) {
  slots_[index].due = due;
  slots_[index].waits = true;
  due_.insert(index);
  arm();
}

void Metronome::stop_waiting(Index index) {
  if (!std::exchange(slots_[index].waits, false)) return;
  due_.erase(index);
}

void Metronome::sleep(Index index) {
  Slot& slot = slots_[index];
  slot.sleeps = true;
  if (slot.plan.leans) leaning_.insert(index);
  if (slot.plan.make_up) stand(index);
  if (!slot.plan.member.empty()) {
    auto found = sleepers_.find(slot.plan.member);
    if (found == sleepers_.end())
      found = sleepers_.emplace(slot.plan.member, std::vector<Index>{}).first;
    slot.beside = &found->second;
    slot.position = slot.beside->size();
    slot.beside->push_back(index);
  }
  if (slot.plan.deadline) wait_until(index, on_grid(slot, *slot.plan.deadline));
}

void Metronome::wake(Index index) {
  Slot& slot = slots_[index];
  if (!slot.sleeps) return;
  fall(index);
  forget_sleeper(slot);
  stop_waiting(index);
  wait_until(index, next(slot));
}

void Metronome::forget_sleeper(Slot& slot) {
  slot.sleeps = false;
  if (slot.plan.leans) leaning_.erase(static_cast<Index>(&slot - slots_.data()));
  std::vector<Index>* beside = std::exchange(slot.beside, nullptr);
  if (beside == nullptr) return;
  const Index last = beside->back();
  (*beside)[slot.position] = last;
  slots_[last].position = slot.position;
  beside->pop_back();
}

sim::Time Metronome::on_grid(const Slot& slot, sim::Time time) {
  return sim::next_on_grid(slot.first, slot.plan.period, time);
}

sim::Time Metronome::next(const Slot& slot) const {
  const sim::Time now = engine_.now();
  const sim::Time due = on_grid(slot, now);
  const bool passed = due == now && has_passed(slot.plan.place);
  return passed ? on_grid(slot, now + sim::Duration{1}) : due;
}

bool Metronome::has_passed(const Place& place) const {
  return engine_.has_passed(sim::Phase::round) || (passed_at_ == engine_.now() && place < passed_);
}

void Metronome::make_up(Slot& slot, bool present) {
  if (making_up_) return;
  // Those up to the last nanosecond that is over.
  sim::Time over = engine_.now();
  if (!present && !has_passed(slot.plan.place)) over -= sim::Duration{1};
  if (slot.first > over) return;
  making_up_ = true;
  std::int64_t rounds = 0;
  sim::Time last = slot.first;
  if (slot.plan.next_period) {
    for (; slot.first <= over; ++rounds) {
      last = slot.first;
      slot.first = sim::saturating_add(last, slot.plan.next_period());
    }
  } else {
    rounds = 1 + (over - last) / slot.plan.period;
    last += (rounds - 1) * slot.plan.period;
    slot.first = sim::saturating_add(last, slot.plan.period);
  }
  slot.plan.make_up(rounds, last);
  making_up_ = false;
}

void Metronome::stand(Index index) {
  Slot& slot = slots_[index];
  slot.stands = standing_.emplace(slot.plan.member, index).second;
  // Two of one member: neither could be told from the other.
  if (!slot.stands) throw std::logic_error("a second standing round of " + slot.plan.member);
}

void Metronome::fall(Index index) {
  Slot& slot = slots_[index];
  if (!slot.stands) return;
  make_up(slot, false);
  slot.stands = false;
  standing_.erase(slot.plan.member);
  while (!leaning_.empty())
    wake(*leaning_.begin());
}

void Metronome::arm() {
  if (due_.empty()) {
    engine_.cancel(event_);
    return;
  }
  const sim::Time first = slots_[*due_.begin()].due;
  if (engine_.is_pending(event_)) {
    if (armed_for_ == first) return;
    engine_.cancel(event_);
  }
  armed_for_ = first;
  event_ = engine_.at(first, sim::Phase::round, [this] { run(); });
}

void Metronome::run() {
  const Index index = *due_.begin();
  Slot& slot = slots_[index];
  forget_sleeper(slot);
  stop_waiting(index);
  passed_at_ = engine_.now();
  passed_ = std::move(slot.plan.place);
  engine_.set_current_cause(slot.cause);
  const std::function<void()> callback = std::move(slot.callback);
  free_slot(index);
  arm();
  ++executed_;
  callback();
}

}  // namespace firedrill::models
