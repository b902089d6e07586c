#pragma once

/// What the API server of any control plane has: a clock, and one count of resource versions. The
/// tables, one a kind, are its system's.

#include <cstdint>

#include "models/store/object_table.h"
#include "sim/engine.h"

namespace firedrill::models {

/// Virtual time to civil time: the only place that converts.
class CivilClock {
 public:
  CivilClock(const sim::Engine& engine, api::Timestamp start) : engine_(engine), start_(start) {}

  [[nodiscard]] api::Timestamp now() const { return civil(engine_.now()); }
  [[nodiscard]] api::Timestamp civil(sim::Time time) const {
    return start_ + (time - sim::start_time);
  }
  [[nodiscard]] sim::Time virtual_time(api::Timestamp civil) const {
    return sim::start_time + (civil - start_);
  }
  /// The clock of a machine that is that far ahead.
  [[nodiscard]] CivilClock ahead(api::Duration skew) const { return {engine_, start_ + skew}; }

 private:
  const sim::Engine& engine_;
  api::Timestamp start_;
};

class ApiServer : public StoreContext {
 public:
  explicit ApiServer(const CivilClock& clock) : clock_(clock) {}
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  [[nodiscard]] api::Timestamp server_now() const override { return clock_.now(); }
  [[nodiscard]] std::int64_t next_version() override { return ++version_; }
  /// The latest resource version given out.
  [[nodiscard]] std::int64_t version() const { return version_; }

 private:
  const CivilClock& clock_;
  std::int64_t version_ = 0;
};

}  // namespace firedrill::models
