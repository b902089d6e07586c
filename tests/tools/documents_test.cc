// What the documents show is what happens: every `firedrill` command in them works, and the output
// that the README shows is the program's.

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.h"

namespace firedrill::tools {
namespace {

namespace fs = std::filesystem;

struct Shown {
  std::string document;
  std::string command;
  std::string output;  // Lines shown below it, up to "…" or the next command.
};

/// The `$ firedrill …` commands in blocks of `console`.
std::vector<Shown> shown_commands(const std::string& document) {
  std::vector<Shown> shown;
  std::istringstream text(read_file(document));
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ ")) {
      shown.push_back({document, line.substr(2), {}});
    } else if (inside && !shown.empty()) {
      shown.back().output += line + "\n";
    }
  }
  return shown;
}

class Document : public testing::TestWithParam<std::string> {};

TEST_P(Document, ShowsWhatHappens) {
  const Folder folder;
  const std::string place = "'" + folder.path().string() + "'";
  for (const Shown& shown : shown_commands(GetParam())) {
    if (!shown.command.starts_with("firedrill ")) continue;
    const Outcome outcome = shell("ln -sfn \"$PWD\"/scenarios \"$PWD\"/tests " + place + "; cd " +
                                  place + "; " + shown.command);
    EXPECT_LE(outcome.status, 1) << shown.command << "\n" << outcome.err;
    const std::string elided = shown.output.substr(0, shown.output.find("…"));
    EXPECT_THAT(outcome.out + outcome.err, testing::StartsWith(elided)) << shown.command;
  }
}

/// A document with each table between `<!-- firedrill …` and `<!-- end -->` written anew, by that
/// very command.
std::string with_tables_of_today(const std::string& text) {
  const std::string opening = "<!-- firedrill ";
  const std::string closing = "<!-- end -->";
  std::string result;
  std::size_t place = 0;
  for (;;) {
    const std::size_t start = text.find(opening, place);
    if (start == std::string::npos) return result + text.substr(place);
    const std::size_t line_end = text.find(" -->\n", start);
    const std::size_t end = text.find(closing, line_end);
    if (end == std::string::npos) throw std::invalid_argument("a table without an end");
    const Outcome outcome =
        firedrill(text.substr(start + opening.size(), line_end - start - opening.size()));
    EXPECT_LE(outcome.status, 1) << outcome.err;
    result += text.substr(place, line_end - place) + " -->\n\n" + outcome.out + "\n";
    place = end;
  }
}

TEST(Documents, ComparisonsOfProfilesAreUpToDate) {
  const std::string page = "docs/profiles.md";
  const std::string today = with_tables_of_today(read_file(page));
  if (std::getenv("FIREDRILL_UPDATE_GOLDEN") != nullptr)
    std::ofstream(page, std::ios::binary) << today;
  EXPECT_EQ(read_file(page), today) << "FIREDRILL_UPDATE_GOLDEN=1 writes it anew";
}

TEST(Documents, ReadmeShowsARun) {
  EXPECT_GE(shown_commands("README.md").size(), 3U);
}

/// What a command writes is what the page holds.
void expect_page(const std::string& page, const std::string& command) {
  const Outcome outcome = shell(command);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(read_file(page), outcome.out) << "write it anew: " << command << " > " << page;
}

TEST(Documents, TablesOfSettingsAreUpToDate) {
  for (const std::string name : {"karmada", "kairship", "kairship-as-documented", "clusternet"})
    expect_page("docs/reference/" + name + ".md", "firedrill profiles " + name + " -o markdown");
  expect_page("docs/reference/profiles.md", "firedrill profiles --differences -o markdown");
}

TEST(Documents, ReferenceOfTheFormatIsUpToDate) {
  const Outcome outcome = shell("firedrill schema scenario -o markdown");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(read_file("docs/reference/scenario.md"), outcome.out);
}

std::vector<std::string> documents() {
  std::vector<std::string> files{"README.md", "docs/disasters/README.md"};
  for (const auto& entry : fs::directory_iterator("docs")) {
    if (entry.path().extension() == ".md") files.push_back(entry.path().string());
  }
  return files;
}

INSTANTIATE_TEST_SUITE_P(Documents,
                         Document,
                         testing::ValuesIn(documents()),
                         [](const auto& parameter) {
                           const fs::path path = parameter.param;
                           return path.parent_path().filename().string() + path.stem().string();
                         });

}  // namespace
}  // namespace firedrill::tools
