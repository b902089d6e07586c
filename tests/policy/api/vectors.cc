#include "vectors.h"

#include <fstream>
#include <stdexcept>

namespace firedrill::test {

std::vector<Vector> load_vectors(const std::string& area) {
  const std::string path = "tests/conformance/karmada/" + area + ".json";
  std::ifstream file(path);
  if (!file)
    throw std::runtime_error(path + " cannot be read; run from the root of the repository");
  std::vector<Vector> vectors;
  const auto document = nlohmann::json::parse(file);
  for (const auto& item : document.at("cases")) {
    vectors.push_back({item.at("name"), item.at("input"), item.at("expected")});
  }
  if (vectors.empty()) throw std::runtime_error(path + " holds no cases");
  return vectors;
}

std::string test_name(const testing::TestParamInfo<Vector>& info) {
  std::string name = info.param.name;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
}

void PrintTo(const Vector& vector, std::ostream* out) {
  *out << vector.name << ' ' << vector.input;
}

}  // namespace firedrill::test
