#pragma once

/// A folder with files for one test, and what loading one of them gives.

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "policy/api/diagnostic.h"
#include "scenarios/source/document.h"

namespace firedrill::scenarios {

class Files : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string(info->test_suite_name()) + "_" + info->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  [[nodiscard]] std::optional<Document> load(const std::string& name,
                                             const LoadOptions& options = {}) {
    diagnostics_ = api::Diagnostics(options.limits.errors_shown);
    auto document = load_document(path(name), options, diagnostics_);
    EXPECT_EQ(document.has_value(), diagnostics_.ok());
    return document;
  }

  /// The effective document; "" and a failure if there were errors.
  [[nodiscard]] std::string loaded(const std::string& name, const LoadOptions& options = {}) {
    const auto document = load(name, options);
    EXPECT_EQ(lines(), "");
    return document ? effective_text(*document->json) : "";
  }

  /// The errors of loading, the folder's own path left out.
  [[nodiscard]] std::string errors(const std::string& name, const LoadOptions& options = {}) {
    EXPECT_FALSE(load(name, options).has_value());
    return lines();
  }

  [[nodiscard]] std::string lines() const {
    std::string out = diagnostics_.render();
    if (!out.empty()) out.pop_back();
    return without_folder(std::move(out));
  }

  [[nodiscard]] std::string without_folder(std::string text) const {
    const std::string prefix = folder_.string() + "/";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  [[nodiscard]] std::string place(const Document& document,
                                  std::string_view pointer,
                                  api::Anchor anchor = api::Anchor::value) const {
    const api::Position position = document.locate(pointer, anchor);
    return without_folder(position.file) + ":" + std::to_string(position.line) + ":" +
           std::to_string(position.column);
  }

  std::filesystem::path folder_;
  api::Diagnostics diagnostics_;
};

}  // namespace firedrill::scenarios
