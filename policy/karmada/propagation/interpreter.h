#pragma once

/// The resource interpreter: what the control plane understands of a kind. The native rules, and
/// customizations for kinds that the reference does not know (karmada pkg/resourceinterpreter;
/// ResourceInterpreterCustomization).

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/api/json_path.h"
#include "policy/karmada/status/health.h"
#include "policy/runtime/ports.h"

namespace firedrill::policy::karmada {

/// What is understood of a custom kind.
struct KindCustomization {
  bool revises_replicas = false;  ///< Replicas can be set for each cluster.
  std::optional<api::JsonPath>
      health;  ///< Into the whole object; absent: no health rule, always Healthy.
  std::vector<std::string> healthy;  ///< Values that mean Healthy.
};

class ResourceInterpreter {
 public:
  /// Only the native rules.
  [[nodiscard]] static const ResourceInterpreter& native();

  void customize(std::string api_version, std::string kind, KindCustomization customization);

  /// Whether the replicas of a copy can be set; otherwise the template's own stand.
  [[nodiscard]] bool revises_replicas(std::string_view api_version, std::string_view kind) const;
  [[nodiscard]] bool has_health_rule(std::string_view api_version, std::string_view kind) const;
  /// Healthy, Unhealthy or (a rule that cannot read the object) Unknown.
  [[nodiscard]] std::string health(const MemberObject& object) const;

 private:
  [[nodiscard]] const KindCustomization* find(std::string_view api_version,
                                              std::string_view kind) const;

  std::map<std::pair<std::string, std::string>, KindCustomization> kinds_;
};

}  // namespace firedrill::policy::karmada
