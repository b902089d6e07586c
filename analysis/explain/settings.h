#pragma once

/// The effective settings of a run, as its timeline's header has them, by the names that people set
/// them with.

#include <optional>
#include <string>
#include <string_view>

#include "analysis/timeline/header.h"
#include "sim/time.h"

namespace firedrill::analysis {

/// A setting and its value in its own spelling. A duration, where it is one: also that of a number,
/// taken as seconds.
struct Setting {
  std::string name;
  std::string value;
  std::optional<sim::Duration> duration;
  std::optional<double> number;
};

/// Look-ups in a header, which must outlive this.
class Settings {
 public:
  explicit Settings(const timeline::Header& header) : header_(header) {}

  /// A flag, of one component where that one has a value of its own: `agent/cluster-…`. Nothing
  /// where the profile's release has no such flag.
  [[nodiscard]] std::optional<Setting> flag(std::string_view name,
                                            std::string_view component = {}) const;
  /// A component setting: `taint-manager.period`.
  [[nodiscard]] std::optional<Setting> component(std::string_view component,
                                                 std::string_view name) const;
  /// A feature gate; nothing where there is none of that name.
  [[nodiscard]] std::optional<bool> gate(std::string_view name) const;

  /// Whether a boolean flag is there and false.
  [[nodiscard]] bool is_off(std::string_view flag) const;

  [[nodiscard]] bool clusternet() const { return header_.profile == "clusternet"; }
  /// Karmada up to v1.13 and Kairship: the cluster monitor adds the NoExecute taint itself.
  [[nodiscard]] bool taints_in_two_stages() const {
    return header_.flags.contains("failover-eviction-timeout");
  }
  [[nodiscard]] const timeline::Header& header() const { return header_; }

 private:
  const timeline::Header& header_;
};

}  // namespace firedrill::analysis
