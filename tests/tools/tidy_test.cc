// House rules that no compiler or linter checks, over every source file of the repository.

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace firedrill {
namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;
  std::vector<std::string> lines;
};

constexpr std::array<std::string_view, 7> code_folders{"sim",       "policy", "models", "analysis",
                                                       "scenarios", "tools",  "tests"};

Source read_source(const fs::path& path) {
  Source source{path.string(), {}};
  std::ifstream stream(path, std::ios::binary);
  for (std::string line; std::getline(stream, line);)
    source.lines.push_back(std::move(line));
  return source;
}

bool is_code(const fs::path& path) {
  return path.extension() == ".h" || path.extension() == ".cc";
}

std::vector<Source> code(bool with_tests) {
  std::vector<Source> sources;
  for (const std::string_view folder : code_folders) {
    if (folder == "tests" && !with_tests) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      if (is_code(entry.path())) sources.push_back(read_source(entry.path()));
    }
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// The line without what follows "//": comments may speak of what code may not do.
std::string_view without_comment(std::string_view line) {
  return line.substr(0, line.find("//"));
}

/// Whether `word` stands in the line as a word of its own.
bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word(line[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == line.size() || !is_word(line[end]))) return true;
  }
  return false;
}

/// What makes results depend on the library, the machine or the moment; style guide, determinism.
constexpr std::array<std::string_view, 30> banned{"system_clock",
                                                  "steady_clock",
                                                  "high_resolution_clock",
                                                  "random_device",
                                                  "mt19937",
                                                  "mt19937_64",
                                                  "uniform_int_distribution",
                                                  "uniform_real_distribution",
                                                  "normal_distribution",
                                                  "exponential_distribution",
                                                  "lognormal_distribution",
                                                  "weibull_distribution",
                                                  "std::shuffle",
                                                  "std::rand",
                                                  "srand",
                                                  "getenv",
                                                  "setlocale",
                                                  "std::locale",
                                                  "std::regex",
                                                  "thread_local",
                                                  "get_id",
                                                  "std::log",
                                                  "std::exp",
                                                  "std::pow",
                                                  "std::sin",
                                                  "std::cos",
                                                  "std::tgamma",
                                                  "std::log2",
                                                  "std::log10",
                                                  "std::cbrt"};

TEST(Tidy, NothingFromOutsideDecidesOrPrints) {
  std::size_t lines = 0;
  for (const Source& source : code(false)) {
    if (source.path.starts_with("tools/")) continue;
    // Keeps names that each thread met last: saves a lock, and what a name is does not depend on
    // it.
    const bool interns = source.path == "policy/api/name.cc";
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      ++lines;
      const std::string_view line = without_comment(source.lines[i]);
      for (const std::string_view word : banned) {
        if (interns && word == "thread_local") continue;
        EXPECT_FALSE(has_word(line, word)) << source.path << ":" << i + 1 << ": " << word;
      }
    }
  }
  EXPECT_GT(lines, 10'000U) << "the test looked at the wrong folder";
}

TEST(Tidy, UnorderedContainersAreNotIterated) {
  // Look-up is what they are for. A range-for over one would print in the library's order.
  for (const Source& source : code(false)) {
    std::vector<std::string> names;
    for (const std::string& line : source.lines) {
      const std::string_view text = without_comment(line);
      const bool declares = text.find("unordered_map<") != std::string_view::npos ||
                            text.find("unordered_set<") != std::string_view::npos;
      const std::size_t close = text.rfind('>');
      if (!declares || close == std::string_view::npos) continue;
      std::string name;
      for (std::size_t at = close + 1; at < text.size(); ++at) {
        if (is_word(text[at]))
          name += text[at];
        else if (!name.empty())
          break;
      }
      if (!name.empty()) names.push_back(name);
    }
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      for (const std::string& name : names) {
        EXPECT_EQ(source.lines[i].find(": " + name + ")"), std::string::npos)
            << source.path << ":" << i + 1 << ": iterates " << name;
      }
    }
  }
}

TEST(Tidy, FilesFitTheHead) {
  for (const Source& source : code(true))
    EXPECT_LE(source.lines.size(), 600U) << source.path;
}

TEST(Tidy, HeadersOpenWithWhatTheyAreFor) {
  for (const Source& source : code(false)) {
    if (!source.path.ends_with(".h")) continue;
    ASSERT_GE(source.lines.size(), 3U) << source.path;
    EXPECT_EQ(source.lines[0], "#pragma once") << source.path;
    EXPECT_TRUE(source.lines[2].starts_with("//")) << source.path;
  }
}

TEST(Tidy, NoMarkersAreLeftBehind) {
  // Spelt in two parts, so that this file isn't found.
  const std::vector<std::string> markers{
      std::string("TO") + "DO", std::string("FIX") + "ME",      std::string("XX") + "X",
      std::string("HA") + "CK", std::string("GTEST_") + "SKIP", std::string("DIS") + "ABLED_"};
  for (const Source& source : code(true)) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      for (const std::string& marker : markers)
        EXPECT_FALSE(has_word(source.lines[i], marker))
            << source.path << ":" << i + 1 << ": " << marker;
    }
  }
}

TEST(Tidy, NoPathOfOnesOwnMachine) {
  const std::vector<std::string> places{std::string("/ro") + "ot/", std::string("/ho") + "me/",
                                        std::string("/wo") + "rk/"};
  for (const Source& source : code(true)) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      for (const std::string& place : places) {
        // Inside of a longer path the word is somebody's folder name.
        const std::size_t at = source.lines[i].find(place);
        const bool absolute =
            at != std::string::npos && (at == 0 || !is_word(source.lines[i][at - 1]));
        EXPECT_FALSE(absolute) << source.path << ":" << i + 1;
      }
    }
  }
}

TEST(Tidy, EverySourceIsBuilt) {
  for (const Source& source : code(true)) {
    const fs::path path = source.path;
    if (path.extension() != ".cc") continue;
    bool listed = false;
    for (fs::path folder = path.parent_path(); !listed && !folder.empty();
         folder = folder.parent_path()) {
      std::ifstream stream(folder / "CMakeLists.txt");
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      listed = text.find(fs::relative(path, folder).string()) != std::string::npos;
    }
    EXPECT_TRUE(listed) << source.path << " is in no CMakeLists.txt";
  }
}

TEST(Tidy, EveryLibraryFileIsAScenarioOrPartOfOne) {
  // Scenarios and studies are run by the ctest entries library…; a part that none includes is dead.
  std::string all;
  std::vector<fs::path> parts;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator("scenarios/library")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream stream(entry.path());
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    all += text;
    const bool whole = text.find("\"kind\": \"Scenario\"") != std::string::npos ||
                       text.find("\"kind\": \"Study\"") != std::string::npos;
    if (!whole) parts.push_back(entry.path());
  }
  for (const fs::path& part : parts) {
    EXPECT_NE(all.find("/" + part.filename().string() + "\""), std::string::npos)
        << part << " is included by no scenario";
  }
}

}  // namespace
}  // namespace firedrill
