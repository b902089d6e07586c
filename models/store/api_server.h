#pragma once

/// The control plane's API server: one table a kind, one count of resource versions.

#include <cstdint>
#include <map>
#include <string>

#include "models/store/object_table.h"
#include "policy/api/work.h"
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

 private:
  const sim::Engine& engine_;
  api::Timestamp start_;
};

class ApiServer final : public StoreContext {
 public:
  explicit ApiServer(const CivilClock& clock) : clock_(clock) {}

  [[nodiscard]] api::Timestamp server_now() const override { return clock_.now(); }
  [[nodiscard]] std::int64_t next_version() override { return ++version_; }
  /// The latest resource version given out.
  [[nodiscard]] std::int64_t version() const { return version_; }

  ObjectTable<api::Cluster> clusters{*this};
  ObjectTable<api::ResourceBinding> bindings{*this};
  ObjectTable<api::Work> works{*this};
  ObjectTable<api::Lease> leases{*this};
  ObjectTable<api::ClusterTaintPolicy> taint_policies{*this};
  ObjectTable<api::ResourceTemplate> templates{*this};
  ObjectTable<api::WorkloadRebalancer> rebalancers{*this};
  ObjectTable<api::ExecutionSpace> execution_spaces{*this};

 private:
  const CivilClock& clock_;
  std::int64_t version_ = 0;
};

}  // namespace firedrill::models
