#pragma once

/// Which object a `patch` or `delete` event means must exist, and what a patch says must have its
/// shape. Internal to the loader.

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "models/spec/action_spec.h"
#include "models/spec/world_spec.h"
#include "scenarios/reading.h"
#include "scenarios/workload_reading.h"

namespace firedrill::scenarios {

class ObjectTargets {
 public:
  /// Reports at the pointer that no cluster of that name is there at any time, if it is so.
  using CheckCluster = std::function<void(const std::string& name, const std::string& pointer)>;

  /// The world, with its applied objects read so far, must outlive this.
  ObjectTargets(const models::WorldSpec& world,
                const Workloads& workloads,
                CheckCluster check_cluster,
                Reading& reading)
      : world_(world),
        workloads_(workloads),
        check_cluster_(std::move(check_cluster)),
        reading_(reading) {}

  /// `at`: of the event's fields.
  void check_patch(const models::PatchEvent& event, const std::string& at) const;
  void check_delete(const models::ObjectTarget& target, const std::string& at) const;

 private:
  template <class Object>
  void check_shape(const models::PatchEvent& event, const std::string& at) const;
  void check_taint_policy(const models::ObjectTarget& target, const std::string& at) const;
  void check_subscription(const models::ObjectTarget& target, const std::string& at) const;
  void check_binding(const models::ObjectTarget& target, const std::string& at) const;
  void error(const std::string& at,
             std::string_view key,
             std::string problem,
             std::string remedy) const;

  const models::WorldSpec& world_;
  const Workloads& workloads_;
  CheckCluster check_cluster_;
  Reading& reading_;
};

}  // namespace firedrill::scenarios
