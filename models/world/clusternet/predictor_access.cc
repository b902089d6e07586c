#include "models/world/clusternet/predictor_access.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "models/process/request.h"
#include "policy/clusternet/predictor/predictor.h"

namespace firedrill::models::clusternet {
namespace {

using policy::clusternet::Prediction;
using policy::clusternet::PredictorNode;

/// A member's nodes as its predictor sees them. All that its pods request stands at the first: only
/// the sums of a node count.
std::vector<PredictorNode> nodes_of(const policy::Inventory& inventory) {
  std::vector<PredictorNode> nodes;
  nodes.reserve(inventory.nodes.size());
  for (const policy::NodeView& view : inventory.nodes) {
    PredictorNode& node = nodes.emplace_back();
    node.labels = view.labels;
    node.taints = view.taints;
    node.allocatable = view.allocatable;
    node.pods.resize(static_cast<std::size_t>(std::max<std::int64_t>(view.pods, 0)));
    if (!node.pods.empty()) node.pods.front().requests = view.requested;
  }
  return nodes;
}

}  // namespace

bool PredictorAccess::reaches(const WorldMember& member) const {
  const ProcessSlot* agent = processes_.find("agent", member.spec.name);
  return member.connected() && agent != nullptr && agent->process != nullptr &&
         agent->isolations == 0 && member.estimator.answers();
}

api::Duration PredictorAccess::time_to_answer(const WorldMember& member) const {
  const api::Duration own = member.spec.estimator.latency;
  return own > api::Duration::zero() ? own : latency_;
}

api::Duration PredictorAccess::time_of(const WorldMember& member, api::Duration timeout) const {
  if (member.drops_packets() || member.estimator.hangs > 0) return timeout;
  if (!reaches(member)) return {};
  return std::min(time_to_answer(member) + ways_.question(member.spec.name), timeout);
}

policy::Await<policy::clusternet::Predictors::Answers> PredictorAccess::ask(
    std::vector<Question> questions, api::Duration timeout) {
  api::Duration way{};
  for (const Question& question : questions) {
    const auto member = members_.find(question.cluster);
    if (member == members_.end()) continue;
    // One request a feed, up to the first that fails.
    api::Duration total{};
    for (const auto& feed : question.feeds) {
      if (!feed) continue;
      total += time_of(member->second, timeout);
      if (!reaches(member->second) || total >= timeout) break;
    }
    way = std::max(way, total);
  }
  return request<Answers>(requests_, way, [this, timeout, questions = std::move(questions)] {
    Answers answers;
    answers.reserve(questions.size());
    for (const Question& question : questions)
      answers.push_back(answer(question, timeout));
    return answers;
  });
}

Prediction PredictorAccess::answer(const Question& question, api::Duration timeout) const {
  const auto found = members_.find(question.cluster);
  if (found == members_.end()) return api::Problem{"no such cluster"};
  const WorldMember& member = found->second;
  if (!reaches(member)) return api::Problem{"the predictor can't be reached"};
  if (time_to_answer(member) >= timeout)
    return api::Problem{"the predictor did not answer in time"};
  policy::Inventory inventory = member.cluster->inventory();
  if (member.outages.lister_error()) inventory.nodes.clear();
  const std::vector<PredictorNode> nodes = nodes_of(inventory);
  std::vector<std::optional<std::int32_t>> room;
  for (const auto& feed : question.feeds) {
    std::optional<std::int32_t>& replicas = room.emplace_back();
    if (!feed) continue;
    const api::Result<std::int32_t> predicted = policy::clusternet::predict_replicas(nodes, *feed);
    if (!predicted) return api::Problem{predicted.problem()};
    replicas = *predicted;
  }
  return room;
}

}  // namespace firedrill::models::clusternet
