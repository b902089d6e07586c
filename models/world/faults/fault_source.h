#pragma once

/// What makes faults of itself, again and again, until it is ended: a flap, or chance. Each cluster
/// that it is about has its own streams, named by the source and the cluster.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/fault_spec.h"
#include "models/world/faults/fault_driver.h"
#include "sim/engine.h"
#include "sim/random.h"

namespace firedrill::models {

/// What a source finds around it. All of it outlives the source.
struct SourceSurroundings {
  sim::Engine& engine;
  const sim::Streams& streams;
  FaultDriver& faults;
  std::function<void()> count;  ///< Called for each fault that it makes.
};

class FaultSource {
 public:
  FaultSource(SourceSurroundings surroundings, FaultLabel label)
      : around_(std::move(surroundings)), label_(std::move(label)) {}
  FaultSource(const FaultSource&) = delete;
  FaultSource& operator=(const FaultSource&) = delete;
  /// Makes no more faults; those under way stay.
  virtual ~FaultSource();

  /// The world gets rid of it: what it made ends.
  void end();

 protected:
  /// Whose faults come by themselves: a cluster, or "" for all that the source is about.
  using Subject = std::string;

  /// A fault of the subject begins now, and ends after `length`; then `repaired` is called.
  void strike(const Subject& subject,
              const Fault& fault,
              std::vector<std::string> clusters,
              sim::Duration length,
              std::function<void()> repaired);
  /// Once, later; void when the source ends first.
  void later(const Subject& subject, sim::Duration delay, std::function<void()> act);
  [[nodiscard]] sim::Random stream(const Subject& subject, std::string_view purpose) const;

  [[nodiscard]] SourceSurroundings& around() { return around_; }
  [[nodiscard]] const FaultLabel& label() const { return label_; }

 private:
  struct State {
    sim::EventHandle next{};
    std::optional<FaultNumber> fault;
  };

  SourceSurroundings around_;
  FaultLabel label_;
  std::map<Subject, State> states_;
  std::uint64_t made_ = 0;
};

/// Clusters, or a link, that go down and up again and again.
[[nodiscard]] std::unique_ptr<FaultSource> start_flapping(SourceSurroundings surroundings,
                                                          FaultLabel label,
                                                          const FlapEvent& flap);

/// Faults at random. Requires: `random.made` is set.
[[nodiscard]] std::unique_ptr<FaultSource> start_random_faults(SourceSurroundings surroundings,
                                                               FaultLabel label,
                                                               const RandomEvent& random);

}  // namespace firedrill::models
