#pragma once

/// What happens in a recorded case that a scenario has no words for, and what the recordings tell
/// that the public timeline does not.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/world/karmada/control_plane.h"
#include "models/world/world.h"

namespace firedrill::scenarios {

/// Whether a schedule entry is acted out by a RecordedUser.
[[nodiscard]] bool is_user_action(const nlohmann::json& entry);

/// Acts as a case's user on eviction tasks, which exist at run time only, and as whoever writes a
/// binding just before the controller manager does; and sees to it that, as in the recordings, no
/// webhook gives an identity to bindings that the controller manager creates.
class RecordedUser {
 public:
  /// Puts the case's actions on the world's engine. Both must outlive it. Requires: a world that
  /// has not run yet.
  RecordedUser(const nlohmann::json& file, models::World& world);
  ~RecordedUser();
  RecordedUser(const RecordedUser&) = delete;
  RecordedUser& operator=(const RecordedUser&) = delete;

  /// WriteConflict events, in order.
  [[nodiscard]] const std::vector<nlohmann::json>& conflicts() const { return conflicts_; }

 private:
  struct Rivalry {
    api::Key binding;
    sim::Time from{};
    sim::Time until{};
  };

  void put_on(const nlohmann::json& entry, const api::Key& binding);
  void write_first(const api::Key& binding);

  models::World& world_;
  models::karmada::ApiServer& server_;
  std::vector<Rivalry> rivalries_;
  std::vector<nlohmann::json> conflicts_;
};

/// Watches the API server for what only the recordings tell: BindingDeleting, BindingDeleted,
/// RescheduleTriggered, RequiredByChanged, WorkSuspensionChanged, and which Works were created
/// suspended.
class RecordedNotes final : private models::TableWatcher<api::ResourceBinding>,
                            private models::TableWatcher<api::Work> {
 public:
  explicit RecordedNotes(models::World& world);
  ~RecordedNotes();
  RecordedNotes(const RecordedNotes&) = delete;
  RecordedNotes& operator=(const RecordedNotes&) = delete;

  /// In order.
  [[nodiscard]] const std::vector<nlohmann::json>& events() const { return events_; }
  /// Works that were created suspended: time, cluster and binding of each.
  [[nodiscard]] const std::vector<nlohmann::json>& suspended() const { return suspended_; }

 private:
  void changed(const models::Change<api::ResourceBinding>& change) override;
  void changed(const models::Change<api::Work>& change) override;
  [[nodiscard]] nlohmann::json note(const char* kind, const std::string& binding) const;

  models::World& world_;
  models::karmada::ApiServer& server_;
  std::vector<nlohmann::json> events_;
  std::vector<nlohmann::json> suspended_;
};

/// Time of an event as the recordings write it: seconds, to the millisecond.
[[nodiscard]] double recorded_seconds(sim::Time time);

}  // namespace firedrill::scenarios
