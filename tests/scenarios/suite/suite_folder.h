#pragma once

/// A folder of scenarios, made by hand for one test, and what a suite says of it.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <stdlib.h>

#include "scenarios/suite/suite.h"

namespace firedrill::scenarios {

/// Two clusters and a workload; member0 is tainted at 30s. `parts` are members that are added or,
/// by their key, replaced: {"events": "[]"}.
struct Mini {
  std::string name = "mini";
  std::string metadata = {};  ///< Further members of `metadata`, after a comma.
  std::string objects = "[]";
  std::string events =
      R"([{"at": "30s", "taint": {"cluster": "member0", "key": "maintenance", "effect": "NoExecute"}}])";
  std::string expect =
      R"([{"event": {"kind": "TaintAdded", "cluster": "member0", "taint": {"key": "maintenance"}}}])";

  [[nodiscard]] std::string text() const {
    return R"({"apiVersion": "firedrill/v1", "kind": "Scenario", "metadata": {"name": ")" + name +
           "\"" + metadata + R"(}, "simulation": {"duration": "2m"},
 "controlPlane": {"flags": {"enable-no-execute-taint-eviction": true, "allow-no-execute-taint-policy": true},
                  "featureGates": {"Failover": true}},
 "clusters": [{"template": {"nodes": [{"allocatable": {"cpu": "8", "memory": "8Gi", "pods": "40"}}]},
               "count": 2, "namePrefix": "member"}],
 "workloads": [{"name": "web", "replicas": 2,
                "placement": {"clusterAffinity": {"clusterNames": ["member0", "member1"]}}}],
 "objects": )" +
           objects + ", \"events\": " + events + ", \"expect\": " + expect + "}";
  }
};

/// Taints every cluster that is Ready.
inline const std::string always_tainting = R"([{"apiVersion": "policy.karmada.io/v1alpha1",
 "kind": "ClusterTaintPolicy", "metadata": {"name": "p"},
 "spec": {"addOnConditions": [{"conditionType": "Ready", "operator": "In", "statusValues": ["True"]}],
          "taints": [{"key": "x", "effect": "NoExecute"}]}}])";

class SuiteFolder {
 public:
  SuiteFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "firedrill-suite-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  SuiteFolder(const SuiteFolder&) = delete;
  SuiteFolder& operator=(const SuiteFolder&) = delete;
  ~SuiteFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string path() const { return path_.string(); }

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream stream(path_ / name, std::ios::binary);
    if (!stream) throw std::runtime_error("no file " + name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(path_ / name);
  }

  /// The report on the whole folder.
  [[nodiscard]] SuiteReport suite(const SuiteOptions& options = {}) const {
    api::Diagnostics diagnostics;
    const std::vector<std::string> paths{path()};
    const std::vector<SuiteEntry> entries = find_suite(paths, "", Limits{}, diagnostics);
    if (!diagnostics.ok()) throw std::runtime_error(diagnostics.render());
    return play_suite(entries, options);
  }
  /// The same, with goldens written.
  [[nodiscard]] SuiteReport suite(GoldenOptions golden) const {
    SuiteOptions options;
    options.play.golden = golden;
    return suite(options);
  }

 private:
  std::filesystem::path path_;
};

/// The case of that name. Throws if there is none.
inline const SuiteCase& case_of(const SuiteReport& report,
                                std::string_view name,
                                std::size_t file = 0) {
  for (const SuiteCase& one : report.files.at(file).cases) {
    if (one.name.starts_with(name)) return one;
  }
  throw std::runtime_error("no case " + std::string(name));
}

inline std::vector<std::string> case_names(const SuiteFile& file) {
  std::vector<std::string> names;
  for (const SuiteCase& one : file.cases)
    names.push_back(one.name);
  return names;
}

}  // namespace firedrill::scenarios
