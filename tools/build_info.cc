#include "tools/build_info.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "policy/karmada/options.h"
#include "scenarios/version.h"
#include "sim/digest.h"

namespace firedrill::tools {
namespace {

namespace karmada = policy::karmada;

std::string policy_tables_digest() {
  sim::Sha256 sha256;
  for (const std::vector<karmada::OptionInfo>& table :
       {karmada::flag_table(), karmada::feature_gate_table(), karmada::component_table(),
        karmada::behaviour_table()}) {
    for (const karmada::OptionInfo& row : table) {
      for (const std::string& cell : {row.name, row.components, row.type, row.usual, row.inert}) {
        sha256.update(cell);
        sha256.update("\n");
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
