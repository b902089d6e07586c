#include "scenarios/random/dice.h"

namespace firedrill::scenarios::random {

api::Duration Dice::instant(api::Duration low, api::Duration high) {
  const api::Duration drawn = random_.uniform(low, high < low ? low : high);
  if (chance(0.8)) return std::chrono::floor<std::chrono::seconds>(drawn);
  return std::chrono::floor<std::chrono::milliseconds>(drawn);
}

models::DurationModel Dice::length(api::Duration typical) {
  using models::DistributionKind;
  models::DurationModel model;
  model.distribution = chance(0.5)
                           ? DistributionKind::constant
                           : one_of({DistributionKind::uniform, DistributionKind::exponential,
                                     DistributionKind::lognormal, DistributionKind::weibull,
                                     DistributionKind::empirical});
  switch (model.distribution) {
    case DistributionKind::constant:
      model.value = typical;
      return model;
    case DistributionKind::uniform:
      model.min = typical / 2;
      model.max = typical * 2;
      return model;
    case DistributionKind::exponential:
      model.mean = typical;
      break;
    case DistributionKind::lognormal:
      model.median = typical;
      model.sigma = one_of({0.2, 0.5, 1.0});
      break;
    case DistributionKind::weibull:
      model.shape = one_of({0.7, 1.0, 2.0});
      model.scale = typical;
      break;
    case DistributionKind::empirical:
      model.values = {typical / 2, typical, typical * 3};
      if (chance(0.5)) model.p = {3, 2, 1};
      break;
  }
  // Long tails would make one seed in many a different test.
  model.max = typical * 8;
  if (chance(0.3)) model.min = typical / 8;
  return model;
}

}  // namespace firedrill::scenarios::random
