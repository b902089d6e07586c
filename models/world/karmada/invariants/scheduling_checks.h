#pragma once

/// Holds scheduling passes to the reasons that they give for themselves: what the filter rejected
/// is not chosen, what spread constraints cap stays below the cap.

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "models/world/invariants/violations.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/api/binding.h"
#include "policy/runtime/decision.h"

namespace firedrill::models::karmada {

class SchedulingChecks {
 public:
  SchedulingChecks(const ApiServer& server, Violations& violations);

  /// The scheduler starts anew: what it was about to write is not written.
  void restart() { pending_ = {}; }
  /// A pass has decided upon the binding as it read it; what it writes comes next.
  void decided(const api::ResourceBinding& binding,
               std::shared_ptr<const policy::Decision> decision);
  void changed(const Change<api::ResourceBinding>& change);

 private:
  using Names = std::set<std::string_view>;

  /// The scheduler's last pass, until its result is stored.
  struct Pass {
    api::Key binding;
    std::shared_ptr<const policy::Decision> decision;
  };

  void check_rejected(const api::ResourceBinding& binding, const policy::Decision& decision);
  void check_spread(const api::ResourceBinding& binding, const policy::Decision& decision);
  [[nodiscard]] Names regions_of(const policy::Decision& decision) const;
  void report(timeline::Invariant invariant,
              const api::ResourceBinding& binding,
              std::string_view cluster,
              std::string message);

  const ApiServer& server_;
  Violations& violations_;
  Pass pending_;
};

}  // namespace firedrill::models::karmada
