#pragma once

/// Stand-in for the control plane's namespace lifecycle controller, for execution namespaces: a
/// namespace that is being deleted takes its Works along and goes with the last of them, and
/// nothing can be created in it meanwhile.

#include <string_view>

#include "models/world/karmada/server/api_server.h"

namespace firedrill::models::karmada {

class ExecutionSpaces final : private TableWatcher<api::ExecutionSpace>,
                              private TableWatcher<api::Work> {
 public:
  explicit ExecutionSpaces(ApiServer& server);
  ~ExecutionSpaces();

 private:
  void changed(const Change<api::ExecutionSpace>& change) override;
  void changed(const Change<api::Work>& change) override;
  void finish(const std::string& space);

  ApiServer& server_;
};

}  // namespace firedrill::models::karmada
