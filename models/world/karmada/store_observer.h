#pragma once

/// Writes down what shows in API objects, by comparing each with what it was: policy code does not
/// report what it did, so it cannot misreport.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/timeline/recorder.h"
#include "models/world/karmada/server/api_server.h"
#include "policy/runtime/decision.h"

namespace firedrill::models::karmada {

class StoreObserver final : private TableWatcher<api::Cluster>,
                            private TableWatcher<api::ResourceBinding>,
                            private TableWatcher<api::Work> {
 public:
  /// `full_detail`: scheduling decisions tell of every cluster.
  StoreObserver(ApiServer& server, timeline::Recorder& recorder, bool full_detail);
  ~StoreObserver();

  /// Why the next removal of that task happens; what is not announced is "Gone".
  void announce_task_end(const api::Key& binding,
                         std::string_view cluster,
                         std::string_view reason);
  /// The reasons behind the binding's next assignment or failure.
  void announce_decision(const api::Key& binding, std::shared_ptr<const policy::Decision> decision);

 private:
  void changed(const Change<api::Cluster>& change) override;
  void changed(const Change<api::ResourceBinding>& change) override;
  void changed(const Change<api::Work>& change) override;

  void compare_conditions(const api::Cluster& before, const api::Cluster& after);
  void compare_taints(const api::Cluster& before, const api::Cluster& after);
  void compare_tasks(const api::ResourceBinding& before, const api::ResourceBinding& after);
  void compare_assignment(const api::ResourceBinding& before, const api::ResourceBinding& after);
  void compare_scheduling(const api::ResourceBinding& before, const api::ResourceBinding& after);
  void compare_health(const api::ResourceBinding& before, const api::ResourceBinding& after);
  void compare_works(const api::Work& before, const api::Work& after);
  [[nodiscard]] std::optional<timeline::Decision> take_decision(const api::Key& binding);

  ApiServer& server_;
  timeline::Recorder& recorder_;
  bool full_detail_;
  std::map<std::pair<api::Key, std::string>, std::string> task_ends_;
  std::map<api::Key, std::shared_ptr<const policy::Decision>> decisions_;
};

}  // namespace firedrill::models::karmada
