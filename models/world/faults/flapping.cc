#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/member/from_spec.h"
#include "models/world/faults/fault_source.h"
#include "sim/distributions.h"

namespace firedrill::models {
namespace {

class Flapping final : public FaultSource {
 public:
  Flapping(SourceSurroundings surroundings, FaultLabel label, const FlapEvent& flap)
      : FaultSource(std::move(surroundings), std::move(label)),
        up_(distribution_of(flap.up)),
        down_(distribution_of(flap.down)),
        jitter_(flap.jitter) {
    if (flap.link) {
      fault_ = LinkEvent{.link = *flap.link,
                         .latency = {},
                         .loss = {},
                         .state = LinkState::down,
                         .packets = flap.packets};
      add({});
      return;
    }
    fault_ = OutageEvent{.clusters = *flap.clusters,
                         .mode = flap.mode,
                         .packets = flap.packets,
                         .answer = 500,
                         .probability = {}};
    for (const std::string& name : around().faults.selected(*flap.clusters, this->label().name))
      add(name);
  }

  void start() {
    for (const auto& [subject, streams] : streams_)
      go_down(subject);
  }

 private:
  struct Streams {
    sim::Random up;
    sim::Random down;
  };

  void add(const Subject& subject) {
    streams_.emplace(subject, Streams{stream(subject, "up"), stream(subject, "down")});
  }

  void go_down(const Subject& subject) {
    std::vector<std::string> clusters;
    if (!subject.empty()) clusters.push_back(subject);
    const sim::Duration length = draw(down_, streams_.at(subject).down);
    strike(subject, fault_, std::move(clusters), length, [this, subject] { stay_up(subject); });
  }

  void stay_up(const Subject& subject) {
    later(subject, draw(up_, streams_.at(subject).up), [this, subject] { go_down(subject); });
  }

  [[nodiscard]] sim::Duration draw(const sim::Distribution& distribution, sim::Random& random) {
    const sim::Duration length = distribution.draw(random);
    if (jitter_ <= 0) return length;
    const double stretch = 1 + jitter_ * (2 * random.uniform() - 1);
    const double stretched = static_cast<double>(length.count()) * stretch;
    if (stretched >= static_cast<double>(sim::longest_draw.count())) return sim::longest_draw;
    return sim::Duration(static_cast<std::int64_t>(stretched + 0.5));
  }

  sim::Distribution up_;
  sim::Distribution down_;
  double jitter_;
  Fault fault_;
  std::map<Subject, Streams> streams_;
};

}  // namespace

std::unique_ptr<FaultSource> start_flapping(SourceSurroundings surroundings,
                                            FaultLabel label,
                                            const FlapEvent& flap) {
  auto source = std::make_unique<Flapping>(std::move(surroundings), std::move(label), flap);
  source->start();
  return source;
}

}  // namespace firedrill::models
