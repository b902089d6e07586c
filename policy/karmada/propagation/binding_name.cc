#include "policy/karmada/propagation/binding_name.h"

#include <string>
#include <utility>

namespace firedrill::policy::karmada {

api::Key binding_key(std::string_view kind, std::string_view space, std::string_view name) {
  std::string key(name);
  key += '-';
  for (const char c : kind)
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return {std::string(space), std::move(key)};
}

std::string affinity_index_value(std::string_view space, std::string_view group) {
  return std::string(space).append(" ").append(group);
}

std::string permanent_id(const api::Labels& labels, const api::Key& binding) {
  const auto label = labels.find(permanent_id_label);
  return label == labels.end() ? binding.space + "/" + binding.name : label->second;
}

}  // namespace firedrill::policy::karmada
