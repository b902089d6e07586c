#include "policy/karmada/profile_defaults.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace firedrill::policy::karmada {
namespace {

using std::chrono::seconds;

constexpr std::array<VendorParameter, 5> parameters{{
    {"ClusterMonitorPeriod", "cluster-monitor-period", "Check Interval", ""},
    {"ClusterMonitorGracePeriod", "cluster-monitor-grace-period",
     "The runtime marks the duration of an unhealthy check", ""},
    {"ClusterStartupGracePeriod", "cluster-startup-grace-period",
     "Mark health check duration at startup", ""},
    {"FailoverEvictionTimeout", "failover-eviction-timeout", "Eviction tolerance time", ""},
    {"ClusterTaintEvictionRetryFrequency", "graceful-eviction-timeout",
     "Graceful eviction timeout duration",
     "its description says so; the name is that of the taint manager's round, which Karmada "
     "hard-codes (10s, here the setting taint-manager.period)"},
}};

/// A release without a vendor's changes. Gates and switches that it doesn't have are as it behaves.
Options legacy_release() {
  Options options;
  options.release = Release::legacy;
  options.gates.failover = true;
  options.gates.priority_based_scheduling = false;
  options.gates.controller_priority_queue = false;
  options.behaviour = {.tolerant_bindings_not_queued = Revision::before,
                       .threshold_for_client_errors = Revision::before,
                       .eviction_conflicts_retried_in_place = Revision::before,
                       .eviction_brake = {}};
  return options;
}

/// The pairing of values and parameters that both of the vendor's pages, and Karmada's defaults,
/// agree with.
Options kairship() {
  Options options = legacy_release();
  options.gates.failover = false;  // "It is disabled by default."
  options.controller_manager.failover_eviction_timeout = seconds(30);
  options.controller_manager.graceful_eviction_timeout = seconds(600);
  return options;
}

/// The page's table taken literally.
Options kairship_as_documented() {
  Options options = kairship();
  options.controller_manager.cluster_monitor_period = seconds(60);
  options.controller_manager.cluster_startup_grace_period = seconds(600);
  options.controller_manager.graceful_eviction_timeout = seconds(5);
  return options;
}

bool has_row(const std::vector<OptionInfo>& rows, std::string_view name) {
  return std::ranges::find(rows, name, &OptionInfo::name) != rows.end();
}

}  // namespace

std::span<const VendorParameter> vendor_parameters() {
  return parameters;
}

std::string_view canonical_flag(std::string_view written) {
  const auto found = std::ranges::find(parameters, written, &VendorParameter::name);
  return found == parameters.end() ? written : found->flag;
}

Options release_defaults(Release release) {
  return release == Release::current ? Options{} : legacy_release();
}

Options default_options(std::string_view profile) {
  if (profile == "karmada") return {};
  if (profile == "kairship") return kairship();
  if (profile == "kairship-as-documented") return kairship_as_documented();
  throw std::logic_error("not a profile of Karmada: " + std::string(profile));
}

bool has_flag(Release release, std::string_view written) {
  const std::size_t slash = written.find('/');
  const bool qualified = slash != std::string_view::npos;
  const std::string_view last = qualified ? written.substr(slash + 1) : written;
  const std::string_view flag = release == Release::legacy ? canonical_flag(last) : last;
  const std::vector<OptionInfo> rows = flag_table(release_defaults(release));
  const auto row = std::ranges::find(rows, flag, &OptionInfo::name);
  if (row == rows.end() || !qualified) return row != rows.end();
  const std::string components = ", " + row->components + ",";
  return components.find(", " + std::string(written.substr(0, slash)) + ",") != std::string::npos;
}

bool has_gate(Release release, std::string_view name) {
  return has_row(feature_gate_table(release_defaults(release)), name);
}

bool has_switch(Release release, std::string_view name) {
  return has_row(behaviour_table(release_defaults(release)), name);
}

}  // namespace firedrill::policy::karmada
