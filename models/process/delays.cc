#include "models/process/delays.h"

#include <utility>
#include <variant>

namespace firedrill::models {

Delays::Delays(const sim::Distribution& distribution,
               const sim::Streams& streams,
               std::string entity,
               std::string purpose) {
  if (std::holds_alternative<sim::Constant>(distribution.shape)) {
    sim::Random unused(0);
    constant_ = distribution.draw(unused);
    return;
  }
  drawn_.emplace(Drawn{distribution, streams, std::move(entity), std::move(purpose), {}});
}

sim::Duration Delays::next(std::string_view object) {
  if (!drawn_) return constant_;
  std::string name(object);
  auto found = drawn_->by_object.find(name);
  if (found == drawn_->by_object.end()) {
    const sim::Random stream = drawn_->streams.stream(drawn_->entity + "/" + name, drawn_->purpose);
    found = drawn_->by_object.emplace(std::move(name), stream).first;
  }
  return drawn_->distribution.draw(found->second);
}

sim::Duration Delays::next(const api::Key& object) {
  if (!drawn_) return constant_;
  return next(object.space + "/" + object.name);
}

sim::Duration Delays::at(sim::Time instant) const {
  if (!drawn_) return constant_;
  sim::Random stream = drawn_->streams.stream(
      drawn_->entity + "/" + std::to_string((instant - sim::start_time).count()), drawn_->purpose);
  return drawn_->distribution.draw(stream);
}

}  // namespace firedrill::models
