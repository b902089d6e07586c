#pragma once

/// Writes down what shows in API objects, by comparing each with what it was: policy code does not
/// report what it did, so it cannot misreport.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/timeline/recorder.h"
#include "models/world/karmada/binding_grounds.h"
#include "models/world/karmada/server/api_server.h"
#include "models/world/world_member.h"
#include "policy/runtime/decision.h"

namespace firedrill::models::karmada {

class StoreObserver final : private TableWatcher<api::Cluster>,
                            private TableWatcher<api::ResourceBinding>,
                            private TableWatcher<api::Work> {
 public:
  /// `full_detail`: scheduling decisions tell of every cluster.
  StoreObserver(ApiServer& server,
                WorldMembers& members,
                timeline::Recorder& recorder,
                bool full_detail);
  ~StoreObserver();

  /// Why the next removal of that task happens; what is not announced is "Gone".
  void announce_task_end(const api::Key& binding,
                         std::string_view cluster,
                         std::string_view reason);
  /// The reasons behind the binding's next assignment or failure.
  void announce_decision(const api::Key& binding, std::shared_ptr<const policy::Decision> decision);

  [[nodiscard]] bool full_detail() const { return full_detail_; }

  /// The assignment that brought the binding to the cluster; 0 if none did.
  [[nodiscard]] std::uint64_t arrival(const api::Key& binding, std::string_view cluster) const;

 private:
  void changed(const Change<api::Cluster>& change) override;
  void changed(const Change<api::ResourceBinding>& change) override;
  void changed(const Change<api::Work>& change) override;

  // What one write shows: its events, side by side.
  using News = timeline::Siblings;

  void compare_conditions(const api::Cluster& before, const api::Cluster& after, News& news);
  void compare_taints(const api::Cluster& before, const api::Cluster& after, News& news);
  void compare_tasks(const api::ResourceBinding& before,
                     const api::ResourceBinding& after,
                     News& news);
  void compare_assignment(const api::ResourceBinding& before,
                          const api::ResourceBinding& after,
                          News& news);
  void compare_scheduling(const api::ResourceBinding& before,
                          const api::ResourceBinding& after,
                          News& news);
  void compare_health(const api::ResourceBinding& before,
                      const api::ResourceBinding& after,
                      News& news);
  void compare_works(const api::Work& before, const api::Work& after, News& news);
  /// Keeps what the scheduler has to answer, and forgets what it has answered.
  void note_due(const api::ResourceBinding& before, const api::ResourceBinding& after);
  /// What the scheduler's write under way answers: the later of what woke it and what is due.
  [[nodiscard]] std::uint64_t reason_of_pass(const api::ResourceBinding& binding) const;
  /// The generation that the writer of the write under way had read.
  [[nodiscard]] std::int64_t known_generation(const api::ResourceBinding& binding) const;
  [[nodiscard]] const BindingGrounds* grounds(const api::Key& binding) const;
  [[nodiscard]] CopyGrounds grounds(const api::Key& binding, std::string_view cluster) const;
  /// Of a member of the world; of nobody's else.
  [[nodiscard]] MemberGrounds& grounds(const std::string& cluster);
  [[nodiscard]] std::optional<timeline::Decision> take_decision(const api::Key& binding);

  ApiServer& server_;
  WorldMembers& members_;
  timeline::Recorder& recorder_;
  bool full_detail_;
  std::map<std::pair<api::Key, api::Name>, api::Name> task_ends_;
  /// The scheduler's last pass, until its result is stored: it has one pass at a time.
  struct Pass {
    api::Key binding;
    std::shared_ptr<const policy::Decision> decision;
  } pass_;
  GroundsByBinding grounds_;
  MemberGrounds of_nobody_;
};

}  // namespace firedrill::models::karmada
