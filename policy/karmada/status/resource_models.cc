#include "policy/karmada/status/resource_models.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace firedrill::policy::karmada {
namespace {

constexpr std::int64_t gibibyte = std::int64_t{1} << 30;

const api::Quantity* find_min(const api::ResourceModel& model, std::string_view resource) {
  const auto found = std::ranges::find(model.ranges, resource, &api::ResourceModelRange::name);
  return found == model.ranges.end() ? nullptr : &found->min;
}

api::Quantity amount_of(const api::ResourceList& resources, std::string_view name) {
  const auto found = resources.find(name);
  return found == resources.end() ? api::Quantity{} : found->second;
}

/// The last grade whose lower bound the free amount reaches, as an index; -1 if there is none.
std::ptrdiff_t grade_of(std::span<const api::ResourceModel> models,
                        std::string_view resource,
                        const api::Quantity& free) {
  for (std::size_t i = models.size(); i > 0; --i) {
    const api::Quantity* min = find_min(models[i - 1], resource);
    if (min == nullptr || *min <= free) return static_cast<std::ptrdiff_t>(i) - 1;
  }
  return -1;
}

std::ptrdiff_t grade_of(std::span<const api::ResourceModel> models, const NodeView& node) {
  std::ptrdiff_t grade = std::numeric_limits<std::ptrdiff_t>::max();
  for (const api::ResourceModelRange& range : models.front().ranges) {
    const api::Quantity free =
        amount_of(node.allocatable, range.name) - amount_of(node.requested, range.name);
    grade = std::min(grade, grade_of(models, range.name, free));
  }
  return models.front().ranges.empty() ? -1 : grade;
}

/// What fits on one node of a grade.
std::int64_t replicas_on_node(const api::ResourceModel& model, const api::ResourceList& request) {
  std::int64_t replicas = pods_per_model_node;
  for (const auto& [resource, quantity] : request) {
    const std::int64_t wanted = estimator_amount(resource, quantity);
    if (wanted <= 0) continue;
    const api::Quantity* min = find_min(model, resource);
    const std::int64_t had = min == nullptr ? 0 : estimator_amount(resource, *min);
    replicas = std::min(replicas, std::max<std::int64_t>(had, 0) / wanted);
  }
  return replicas;
}

}  // namespace

std::vector<api::ResourceModel> default_resource_models() {
  struct Grade {
    std::int64_t cpu;
    std::int64_t memory_gib;
  };
  constexpr std::array grades = {Grade{0, 0},    Grade{1, 4},    Grade{2, 16},
                                 Grade{4, 32},   Grade{8, 64},   Grade{16, 128},
                                 Grade{32, 256}, Grade{64, 512}, Grade{128, 1024}};
  using enum api::QuantityFormat;
  const auto endless = api::Quantity::from_units(std::numeric_limits<std::int64_t>::max());
  std::vector<api::ResourceModel> models;
  for (std::size_t i = 0; i < grades.size(); ++i) {
    const auto cpu = [&](std::size_t grade) {
      return grade < grades.size() ? api::Quantity::from_units(grades.at(grade).cpu) : endless;
    };
    const auto memory = [&](std::size_t grade) {
      return grade < grades.size()
                 ? api::Quantity::from_units(grades.at(grade).memory_gib * gibibyte, binary_si)
                 : endless;
    };
    models.push_back({.grade = static_cast<std::int64_t>(i),
                      .ranges = {{.name = "cpu", .min = cpu(i), .max = cpu(i + 1)},
                                 {.name = "memory", .min = memory(i), .max = memory(i + 1)}}});
  }
  return models;
}

std::vector<api::AllocatableModeling> count_nodes(std::span<const api::ResourceModel> models,
                                                  std::span<const NodeView> nodes) {
  std::vector<api::AllocatableModeling> counts;
  if (models.empty()) return counts;
  counts.reserve(models.size());
  for (const api::ResourceModel& model : models)
    counts.push_back({.grade = model.grade});

  std::vector<const NodeView*> ordered;
  ordered.reserve(nodes.size());
  for (const NodeView& node : nodes)
    ordered.push_back(&node);
  std::ranges::stable_sort(ordered, {},
                           [](const NodeView* node) -> std::string_view { return node->name; });
  for (const NodeView* node : ordered) {
    if (amount_of(node->allocatable, "pods").value() - node->pods <= 0) break;
    const std::ptrdiff_t grade = grade_of(models, *node);
    if (grade >= 0) ++counts[static_cast<std::size_t>(grade)].count;
  }
  return counts;
}

std::optional<std::int64_t> replicas_on_models(std::span<const api::ResourceModel> models,
                                               std::span<const api::AllocatableModeling> counts,
                                               const api::ResourceList& request) {
  if (models.empty()) return std::nullopt;
  std::int64_t replicas = 0;
  for (const api::AllocatableModeling& count : counts) {
    if (count.count < 0) return std::nullopt;
    const auto model = std::ranges::find(models, count.grade, &api::ResourceModel::grade);
    if (count.count == 0 || model == models.end()) continue;
    replicas += count.count * replicas_on_node(*model, request);
  }
  return replicas;
}

std::int64_t estimator_amount(std::string_view resource, const api::Quantity& quantity) {
  return resource == "cpu" ? quantity.milli_value() : quantity.value();
}

std::int64_t estimator_amount(const api::ResourceList& resources, std::string_view resource) {
  const auto found = resources.find(resource);
  return found == resources.end() ? 0 : estimator_amount(resource, found->second);
}

}  // namespace firedrill::policy::karmada
