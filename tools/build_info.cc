#include "tools/build_info.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "policy/clusternet/options.h"
#include "policy/karmada/profile_defaults.h"
#include "policy/profiles.h"
#include "scenarios/version.h"
#include "sim/digest.h"

namespace firedrill::tools {
namespace {

namespace karmada = policy::karmada;

using Tables = std::vector<std::vector<policy::OptionInfo>>;

Tables tables_of(const policy::Profile& profile) {
  if (profile.system == policy::System::clusternet) {
    namespace clusternet = policy::clusternet;
    return {clusternet::flag_table(), clusternet::feature_gate_table(),
            clusternet::component_table()};
  }
  const karmada::Options defaults = karmada::default_options(profile.name);
  return {karmada::flag_table(defaults), karmada::feature_gate_table(defaults),
          karmada::component_table(defaults), karmada::behaviour_table(defaults),
          karmada::mechanics_table(defaults.release)};
}

std::string policy_tables_digest() {
  sim::Sha256 sha256;
  for (const policy::Profile& profile : policy::profiles) {
    for (const std::vector<policy::OptionInfo>& table : tables_of(profile)) {
      for (const policy::OptionInfo& row : table) {
        for (const std::string& cell : {row.name, row.components, row.type, row.usual, row.inert}) {
          sha256.update(cell);
          sha256.update("\n");
        }
      }
    }
  }
  return sim::hex(sha256.digest());
}

}  // namespace

std::string version_text() {
  return fmt::format("firedrill {}\ncommit {}\npolicies sha256:{}\n", scenarios::version(),
                     commit(), policy_tables_digest());
}

}  // namespace firedrill::tools
