/// Rules for clusters and their taints: validate_cluster, validate_taint_policy.

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "policy/karmada/admission/name_rules.h"
#include "policy/karmada/admission/url.h"
#include "policy/karmada/admission/validation.h"

namespace firedrill::policy::karmada {
namespace {

using api::Taint;

void report(FieldErrors& errors, FieldErrorType type, std::string field, std::string problem) {
  errors.push_back({type, std::move(field), std::move(problem)});
}

/// One error for all complaints.
void report_joined(FieldErrors& errors,
                   const std::string& field,
                   const std::vector<std::string>& problems) {
  if (problems.empty()) return;
  report(errors, FieldErrorType::invalid, field, fmt::format("{}", fmt::join(problems, "; ")));
}

void check_name(std::string_view name, FieldErrors& errors) {
  if (name.empty()) {
    report(errors, FieldErrorType::required, "metadata.name", "a cluster needs a name");
    return;
  }
  report_joined(errors, "metadata.name", cluster_name_problems(name));
}

void check_sync_mode(std::string_view mode, FieldErrors& errors) {
  if (mode.empty()) report(errors, FieldErrorType::required, "spec.syncMode", "must be given");
  if (mode != api::sync_push && mode != api::sync_pull) {
    report(errors, FieldErrorType::not_supported, "spec.syncMode", "must be Push or Pull");
  }
}

void check_secret(const std::optional<api::ObjectReference>& secret,
                  const std::string& field,
                  FieldErrors& errors) {
  if (!secret) return;
  if (secret->space.empty()) {
    report(errors, FieldErrorType::required, field + ".namespace", "must be given");
  }
  if (secret->name.empty()) {
    report(errors, FieldErrorType::required, field + ".name", "must be given");
  }
}

void check_endpoint(const std::string& endpoint, FieldErrors& errors) {
  if (endpoint.empty()) return;
  const auto invalid = [&errors](std::string problem) {
    report(errors, FieldErrorType::invalid, "spec.apiEndpoint", std::move(problem));
  };
  const std::optional<Url> url = parse_url(endpoint);
  if (!url) return invalid("is not a URL");
  if (url->host.empty()) invalid("must name a host");
  if (url->has_user) invalid("must not name a user");
  if (!url->fragment.empty()) invalid("must not have a fragment");
  if (!url->query.empty()) invalid("must not have a query");
}

void check_proxy(const std::string& proxy, FieldErrors& errors) {
  if (proxy.empty()) return;
  const std::optional<Url> url = parse_url(proxy);
  constexpr std::array<std::string_view, 3> schemes{"http", "https", "socks5"};
  if (!url || std::ranges::find(schemes, url->scheme) == schemes.end()) {
    report(errors, FieldErrorType::invalid, "spec.proxyURL",
           "must be an http, https or socks5 URL");
  }
}

void check_topology(const api::ClusterSpec& spec, FieldErrors& errors) {
  report_joined(errors, "spec.provider", label_value_problems(spec.provider));
  report_joined(errors, "spec.region", label_value_problems(spec.region));
  if (!spec.zone.empty() && !spec.zones.empty()) {
    report(errors, FieldErrorType::type_invalid, "spec.spec", "zone and zones are both set");
  } else if (!spec.zone.empty()) {
    report_joined(errors, "spec.Zone", label_value_problems(spec.zone));
  }
  for (const std::string& zone : spec.zones) {
    report_joined(errors, "spec.Zones", label_value_problems(zone));
  }
}

void check_taint_effect(const Taint& taint, const std::string& field, FieldErrors& errors) {
  if (taint.effect.empty()) {
    report(errors, FieldErrorType::required, field, "must be given");
  } else if (taint.effect != api::effect_no_schedule && taint.effect != api::effect_no_execute) {
    report(errors, FieldErrorType::not_supported, field, "must be NoSchedule or NoExecute");
  }
}

void check_cluster_taints(const std::vector<Taint>& taints, FieldErrors& errors) {
  for (std::size_t i = 0; i < taints.size(); ++i) {
    const Taint& taint = taints[i];
    const std::string field = fmt::format("spec.taints[{}]", i);
    for (std::string& problem : qualified_name_problems(taint.key)) {
      report(errors, FieldErrorType::invalid, field + ".key", std::move(problem));
    }
    report_joined(errors, field + ".value", label_value_problems(taint.value));
    check_taint_effect(taint, field + ".effect", errors);
    const auto end = taints.begin() + static_cast<std::ptrdiff_t>(i);
    const bool repeated = std::any_of(taints.begin(), end, [&taint](const Taint& earlier) {
      return earlier.same_identity(taint);
    });
    if (repeated) {
      report(errors, FieldErrorType::duplicate, field, "an earlier taint has this key and effect");
    }
  }
}

/// The first thing wrong with a range of a model; `before` is the same range of the model below it.
std::optional<std::string> range_problem(const api::ResourceModelRange& range,
                                         const api::ResourceModelRange* before,
                                         bool last) {
  if (range.max <= range.min) return "max must be greater than min";
  if (before == nullptr && !range.min.is_zero()) return "the first min of each resource must be 0";
  if (before != nullptr && before->name != range.name) return "models must list the same resources";
  if (before != nullptr && before->max != range.min)
    return "models must join without gap or overlap";
  if (last && range.max.value() != std::numeric_limits<std::int64_t>::max()) {
    return "the last max of each resource must be 9223372036854775807";
  }
  return std::nullopt;
}

/// The first thing wrong with the models: the reference stops there.
std::optional<std::string> models_problem(const std::vector<api::ResourceModel>& models) {
  for (std::size_t i = 0; i < models.size(); ++i) {
    const api::ResourceModel* below = i == 0 ? nullptr : &models[i - 1];
    if (below != nullptr && below->grade == models[i].grade) return "neighbours have one grade";
    if (below != nullptr && below->ranges.size() != models[i].ranges.size()) {
      return "models must list the same resources";
    }
    for (std::size_t j = 0; j < models[i].ranges.size(); ++j) {
      const api::ResourceModelRange* before = below == nullptr ? nullptr : &below->ranges[j];
      if (auto problem = range_problem(models[i].ranges[j], before, i + 1 == models.size())) {
        return problem;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

FieldErrors validate_cluster(const api::Cluster& cluster) {
  FieldErrors errors;
  const api::ClusterSpec& spec = cluster.spec;
  check_name(cluster.metadata.name, errors);
  check_sync_mode(spec.sync_mode, errors);
  check_endpoint(spec.api_endpoint, errors);
  check_secret(spec.secret_ref, "spec.secretRef", errors);
  check_secret(spec.impersonator_secret_ref, "spec.impersonatorSecretRef", errors);
  check_proxy(spec.proxy_url, errors);
  check_topology(spec, errors);
  check_cluster_taints(spec.taints, errors);
  if (auto problem = models_problem(spec.resource_models)) {
    report(errors, FieldErrorType::invalid, "spec.resourceModels", std::move(*problem));
  }
  return errors;
}

FieldErrors validate_taint_policy(const api::ClusterTaintPolicySpec& spec, bool allow_no_execute) {
  FieldErrors errors;
  for (std::size_t i = 0; i < spec.taints.size(); ++i) {
    const Taint& taint = spec.taints[i];
    const std::string field = fmt::format("spec.taints[{}]", i);
    if (taint.effect == api::effect_no_execute && !allow_no_execute) {
      report(errors, FieldErrorType::forbidden, field,
             "NoExecute needs the webhook flag allow-no-execute-taint-policy");
    }
    // The error is the earlier taint's, unlike that of a cluster's repeated taints.
    const auto later = spec.taints.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    const bool repeated = std::any_of(later, spec.taints.end(), [&taint](const Taint& other) {
      return other.same_identity(taint);
    });
    if (repeated) {
      report(errors, FieldErrorType::duplicate, field, "a later taint has this key and effect");
    }
  }
  return errors;
}

FieldErrors check_taint_policy_schema(const api::ClusterTaintPolicySpec& spec) {
  if (!spec.taints.empty()) return {};
  return {{FieldErrorType::required, "spec.taints", "at least one taint is needed"}};
}

}  // namespace firedrill::policy::karmada
