#pragma once

/// Holds Works against the bindings they belong to. A pass of the binding controller goes on while
/// the binding changes, and caches lag; so a write is right if some version of the binding since
/// the controller's last sync calls for it, and a sync is held against the version it was about.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/world/invariants/violations.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/api/binding.h"
#include "policy/api/work.h"
#include "policy/runtime/work_queue.h"

namespace firedrill::models::karmada {

class WorkChecks {
 public:
  /// `inject_state`: gate StatefulFailoverInjection.
  WorkChecks(const ApiServer& server, bool inject_state, Violations& violations);

  void changed(const Change<api::ResourceBinding>& change);
  void changed(const Change<api::Work>& change);
  /// The binding controller says that it is through with a generation.
  void synced(const api::Key& binding, std::int64_t generation);

 private:
  using Binding = api::ResourceBinding;
  using Version = std::shared_ptr<const Binding>;

  /// The copy of a binding in one cluster.
  struct Copy {
    bool there = false;
    bool deleting = false;
    std::int64_t since = 0;  ///< Resource version from which on it has been there, or hasn't.
  };
  struct Entry {
    /// Versions that differ in where Works belong, since the last sync; the first is the one that
    /// it was about.
    std::vector<Version> versions;
    std::map<api::Name, Copy, std::less<>> copies;
  };

  void check_creation(const api::Work& work, const Entry& entry);
  void check_deletion(const api::Work& work, const Entry& entry);
  void check_labels(const api::Work& work, const Entry& entry);
  [[nodiscard]] bool leaving(std::string_view cluster) const;
  void report(timeline::Invariant invariant,
              const api::ResourceReference& resource,
              std::string_view cluster,
              std::string message);

  const ApiServer& server_;
  bool inject_state_;
  Violations& violations_;
  std::unordered_map<api::Key, Entry, policy::KeyHash> entries_;
};

}  // namespace firedrill::models::karmada
