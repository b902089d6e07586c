#include "models/world/processes.h"

#include <optional>

namespace firedrill::models {

WorldMember& Processes::home_of(const ProcessSlot& slot) const {
  return around_.members.find(slot.plan.home)->second;
}

ProcessSlot& Processes::add(ProcessPlan plan) {
  slots_.push_back(std::make_unique<ProcessSlot>());
  ProcessSlot& slot = *slots_.back();
  slot.plan = std::move(plan);
  slot.number = slots_.size();
  by_home_[slot.plan.home].push_back(&slot);
  std::optional<sim::Random> jitter;
  if (around_.latency.jitter)
    jitter = around_.streams.stream(slot.plan.name + "/" + slot.plan.home, "election");
  slot.election = std::make_unique<LeaderElection>(
      around_.engine, slot.plan.election, jitter, [this, &slot] { work(slot); },
      [this, &slot] {
        slot.reason = "LeaseLost";
        stop_work(slot, slot.reason);
      });
  link_changed(slot);
  if (!slot.plan.home.empty() && !home_of(slot).outages.powered()) ++slot.stops;
  if (slot.stops == 0) slot.election->start();
  return slot;
}

ProcessSlot* Processes::find(std::string_view name, std::string_view home) const {
  const auto found = by_home_.find(home);
  if (found == by_home_.end()) return nullptr;
  for (ProcessSlot* slot : found->second) {
    if (slot->plan.name == name) return slot;
  }
  return nullptr;
}

Process* Processes::running(std::string_view name, std::string_view home) const {
  const ProcessSlot* slot = find(name, home);
  return slot == nullptr ? nullptr : slot->process.get();
}

void Processes::start(ProcessSlot& slot, std::string_view reason) {
  slot.reason = reason;
  slot.election->start();
}

void Processes::stop(ProcessSlot& slot, std::string_view reason) {
  slot.election->stop();
  stop_work(slot, reason);
}

void Processes::work(ProcessSlot& slot) {
  const ProcessPlan& plan = slot.plan;
  // It lists what is there.
  if (plan.home.empty()) {
    around_.metronome.catch_up_all(false);
  } else {
    around_.metronome.catch_up(plan.home);
  }
  if (!slot.reason.empty())
    around_.recorder.record(timeline::ComponentStarted{plan.name, plan.home, slot.reason});
  slot.process = plan.make(around_, {.name = plan.name,
                                     .home = plan.home,
                                     .number = slot.number,
                                     .clock_skew = plan.clock_skew,
                                     .path = path_of(slot),
                                     .limits = plan.limits,
                                     .writes = &slot.counts.writes,
                                     .conflicts = &slot.counts.conflicts});
  note_silence(slot);
}

void Processes::stop_work(ProcessSlot& slot, std::string_view reason) {
  if (!slot.process) return;
  around_.recorder.record(
      timeline::ComponentStopped{slot.plan.name, slot.plan.home, std::string(reason)});
  slot.process.reset();
  note_silence(slot);
}

void Processes::note_silence(ProcessSlot& slot) {
  if (slot.plan.home.empty()) return;
  const bool silent = !slot.process || !connected(slot);
  if (silent == std::exchange(slot.silent, silent)) return;
  around_.metronome.stir(slot.plan.home);
  MemberGrounds& grounds = home_of(slot).grounds;
  (silent ? grounds.silenced : grounds.heard) = around_.engine.current_cause();
}

bool Processes::connected(const ProcessSlot& slot) const {
  return slot.isolations == 0 && (slot.plan.home.empty() || home_of(slot).connected());
}

void Processes::link_changed(ProcessSlot& slot) {
  if (!slot.plan.home.empty()) around_.metronome.stir(slot.plan.home);
  const bool connected = this->connected(slot);
  if (slot.plan.home.empty() && slot.cut == connected) {
    // While one does not hear of them, writes are not to be left unsaid.
    slot.cut = !connected;
    cut_ += slot.cut ? 1 : -1;
    around_.metronome.set_steady(cut_ == 0);
    around_.metronome.stir_standing();
  }
  if (slot.process) slot.process->set_link(connected, path_of(slot));
  note_silence(slot);
  slot.election->set_connected(connected);
}

void Processes::member_changed(const std::string& member) {
  if (const auto central = by_home_.find(std::string_view()); central != by_home_.end()) {
    for (ProcessSlot* slot : central->second) {
      if (slot->process) slot->process->members().reconnect(member);
    }
  }
  const auto there = by_home_.find(member);
  if (there == by_home_.end()) return;
  for (ProcessSlot* slot : there->second) {
    link_changed(*slot);
    if (slot->process) slot->process->members().reconnect(member);
  }
}

NetworkPath Processes::path_of(const ProcessSlot& slot) {
  if (slot.plan.home.empty()) return {};
  WorldMember& home = home_of(slot);
  return {.there = home.way.in,
          .back = home.way.out,
          .drops = home.drops_packets(),
          .timeout = Delays(around_.latency.probe_timeout, around_.streams,
                            "agent/" + slot.plan.home, "probeTimeout")
                         .at(around_.engine.now()),
          .loss_there = home.way.loss_in,
          .loss_back = home.way.loss_out,
          .loss = &home.loss_random};
}

timeline::ApiCountsByComponent Processes::counts() const {
  timeline::ApiCountsByComponent counts;
  for (const auto& slot : slots_) {
    timeline::ApiCounts& sum = counts[slot->plan.name];
    sum.writes += slot->counts.writes;
    sum.reads += slot->counts.reads;
    sum.conflicts += slot->counts.conflicts;
  }
  return counts;
}

void Processes::clear() {
  by_home_.clear();
  slots_.clear();
}

}  // namespace firedrill::models
