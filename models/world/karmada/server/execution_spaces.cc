#include "models/world/karmada/server/execution_spaces.h"

#include <string>
#include <vector>

namespace firedrill::models::karmada {
namespace {

constexpr const char* namespace_finalizer = "kubernetes";

std::vector<api::Key> works_in(const ApiServer& server, const std::string& space) {
  std::vector<api::Key> keys;
  const auto& works = server.works.objects();
  for (auto work = works.lower_bound({space, {}});
       work != works.end() && work->first.space == space; ++work) {
    keys.push_back(work->first);
  }
  return keys;
}

}  // namespace

ExecutionSpaces::ExecutionSpaces(ApiServer& server) : server_(server) {
  server_.execution_spaces.set_admission(
      [](const api::ExecutionSpace* before, api::ExecutionSpace& next) {
        if (before == nullptr) next.metadata.finalizers = {namespace_finalizer};
        return true;
      });
  server_.works.set_admission([this](const api::Work* before, api::Work& next) {
    if (before != nullptr) return true;
    const auto space = server_.execution_spaces.find({{}, next.metadata.space});
    return space != nullptr && !space->metadata.deleting();
  });
  server_.execution_spaces.add_watcher(*this);
  server_.works.add_watcher(*this);
}

ExecutionSpaces::~ExecutionSpaces() {
  server_.execution_spaces.remove_watcher(*this);
  server_.works.remove_watcher(*this);
}

void ExecutionSpaces::changed(const Change<api::ExecutionSpace>& change) {
  if (!change.after || !change.after->metadata.deleting() || change.before->metadata.deleting())
    return;
  const std::string space = change.after->metadata.name;
  for (const api::Key& key : works_in(server_, space))
    (void)server_.works.remove(key);
  finish(space);
}

void ExecutionSpaces::changed(const Change<api::Work>& change) {
  if (change.after) return;
  const auto space = server_.execution_spaces.find({{}, change.before->metadata.space});
  if (space && space->metadata.deleting()) finish(space->metadata.name);
}

void ExecutionSpaces::finish(const std::string& space) {
  if (!works_in(server_, space).empty()) return;
  (void)server_.execution_spaces.patch(
      {{}, space}, [](api::ExecutionSpace& next) { next.metadata.finalizers.clear(); });
}

}  // namespace firedrill::models::karmada
