#include "scenarios/source/document.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "policy/api/json_text.h"
#include "scenarios/source/include.h"
#include "scenarios/source/override.h"
#include "scenarios/source/table.h"

namespace firedrill::scenarios {

void Document::locate(api::Diagnostics& diagnostics) const {
  diagnostics.locate([this](const api::Diagnostic& diagnostic) {
    return locate(diagnostic.pointer, diagnostic.anchor);
  });
}

std::optional<Document> load_document(const std::string& path,
                                      const LoadOptions& options,
                                      api::Diagnostics& diagnostics) {
  auto text = api::read_text_file(path, options.limits.text(), diagnostics);
  if (!text) return std::nullopt;
  const std::string name = path == "-" ? "<stdin>" : path;
  return load_document_text(std::move(*text), name, options, diagnostics);
}

std::optional<Document> load_document_text(std::string text,
                                           const std::filesystem::path& file,
                                           const LoadOptions& options,
                                           api::Diagnostics& diagnostics) {
  const std::size_t bytes = text.size();
  const std::size_t errors_before = diagnostics.error_count();
  auto parsed =
      api::parse_json_text(std::move(text), file.string(), options.limits.text(), diagnostics);
  if (!parsed) return std::nullopt;
  Includer includer(file.parent_path(), options.limits, diagnostics);
  Document document;
  document.origin = includer.expand_root(*parsed, file, bytes);
  document.json = std::move(parsed->json);
  for (const std::string& text_of_option : options.overrides) {
    apply_override(text_of_option, document, includer, options.limits, diagnostics);
  }
  document.files.push_back(file.string());
  document.files.insert(document.files.end(), includer.files().begin(), includer.files().end());
  if (diagnostics.error_count() != errors_before) return std::nullopt;
  expand_tables(document, file.parent_path(), options.limits, diagnostics);
  if (diagnostics.error_count() != errors_before) return std::nullopt;
  return document;
}

std::string effective_text(const nlohmann::json& document) {
  return document.dump();
}

}  // namespace firedrill::scenarios
