#include "scenarios/version.h"

namespace firedrill::scenarios {

std::string_view version() {
  return FIREDRILL_VERSION;
}

}  // namespace firedrill::scenarios
