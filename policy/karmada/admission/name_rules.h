#pragma once

/// What is wrong with a name, complaint by complaint: the reference reports each as an error of its
/// own, so their number is part of its behaviour. The yes-or-no forms are in policy/api/labels.h.
///
/// Follows apimachinery pkg/util/validation/validation.go.

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::policy::karmada {

/// Complaints about "name" or "prefix/name", the syntax of label and taint keys. Empty: none.
[[nodiscard]] std::vector<std::string> qualified_name_problems(std::string_view text);

/// Complaints about a label value.
[[nodiscard]] std::vector<std::string> label_value_problems(std::string_view text);

/// Complaints about the name of a Cluster: 1 to 48 characters, a DNS-1123 label.
[[nodiscard]] std::vector<std::string> cluster_name_problems(std::string_view text);

}  // namespace firedrill::policy::karmada
