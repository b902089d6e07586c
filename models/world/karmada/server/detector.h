#pragma once

/// What the resource detector and the webhooks do: turn templates and the policies that govern them
/// into bindings, with admission's defaulting. It takes no time; the recorded end-to-end vectors
/// have it so, too.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/workload_spec.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/api/propagation_policy.h"
#include "policy/karmada/admission/defaulting.h"
#include "policy/karmada/options.h"
#include "policy/karmada/propagation/binding_name.h"

namespace firedrill::models::karmada {

/// The key of a resource's binding is, here, that of its template too.
using policy::karmada::binding_key;

class Detector {
 public:
  using DefaultTolerations = policy::karmada::DefaultTolerations;

  /// Refers to both. Gates decide whether components and affinity groups are filled in;
  /// `tolerations` are what the webhook gives to every policy.
  Detector(ApiServer& server,
           const policy::karmada::FeatureGates& gates,
           const std::optional<DefaultTolerations>& tolerations = {})
      : server_(server), gates_(gates), tolerations_(tolerations) {}

  /// Creates template and binding, and the templates that it depends on where nobody has yet.
  /// False if they are there already.
  bool create(const WorkloadInstance& workload);
  /// The user changes the replicas of the template. False if it is gone.
  bool scale(const WorkloadInstance& workload, api::Replicas replicas);
  /// Absent if there is no template.
  [[nodiscard]] std::optional<std::int64_t> template_generation(
      const WorkloadInstance& workload) const;
  /// The user changes the pods of the template, which is the next generation of it then: bindings
  /// and Works follow. Nothing if it is gone.
  void change_pods(const WorkloadInstance& workload);
  /// The user deletes the template. False if it is gone.
  bool remove(const WorkloadInstance& workload);
  /// The user replaces the policy that governs the workload. False if the workload is not there.
  bool apply_policy(const WorkloadInstance& workload, const api::PropagationPolicy& policy);

 private:
  using SharedPolicy = std::shared_ptr<const api::PropagationPolicy>;
  using SharedPlacement = std::shared_ptr<const api::Placement>;

  struct Governing {
    SharedPolicy policy;
    SharedPlacement placement;
    std::string id;  ///< Permanent id of the policy.
  };

  [[nodiscard]] static api::Key key_of(const WorkloadInstance& workload);
  /// The policy that workloads of one entry share.
  [[nodiscard]] const Governing& governing(const WorkloadInstance& workload);
  [[nodiscard]] Governing defaulted(api::PropagationPolicy policy) const;
  void govern(api::ResourceBinding& binding,
              const WorkloadSpec& workload,
              const Governing& governing) const;
  /// What of the template the interpreter understands.
  void interpret(api::BindingSpec& spec, const WorkloadSpec& workload) const;
  /// No policy selects them: they get no binding of their own.
  void create_missing(const std::vector<api::ResourceReference>& resources);

  ApiServer& server_;
  const policy::karmada::FeatureGates& gates_;
  std::optional<DefaultTolerations> tolerations_;
  std::map<const WorkloadSpec*, Governing> by_entry_;  ///< For look-up only; never iterated.
};

}  // namespace firedrill::models::karmada
