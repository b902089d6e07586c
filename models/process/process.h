#pragma once

/// A running process of a control plane, or an agent: its clock, its links, its way to the members.
/// Its caches and the component in it are its system's own: each derives its process from this one
/// (models/world/<system>/process.h). Destroying it is a crash.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "models/process/client_limits.h"
#include "models/process/delays.h"
#include "models/process/latency.h"
#include "models/process/member_access.h"
#include "models/process/member_ways.h"
#include "models/process/metronome.h"
#include "models/process/process_store.h"
#include "models/process/request.h"
#include "models/store/api_server.h"
#include "policy/runtime/component.h"
#include "policy/runtime/ports.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// What all processes of a world share. All of it outlives them.
struct ProcessSurroundings {
  sim::Engine& engine;
  const CivilClock& clock;
  timeline::Recorder& recorder;
  WorldMembers& members;
  const Latency& latency;
  const sim::Streams& streams;
  Metronome& metronome;
};

struct ProcessOptions {
  std::string name;                ///< "controller-manager", "scheduler", "agent".
  std::string home;                ///< Member cluster of an agent.
  std::uint64_t number = 0;        ///< Among the processes of its world.
  api::Duration clock_skew{};      ///< How far ahead its machine's clock is.
  NetworkPath path{};              ///< Of an agent's messages to the control plane.
  ClientLimits limits{};           ///< Of its clients.
  std::int64_t* writes = nullptr;  ///< Counts that outlive the process.
  std::int64_t* conflicts = nullptr;
};

/// What runs in a process, whatever its system: it finds its own ports behind the common ones.
using StartComponent = std::function<std::unique_ptr<policy::Component>(policy::Ports&)>;

class Process : private policy::Clock,
                private policy::Timers,
                private policy::Tracing,
                private policy::Entropy,
                private policy::Registration::Owner {
 public:
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() override = default;

  [[nodiscard]] MemberAccess& members() { return members_; }
  /// Cuts or restores the link to the control plane, or leads it another way.
  void set_link(bool connected, const NetworkPath& path);

 protected:
  using WriteKind = sim::Distribution Latency::*;

  Process(const ProcessSurroundings& surroundings, const ProcessOptions& options);

  /// The view of the objects of one kind. `list`: what fills its cache; `spec`, `status`: which of
  /// the latencies such writes take in the control plane.
  template <class Object>
  [[nodiscard]] typename ProcessStore<Object>::RequestLatency requests(
      std::string_view list,
      WriteKind spec = &Latency::api_write,
      WriteKind status = &Latency::api_write) {
    return {.spec = write_delays(spec, "apiWrite"),
            .status = write_delays(status, "apiWrite/status"),
            .list = list_.next(list)};
  }

  [[nodiscard]] policy::Ports common_ports() { return {*this, *this, members_, *this, *this}; }
  [[nodiscard]] ProcessLink& link() { return link_; }
  [[nodiscard]] Requests& own_requests() { return requests_; }
  [[nodiscard]] MemberWays& member_ways() { return member_ways_; }
  [[nodiscard]] ProcessSurroundings& around() { return around_; }
  /// When that was which the clock of this process's machine calls so.
  [[nodiscard]] sim::Time virtual_time(api::Timestamp civil) const {
    return clock_.virtual_time(civil);
  }
  /// What the member's present state is due to; nothing if there is no such member.
  [[nodiscard]] MemberGrounds grounds(std::string_view cluster) const;

 private:
  [[nodiscard]] Delays delays(const sim::Distribution& distribution, std::string purpose) const;
  /// Whether rounds that would find nothing come to nothing: no worker is kept by them, no chance
  /// is asked, no client's tokens are taken.
  [[nodiscard]] bool skips(const policy::Round& round) const;
  /// Whether the process's standing rounds leave what is known: at once, by its clock, for all to
  /// see.
  [[nodiscard]] bool stands() const;
  [[nodiscard]] bool leans(const policy::Round::Leaning& leaning) const;
  [[nodiscard]] Delays write_delays(WriteKind kind, std::string purpose) const;

  // Clock
  [[nodiscard]] api::Timestamp now() const override { return clock_.now(); }
  [[nodiscard]] api::Timestamp late_now() const override;
  // Timers
  [[nodiscard]] policy::Registration after(api::Duration delay,
                                           std::function<void()> callback) override;
  [[nodiscard]] policy::Registration round(const policy::Round& round,
                                           std::function<void()> callback) override;
  [[nodiscard]] bool may_skip(const policy::Round& round) const override;
  [[nodiscard]] api::Duration work_time(std::string_view controller, const api::Key& key) override;
  void release(std::uint64_t id) override;
  // Tracing
  [[nodiscard]] Baggage current() const override { return around_.engine.current_cause(); }
  void restore(Baggage baggage) override { around_.engine.set_current_cause(baggage); }
  // Entropy
  double uniform() override;

  ProcessSurroundings around_;
  CivilClock clock_;
  bool in_control_plane_;
  bool limited_;  ///< Whether its clients are.
  bool instant_;  ///< Whether requests, watches and timers take no time beside the network's.
  std::uint64_t number_;
  std::string identity_;  ///< Name and home: whose random streams.
  sim::Random random_;
  Delays lateness_;
  std::map<std::string, Delays, std::less<>> work_;  ///< By controller, as they first compute.
  Delays list_;
  Requests requests_;
  ProcessLink link_;
  MemberWays member_ways_;
  MemberAccess members_;
};

}  // namespace firedrill::models
