#pragma once

/// What the active faults make of one cluster: faults compose, the worst counts, and ending one
/// leaves the others (product.md 2.3).

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/spec/fault_spec.h"

namespace firedrill::models {

/// The outages of one cluster, and what keeps others from asking it.
class Outages {
 public:
  struct Active {
    std::uint64_t fault = 0;  ///< Number of the fault in the run.
    OutageMode mode = OutageMode::unreachable;
    PacketLoss packets = PacketLoss::refused;
    std::int32_t answer = 500;
    double probability = 0;  ///< That a probe fails, for mode degraded.
  };

  void begin(const Active& outage) { active_.push_back(outage); }
  void begin_client_error(std::uint64_t fault) { client_errors_.push_back(fault); }
  void begin_lister_error(std::uint64_t fault) { lister_errors_.push_back(fault); }
  void end(std::uint64_t fault) {
    std::erase(client_errors_, fault);
    std::erase(lister_errors_, fault);
    std::erase_if(active_, [fault](const Active& outage) { return outage.fault == fault; });
  }

  /// Nodes and agent run.
  [[nodiscard]] bool powered() const { return !any(OutageMode::powerloss); }
  /// Something passes between the cluster and the rest of the world.
  [[nodiscard]] bool connected() const { return powered() && !any(OutageMode::unreachable); }
  /// The API server answers requests that reach it.
  [[nodiscard]] bool serving() const {
    return powered() && std::ranges::none_of(active_, [](const Active& outage) {
             return outage.mode == OutageMode::apiserver && outage.answer == no_answer;
           });
  }
  /// Requests into the void end by time-out, not at once.
  [[nodiscard]] bool drops_packets() const {
    return std::ranges::any_of(active_, [](const Active& outage) {
      return outage.mode != OutageMode::apiserver && outage.packets == PacketLoss::dropped;
    });
  }
  /// Share of the probes that fail though all works: of those that each outage lets through, the
  /// next one fails its own.
  [[nodiscard]] double failing_probes() const {
    double passing = 1;
    for (const Active& outage : active_) {
      if (outage.mode == OutageMode::degraded) passing *= 1 - outage.probability;
    }
    return 1 - passing;
  }
  /// Lists of nodes and pods come back empty.
  [[nodiscard]] bool lister_error() const { return !lister_errors_.empty(); }
  /// No client for the cluster can be built in the control plane.
  [[nodiscard]] bool client_error() const { return !client_errors_.empty(); }
  /// HTTP status of the health endpoint: of the outages that bend it the worst, else 200.
  [[nodiscard]] std::int32_t health_answer() const {
    std::int32_t answer = 200;
    for (const Active& outage : active_) {
      if (outage.mode == OutageMode::apiserver) answer = std::max(answer, outage.answer);
    }
    return answer;
  }

 private:
  [[nodiscard]] bool any(OutageMode mode) const {
    return std::ranges::any_of(active_,
                               [mode](const Active& outage) { return outage.mode == mode; });
  }

  std::vector<Active> active_;
  std::vector<std::uint64_t> client_errors_;
  std::vector<std::uint64_t> lister_errors_;
};

}  // namespace firedrill::models
