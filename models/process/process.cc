#include "models/process/process.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <utility>

namespace firedrill::models {
namespace {

using namespace std::chrono_literals;

/// Timers shorter than this are the reference's work queues going about their business, not a
/// deadline.
constexpr sim::Duration late_from = 1s;

/// Whether what stamps an object takes no time, and neither does it until all see that.
bool is_instant(const Latency& latency) {
  const std::array<const sim::Distribution*, 5> taken{&latency.api_write, &latency.watch,
                                                      &latency.member_write, &latency.member_watch,
                                                      &latency.timer_lateness};
  return std::ranges::all_of(taken, [](const sim::Distribution* distribution) {
    return *distribution == sim::Distribution{};
  });
}

static_assert(sizeof(sim::EventHandle) == sizeof(std::uint64_t),
              "a timer's registration carries its handle");

}  // namespace

Process::Process(const ProcessSurroundings& surroundings, const ProcessOptions& options)
    : around_(surroundings),
      clock_(surroundings.clock.ahead(options.clock_skew)),
      in_control_plane_(options.home.empty()),
      limited_(options.limits.control_plane || options.limits.members),
      instant_(is_instant(surroundings.latency) && options.clock_skew == api::Duration::zero()),
      number_(options.number),
      identity_(options.name + "/" + options.home),
      random_(surroundings.streams.stream(identity_, "jitter")),
      lateness_(delays(surroundings.latency.timer_lateness, "timerLateness")),
      list_(delays(
          in_control_plane_ ? surroundings.latency.api_read : surroundings.latency.member_write,
          "apiRead")),
      requests_{.engine = surroundings.engine},
      link_{.engine = surroundings.engine,
            .requests = requests_,
            .name = options.name,
            .scope = options.home,
            .watch = delays(
                in_control_plane_ ? surroundings.latency.watch : surroundings.latency.member_watch,
                "watch"),
            .path = options.path,
            .longest_back = options.path.back,
            .writes = options.writes,
            .conflicts = options.conflicts,
            .limiter = ClientLimiter(options.limits.control_plane),
            .metronome = &surroundings.metronome,
            .timers = this},
      member_ways_(surroundings.engine,
                   surroundings.streams,
                   surroundings.latency,
                   identity_,
                   options.limits.members),
      members_(requests_, surroundings.recorder, surroundings.members, member_ways_, options.home) {
}

Delays Process::delays(const sim::Distribution& distribution, std::string purpose) const {
  return {distribution, around_.streams, identity_, std::move(purpose)};
}

Delays Process::write_delays(WriteKind kind, std::string purpose) const {
  if (!in_control_plane_) return delays(around_.latency.member_write, std::move(purpose));
  if (link_.name == "scheduler") kind = &Latency::api_write_scheduler;
  return delays(around_.latency.*kind, std::move(purpose));
}

void Process::set_link(bool connected, const NetworkPath& path) {
  if (link_.connected && !connected) link_.cut_at = around_.engine.now();
  link_.connected = connected;
  link_.path = path;
  link_.longest_back = std::max(link_.longest_back, path.back);
  if (!connected) return;
  for (LinkedStore* store : link_.stores)
    store->reconnect();
}

api::Timestamp Process::late_now() const {
  // Where timers fire late by themselves, the reading is late enough.
  const bool late = !lateness_.varies() && lateness_.constant() > sim::Duration::zero();
  return late ? now() : now() + 1ns;
}

policy::Registration Process::after(api::Duration delay, std::function<void()> callback) {
  const sim::Time due = sim::saturating_add(around_.engine.now(), delay);
  const sim::Duration lateness = delay >= late_from ? lateness_.at(due) : sim::Duration::zero();
  const sim::EventHandle handle =
      around_.engine.after(delay + lateness, sim::Phase::control, std::move(callback));
  return {*this, std::bit_cast<std::uint64_t>(handle)};
}

policy::Registration Process::round(const policy::Round& round, std::function<void()> callback) {
  const sim::Time due = sim::saturating_add(around_.engine.now(), round.period);
  const sim::Duration lateness =
      round.period >= late_from ? lateness_.at(due) : sim::Duration::zero();
  Metronome::Plan plan{.place = {round.rank, number_, round.name},
                       .period = sim::saturating_add(due, lateness) - around_.engine.now(),
                       .lateness = lateness,
                       .skips = skips(round),
                       .member = round.member};
  if (plan.skips && round.look == policy::Round::Look::standing) {
    plan.make_up = [this, make_up = round.standing.make_up](std::int64_t rounds, sim::Time last) {
      make_up(rounds, clock_.civil(last));
    };
    if (around_.latency.jitter) plan.next_period = round.standing.next_period;
    plan.period_max = round.standing.period_max;
  }
  plan.leans = !round.leaning.members.empty();
  if (round.deadline) plan.deadline = sim::saturating_add(around_.engine.now(), *round.deadline);
  return around_.metronome.put(std::move(plan), std::move(callback));
}

bool Process::may_skip(const policy::Round& round) const {
  return !around_.metronome.dense() && skips(round);
}

bool Process::skips(const policy::Round& round) const {
  if (round.look == policy::Round::Look::always || lateness_.varies() || limited_ ||
      !around_.latency.reconcile.empty())
    return false;
  if (round.look == policy::Round::Look::standing) return stands();
  if (round.look == policy::Round::Look::own) return leans(round.leaning);
  const auto member = around_.members.find(round.member);
  return member != around_.members.end() && !member_ways_.varies() &&
         member->second.outages.failing_probes() <= 0 && !member->second.way.loses();
}

bool Process::stands() const {
  const NetworkPath& path = link_.path;
  return instant_ && link_.connected && around_.metronome.steady() &&
         path.there <= sim::Duration::zero() && path.back <= sim::Duration::zero() &&
         path.loss_there <= 0 && path.loss_back <= 0;
}

bool Process::leans(const policy::Round::Leaning& leaning) const {
  if (leaning.members.empty()) return true;
  return instant_ && std::ranges::all_of(leaning.members, [&](const std::string& member) {
           return around_.metronome.stands(member, leaning.patience);
         });
}

double Process::uniform() {
  if (!around_.latency.jitter) return 0;
  // Rounds that were skipped have drawn before.
  if (!in_control_plane_) around_.metronome.catch_up(link_.scope);
  return random_.uniform();
}

api::Duration Process::work_time(std::string_view controller, const api::Key& key) {
  if (around_.latency.reconcile.empty()) return {};
  auto found = work_.find(controller);
  if (found == work_.end()) {
    const sim::Distribution* distribution = around_.latency.find_reconcile(controller);
    std::string name(controller);
    Delays work;
    if (distribution != nullptr) work = delays(*distribution, "reconcile/" + name);
    found = work_.emplace(std::move(name), std::move(work)).first;
  }
  return found->second.next(key);
}

void Process::release(std::uint64_t id) {
  around_.engine.cancel(std::bit_cast<sim::EventHandle>(id));
}

MemberGrounds Process::grounds(std::string_view cluster) const {
  const auto member = around_.members.find(cluster);
  return member == around_.members.end() ? MemberGrounds{} : member->second.grounds;
}

}  // namespace firedrill::models
