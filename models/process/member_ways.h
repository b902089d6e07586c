#pragma once

/// How long one process's ways to the member clusters take, and its clients' limits there. Draws
/// are by cluster and object, so that no cluster's traffic changes another's.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "models/process/client_limits.h"
#include "models/process/delays.h"
#include "models/process/latency.h"
#include "sim/engine.h"
#include "sim/random.h"
#include "sim/time.h"

namespace firedrill::models {

class MemberWays {
 public:
  /// `process`: whose ways they are. Engine and streams outlive this.
  MemberWays(const sim::Engine& engine,
             const sim::Streams& streams,
             const Latency& latency,
             const std::string& process,
             const std::optional<ClientLimit>& limit);

  /// Takes a token of the cluster's client; how long the request waits for it.
  [[nodiscard]] sim::Duration token(std::string_view cluster);

  /// Whether chance says how long requests to a member take.
  [[nodiscard]] bool varies() const {
    return write_.varies() || probe_.varies() || no_answer_.varies();
  }

  [[nodiscard]] sim::Duration write(std::string_view cluster, std::string_view object);
  /// From a change of the object in the member until this process may see it.
  [[nodiscard]] sim::Duration watch(std::string_view cluster, std::string_view object);
  /// A probe that is answered.
  [[nodiscard]] sim::Duration probe(std::string_view cluster);
  /// A question to the cluster's estimator.
  [[nodiscard]] sim::Duration question(std::string_view cluster);
  /// Until a request is given up that nobody answers.
  [[nodiscard]] sim::Duration no_answer(std::string_view cluster);

 private:
  const sim::Engine& engine_;
  std::optional<ClientLimit> limit_;
  std::map<std::string, ClientLimiter, std::less<>> limiters_;
  Delays write_;
  Delays watch_;
  Delays probe_;
  Delays question_;
  Delays no_answer_;
};

}  // namespace firedrill::models
