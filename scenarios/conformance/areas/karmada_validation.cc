/// The area of admission rules.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "policy/api/cluster.h"
#include "policy/api/placement.h"
#include "policy/api/propagation_policy.h"
#include "policy/karmada/admission/validation.h"
#include "scenarios/conformance/areas/karmada_failover.h"
#include "scenarios/conformance/areas/vector_json.h"

namespace firedrill::scenarios::conformance {
namespace {

namespace karmada = policy::karmada;
using Json = nlohmann::json;

karmada::FieldErrors validate(const Json& input) {
  const std::string kind = input.at("objectKind");
  if (kind == "Cluster") {
    return karmada::validate_cluster(from_vector<api::Cluster>(input.at("cluster")));
  }
  if (kind == "ClusterTaintPolicy") {
    return karmada::validate_taint_policy(
        from_vector<api::ClusterTaintPolicySpec>(input.at("clusterTaintPolicySpec")),
        input.value("allowNoExecuteTaintPolicy", false));
  }
  return karmada::validate_propagation(
      from_vector<api::PropagationSpec>(input.at("propagationSpec")), input.value("namespace", ""));
}

}  // namespace

Json validation(const Json& input) {
  std::vector<std::pair<std::string, std::string_view>> errors;  // Field and type.
  for (karmada::FieldError& error : validate(input)) {
    errors.emplace_back(std::move(error.field), karmada::to_string(error.type));
  }
  std::ranges::sort(errors);
  Json list = Json::array();
  for (const auto& [field, type] : errors)
    list.push_back({{"field", field}, {"type", type}});
  return {{"valid", errors.empty()}, {"errors", list}};
}

}  // namespace firedrill::scenarios::conformance
