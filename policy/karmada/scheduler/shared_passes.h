#pragma once

/// Scheduling passes over bindings that ask for the same: what the filters say of each cluster,
/// what the general estimator says, the order and the selection are found once for all of them, and
/// only for clusters that have changed since. The results are those of `schedule`, always.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "policy/api/result.h"
#include "policy/karmada/scheduler/schedule.h"

namespace firedrill::policy::karmada {

class SharedPasses {
 public:
  /// `options`, which outlive this, are those of every pass.
  explicit SharedPasses(const SchedulerOptions& options) : options_(options) {}

  /// To be told before the next pass that some clusters are not what they were.
  void clusters_changed() { ++version_; }

  /// Whether passes of such bindings share anything: others of their groups don't matter to them,
  /// and they have no components.
  [[nodiscard]] static bool serves(const SchedulingInput& input);

  /// The whole pass for one affinity group, with the general estimator. `input.options` are those
  /// given first. `decision`, when given, lists the selected clusters in the order of names, the
  /// best of the others, and the counts of all. Requires: serves(input), and clusters in the order
  /// of names.
  ///
  /// O(clusters) for the first pass of its kind after a change, O(clusters log clusters) where the
  /// binding has targets or evictions, else O(selected).
  [[nodiscard]] ScheduleResult schedule(const SchedulingInput& input, Decision* decision = nullptr);

 private:
  /// What was found for one cluster, for bindings that are nowhere yet.
  struct Row {
    const api::Cluster* cluster = nullptr;
    std::int64_t version = 0;  ///< Of the cluster: another one may lie at the same address.
    api::Replicas allocatable = 0;
    std::int32_t overflow_order = 0;
    std::uint32_t reason = 0;  ///< Into `reasons`; 0: the filters let it pass.
  };
  /// What a pass over the candidates leads to, before replicas are divided.
  struct Selection {
    std::optional<api::Result<std::vector<Candidate>>> selected;  ///< Absent: no candidates.
    std::vector<ConsideredCluster> told;  ///< The selected ones by name, then the best others.
    std::size_t selected_count = 0;
  };
  struct Kind {
    api::BindingSpec wish;      ///< What such bindings ask for.
    std::uint64_t version = 0;  ///< Of what the rows were held against.
    std::vector<Row> rows{};    ///< One a cluster.
    std::vector<std::string> reasons{std::string()};
    std::map<std::string, std::size_t> reason_rows{};  ///< Where in `reasons`.
    FilterCounts counts{};
    std::vector<Candidate> sorted{};        ///< Those that passed, in the scheduler's order.
    std::vector<std::uint32_t> rejected{};  ///< Rows of the others, ascending.
    std::optional<Selection> fresh{};       ///< For a binding that is nowhere yet.
  };
  /// What sets bindings apart at first sight: placement, affinity group, replicas.
  using Mark = std::tuple<const api::Placement*, std::string, api::Replicas>;
  /// Why the filters reject a cluster that the binding uses or leaves, by row; "" = they don't.
  using OwnReasons = std::map<std::uint32_t, std::string>;

  [[nodiscard]] Kind& kind_of(const SchedulingInput& input);
  void refresh(Kind& kind, const SchedulingInput& input);
  [[nodiscard]] Row examine(Kind& kind,
                            const api::Cluster& cluster,
                            const ClusterFilter& filter) const;
  void arrange(Kind& kind) const;
  /// Rows of the clusters that the binding uses or leaves, ascending.
  [[nodiscard]] static std::vector<std::uint32_t> own_rows(const Kind& kind,
                                                           const api::BindingSpec& spec);
  [[nodiscard]] Selection select(std::vector<Candidate> sorted, const SchedulingInput& input) const;
  /// Fills up the others that are told with rejected ones.
  static void tell_rejected(const Kind& kind,
                            const OwnReasons& own,
                            std::vector<ConsideredCluster>& told);
  [[nodiscard]] ScheduleResult finish(const Selection& selection,
                                      const SchedulingInput& input,
                                      Decision* decision) const;
  [[nodiscard]] ScheduleResult schedule_used(const Kind& kind,
                                             std::span<const std::uint32_t> own,
                                             const SchedulingInput& input,
                                             Decision* decision) const;

  const SchedulerOptions& options_;
  std::uint64_t version_ = 1;
  std::map<Mark, std::vector<std::unique_ptr<Kind>>> kinds_;
  std::size_t kind_count_ = 0;
};

}  // namespace firedrill::policy::karmada
