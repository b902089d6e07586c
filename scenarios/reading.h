#pragma once

/// What the parts of the loader share: where diagnostics go, which limits hold, and how they say
/// that a name is unknown. Internal to the loader.

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/api/diagnostic.h"
#include "policy/karmada/admission/validation.h"
#include "policy/profiles.h"
#include "scenarios/source/limits.h"

namespace firedrill::scenarios {

struct Reading {
  const Limits& limits;
  api::Diagnostics& diagnostics;
  const policy::Profile* profile = policy::profiles.data();  ///< That runs; settle_profile sets it.
  bool chosen_outside = false;  ///< The profile is not the one that the file names.

  [[nodiscard]] bool runs(policy::System system) const { return profile->system == system; }
  /// The same, with diagnostics that go elsewhere.
  [[nodiscard]] Reading with(api::Diagnostics& other) const {
    return {limits, other, profile, chosen_outside};
  }
};

/// What the profile has no counterpart for: refused where the file itself chose the profile, left
/// out with a warning where it was chosen from outside.
void report_lacking(const Reading& reading,
                    const std::string& pointer,
                    std::string_view what,
                    std::string_view remedy);

/// "unknown …", with the nearest of the candidates, or all of them when they are few.
void report_unknown(Reading& reading,
                    std::string_view what,
                    std::string_view name,
                    std::span<const std::string_view> candidates,
                    const std::string& pointer);

/// A warning of the same words.
void warn_unknown(Reading& reading,
                  std::string_view what,
                  std::string_view name,
                  std::span<const std::string_view> candidates,
                  const std::string& pointer);

/// "… exceeds the limit of N"; `culprit` is what is too many.
void report_limit(Reading& reading,
                  std::string_view limit,
                  std::uint64_t allowed,
                  std::string_view culprit,
                  const std::string& pointer);

/// How the reference's field paths ("spec.taints[0].key") become pointers of the scenario.
enum class FieldBase {
  object,  ///< The whole object stands there: "/spec/taints/0/key".
  fields,  ///< Only what is in its metadata and spec: "/taints/0/key".
};

void report_field_errors(Reading& reading,
                         const policy::karmada::FieldErrors& errors,
                         FieldBase base,
                         const std::string& pointer);

/// Names in a list of things that each are one ("web") or several alike ("web-0" … of the stem
/// "web"). Names of different kinds are kept apart by the caller's prefix, "Kind/namespace/".
class NameIndex {
 public:
  /// Requires: count > 0. `pointer` is the entry's place. Several are those of a stem.
  void add_single(const std::string& name, std::string pointer);
  void add_several(const std::string& stem, std::uint64_t count, std::string pointer);

  /// Whether something has that name.
  [[nodiscard]] bool contains(std::string_view name) const;

  /// Calls `report(name, pointer, other pointer)` for each name that is given twice, once an entry.
  void for_each_clash(
      const std::function<void(const std::string&, const std::string&, const std::string&)>& report)
      const;

  /// Some names, for suggestions: every single one, and the first and last of several.
  [[nodiscard]] std::vector<std::string> samples() const;

 private:
  struct Entry {
    std::uint64_t count;
    std::string pointer;
  };
  using Entries = std::multimap<std::string, Entry, std::less<>>;

  [[nodiscard]] const Entry* find_several(std::string_view name) const;

  Entries singles_;
  Entries several_;
};

}  // namespace firedrill::scenarios
