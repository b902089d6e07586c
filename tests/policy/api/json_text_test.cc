#include "policy/api/json_text.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace firedrill::api {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

/// The diagnostics of parsing a text, as lines; "" if there are none.
std::string errors_of(std::string text, const TextLimits& limits = {}) {
  Diagnostics diagnostics;
  const auto parsed = parse_json_text(std::move(text), "f", limits, diagnostics);
  EXPECT_EQ(parsed.has_value(), diagnostics.ok());
  std::string lines = diagnostics.render();
  if (!lines.empty()) lines.pop_back();
  return lines;
}

JsonText parsed(std::string text) {
  Diagnostics diagnostics;
  auto result = parse_json_text(std::move(text), "f", {}, diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  return result ? std::move(*result) : JsonText{};
}

std::string place(const JsonText& text, std::string_view pointer, Anchor anchor = Anchor::value) {
  const Position position = text.positions->locate(pointer, anchor);
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

struct Broken {
  std::string text;
  std::string line;
};

class BrokenTexts : public testing::TestWithParam<Broken> {};

TEST_P(BrokenTexts, AreRefusedWithPlaceProblemAndRemedy) {
  EXPECT_EQ(errors_of(GetParam().text), GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    JsonText,
    BrokenTexts,
    testing::Values(
        Broken{"", "f:1:1: the file is empty; it must hold a JSON value"},
        Broken{" // nothing\n", "f:2:1: the file is empty; it must hold a JSON value"},
        Broken{"{\"a\":",
               "f:1:6: /a: the text ends inside an object; is it cut off? A closing "
               "bracket may be missing"},
        Broken{"[1,\n[2",
               "f:2:3: /1: the text ends inside a list; is it cut off? A closing bracket "
               "may be missing"},
        Broken{"[\"ab", "f:1:2: a text without closing quote; close it"},
        Broken{"[\"a\nb\"]",
               "f:1:2: a text without closing quote; close it on the same line; a "
               "line break inside is written \\n"},
        Broken{"{\"a\":1,}", "f:1:8: a comma before the end of an object; remove the comma"},
        Broken{"[1,]", "f:1:4: a comma before the end of a list; remove the comma"},
        Broken{"[,1]", "f:1:2: a comma without a value before it; remove the comma"},
        Broken{"[1,,2]", "f:1:4: a comma without a value before it; remove the comma"},
        Broken{"[1 2]", "f:1:4: \"2\" where \",\" or \"]\" is expected; put a comma between"},
        Broken{"{\"a\":1 \"b\":2}",
               "f:1:8: a text where \",\" or \"}\" is expected; put a comma between"},
        Broken{"{\"a\" 1}",
               "f:1:6: /a: \"1\" where \":\" is expected; a colon stands between key "
               "and value"},
        Broken{"{a:1}", "f:1:2: \"a\" where a key is expected; a key stands in double quotes"},
        Broken{"['a']", "f:1:2: a text in single quotes; JSON wants double quotes"},
        Broken{"[1}", "f:1:3: \"}\" where \",\" or \"]\" is expected; close the list with \"]\""},
        Broken{"[1]]", "f:1:4: \"]\" after the end of the document; a file holds one value"},
        Broken{"{} {}", "f:1:4: \"{\" after the end of the document; a file holds one value"},
        Broken{"[NaN]", "f:1:2: NaN is no JSON number; give a finite number"},
        Broken{"[-Infinity]", "f:1:2: -Infinity is no JSON number; give a finite number"},
        Broken{"[1e999]",
               "f:1:2: \"1e999\" is too large for a number; the largest is about "
               "1.8e308"},
        Broken{"[01]",
               "f:1:2: \"01\" is no JSON number; write it like -12, 0.5 or 1e3; anything "
               "else, such as a quantity, in double quotes"},
        Broken{"{\"cpu\": 500m}",
               "f:1:9: \"500m\" is no JSON number; write it like -12, 0.5 or "
               "1e3; anything else, such as a quantity, in double quotes"},
        Broken{"[True]", "f:1:2: unknown word \"True\"; write true"},
        Broken{"[None]", "f:1:2: unknown word \"None\"; write null"},
        Broken{"[yes]",
               "f:1:2: unknown word \"yes\"; a text stands in double quotes; other words "
               "are true, false and null"},
        Broken{"[\"\\x\"]",
               "f:1:3: unknown escape \\x; JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r "
               "\\t and \\uXXXX"},
        Broken{"[\"\\ud800\"]",
               "f:1:3: half of a surrogate pair, \\ud800; write both halves, or "
               "the character itself"},
        Broken{"[\"\\udc00x\"]",
               "f:1:3: half of a surrogate pair, \\udc00; write both halves, or "
               "the character itself"},
        Broken{"[\"\\u12\"]", "f:1:3: \\u without four hexadecimal digits; write \\u00e9 for é"},
        Broken{"[\"\t\"]", "f:1:3: control character \"\\t\" in a text; write \\t"},
        Broken{"[\0]"s, "f:1:2: a NUL byte; remove it; inside a text it is written \\u0000"},
        Broken{"[\"\xff\"]", "f:1:3: byte 0xff is no valid UTF-8; save the file as UTF-8"},
        Broken{"[\"\xc0\xaf\"]", "f:1:3: byte 0xc0 is no valid UTF-8; save the file as UTF-8"},
        Broken{"[\"\xed\xa0\x80\"]", "f:1:3: byte 0xed is no valid UTF-8; save the file as UTF-8"},
        Broken{"[\"\xf4\x90\x80\x80\"]",
               "f:1:3: byte 0xf4 is no valid UTF-8; save the file as UTF-8"},
        Broken{"\xef\xbb\xbf{}",
               "f:1:1: the file starts with a byte order mark; save it as UTF-8 without one"},
        Broken{"\xff\xfe{", "f:1:1: the file is UTF-16; save it as UTF-8"},
        Broken{"[1,\r2]",
               "f:1:4: a carriage return without a line feed; end lines with LF or CR "
               "LF, not with CR alone"},
        Broken{"[1, /* x", "f:1:5: a comment /* without its end; close it with */"}));

TEST(JsonText, AllowsComments) {
  const auto text = parsed("// head\n{ /* in /* it */ \"a\" /**/ : // after\r\n 1 , \"b\":[]}/**/");
  EXPECT_EQ(text.json->dump(), R"({"a":1,"b":[]})");
  EXPECT_EQ(place(text, "/a"), "3:2");
}

TEST(JsonText, KnowsWhereEveryValueAndKeyStands) {
  const auto text = parsed("{\n  \"é\": [1, {\"x\": \"y\"}],\n  \"b\\u0041\": null\n}");
  EXPECT_EQ(place(text, ""), "1:1");
  EXPECT_EQ(place(text, "/é"), "2:8");
  EXPECT_EQ(place(text, "/é", Anchor::key), "2:3");
  EXPECT_EQ(place(text, "/é/1/x"), "2:18");
  EXPECT_EQ(place(text, "/é/1/x", Anchor::key), "2:13");
  EXPECT_EQ(place(text, "/bA"), "3:14");
}

TEST(JsonText, FallsBackToTheNearestAncestorForWhatIsNotThere) {
  const auto text = parsed("{\"a\": [1]}");
  EXPECT_EQ(place(text, "/a/7/x"), "1:7");
  EXPECT_EQ(place(text, "/a/x"), "1:7");
  EXPECT_EQ(place(text, "/b", Anchor::key), "1:1");
}

TEST(JsonText, ReportsEveryDuplicateKeyWithBothPlaces) {
  EXPECT_EQ(errors_of("{\"a\":{\"b\":1,\n\"b\":2,\"b\":{\"c\":1,\"c\":2}},\"\\u0061\":3}"),
            "f:2:1: /a/b: duplicate key \"b\"; it stands in line 1, column 7 already; remove one\n"
            "f:2:7: /a/b: duplicate key \"b\"; it stands in line 1, column 7 already; remove one\n"
            "f:2:18: /a/b/c: duplicate key \"c\"; it stands in line 2, column 12 already; remove "
            "one\n"
            "f:2:26: /a: duplicate key \"a\"; it stands in line 1, column 2 already; remove one");
}

TEST(JsonText, KeepsIntegersExactly) {
  const auto text =
      parsed("[9007199254740993, -9223372036854775808, 18446744073709551615, -0, 0.1]");
  EXPECT_EQ(text.json->dump(),
            "[9007199254740993,-9223372036854775808,18446744073709551615,0,0.1]");
  EXPECT_TRUE((*text.json)[2].is_number_unsigned());
}

TEST(JsonText, LimitsTheDepth) {
  const TextLimits three{1000, 3};
  EXPECT_EQ(errors_of("[[[1]]]", three), "");
  EXPECT_EQ(errors_of("[[0,[{}]]]", three),
            "f:1:6: /0/1/0: more than 3 levels of lists and objects; limit depth; --limit depth=N "
            "raises it, up to 1000");
}

TEST(JsonText, LimitsTheSize) {
  EXPECT_EQ(errors_of("[1234567]", {8, 3}),
            "f: more than 8 bytes; limit input-bytes; --limit input-bytes=N raises it");
}

TEST(JsonText, RefusesAMillionLevelsAtOnce) {
  for (const std::size_t levels : {std::size_t{10'000}, std::size_t{1'000'000}}) {
    std::string objects;
    for (std::size_t i = 0; i < levels; ++i)
      objects += "{\"a\":";
    EXPECT_THAT(errors_of(std::string(levels, '[')), HasSubstr("more than 128 levels"));
    EXPECT_THAT(errors_of(std::move(objects)), HasSubstr("more than 128 levels"));
  }
}

TEST(JsonText, CountsAMillionDuplicateKeysAndShowsAHundred) {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 1'000'000; ++i)
    text += ",\"a\":0";
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_json_text(text + "}", "f", {}, diagnostics).has_value());
  EXPECT_EQ(diagnostics.error_count(), 1'000'000U);
  EXPECT_EQ(diagnostics.shown().size(), 100U);
}

TEST(JsonText, ParsesAKeyOfAHundredThousandCharacters) {
  const std::string key(100'000, 'k');
  const auto text = parsed("{\"" + key + "\": [1]}");
  EXPECT_EQ(place(text, "/" + key + "/0"), "1:100007");
}

// Every pointer's place must be where that very value starts in the text.
void expect_positions(const nlohmann::json& value,
                      const std::string& pointer,
                      const JsonPositions& positions,
                      const std::string& text) {
  const Position position = positions.locate(pointer);
  std::size_t offset = 0;
  for (std::uint32_t line = 1; line < position.line; ++line)
    offset = text.find('\n', offset) + 1;
  offset += position.column - 1;
  const char expected = value.is_object()   ? '{'
                        : value.is_array()  ? '['
                        : value.is_string() ? '"'
                                            : value.dump().front();
  ASSERT_EQ(text.at(offset), expected) << pointer << " in\n" << text;
  for (const auto& [key, child] : value.items()) {
    if (value.is_structured())
      expect_positions(child, child_pointer(pointer, key), positions, text);
  }
}

// A small generator of its own: the same texts on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state_ >> 33U) % bound;
  }

 private:
  std::uint64_t state_;
};

std::string random_value(Dice& dice, int levels) {
  const std::vector<std::string> scalars = {"1",    "-2",          "0.5", "true",
                                            "null", "\"a\\\"/b\"", "\"\""};
  const std::vector<std::string> blanks = {"", " ", "\n", "/* , */", "// ]\n"};
  const auto blank = [&] { return blanks[dice.below(blanks.size())]; };
  const std::size_t kind = levels == 0 ? 0 : dice.below(3);
  if (kind == 0) return scalars[dice.below(scalars.size())];
  std::string out = kind == 1 ? "[" : "{";
  const std::size_t size = dice.below(4);
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ",";
    out += blank();
    if (kind == 2) out += "\"k" + std::to_string(i) + "\"" + blank() + ":" + blank();
    out += random_value(dice, levels - 1) + blank();
  }
  return out + (kind == 1 ? "]" : "}");
}

TEST(JsonText, FindsEveryValueOfRandomTextsWhereItStands) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Dice dice(seed);
    const std::string text = random_value(dice, 4);
    const auto result = parsed(text);
    ASSERT_NE(result.json, nullptr);
    EXPECT_EQ(*result.json, nlohmann::json::parse(text, nullptr, true, true));
    expect_positions(*result.json, "", *result.positions, text);
  }
}

// The library underneath is the oracle of what is JSON; ours must explain whatever it refuses.
TEST(JsonText, AgreesWithTheLibraryOnDamagedTexts) {
  const std::string_view bytes = "{}[]\",:/*\\ue0-1.+\n\x01 ant";
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    Dice dice(seed);
    std::string text = random_value(dice, 3);
    for (std::size_t edits = dice.below(3); edits > 0; --edits) {
      const std::size_t at = dice.below(text.size() + 1);
      const char byte = bytes[dice.below(bytes.size())];
      switch (dice.below(3)) {
        case 0:
          text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), byte);
          break;
        case 1:
          text.erase(std::min(at, text.size() - 1), text.size() > 1 ? 1 : 0);
          break;
        default:
          text.resize(std::max<std::size_t>(at, 1));
      }
    }
    const auto oracle = nlohmann::json::parse(text, nullptr, false, true);
    Diagnostics diagnostics;
    const auto result = parse_json_text(text, "f", {}, diagnostics);
    if (result) {
      EXPECT_EQ(*result->json, oracle) << text;
      continue;
    }
    ++refused;
    ASSERT_EQ(diagnostics.shown().empty(), false) << text;
    const std::string line = diagnostics.render();
    const bool ours = line.find("duplicate key") != std::string::npos;
    EXPECT_TRUE(oracle.is_discarded() || ours) << text << "\n" << line;
  }
  EXPECT_GT(refused, 1000);
}

class TextFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(testing::TempDir()) / (std::string("json_text_") + info->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string error_of(const std::string& path, const TextLimits& limits = {}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(read_text_file(path, limits, diagnostics).has_value());
    return diagnostics.shown().empty() ? "" : diagnostics.shown().front().problem;
  }

  std::filesystem::path folder_;
};

TEST_F(TextFile, IsReadWhole) {
  std::ofstream(folder_ / "a") << std::string(200'000, 'x');
  Diagnostics diagnostics;
  EXPECT_EQ(read_text_file((folder_ / "a").string(), {}, diagnostics)->size(), 200'000U);
}

TEST_F(TextFile, MustBeARegularOne) {
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of((folder_ / "pipe").string()), "is a named pipe");
  EXPECT_EQ(error_of(folder_.string()), "is a directory");
  EXPECT_EQ(error_of("/dev/zero"), "is a device");
  EXPECT_EQ(error_of((folder_ / "absent").string()), "no such file");
}

TEST_F(TextFile, IsRefusedBeforeReadingWhenItIsTooLarge) {
  std::ofstream(folder_ / "a").close();
  // Sparse: a terabyte that nobody could read in the time of a test.
  std::filesystem::resize_file(folder_ / "a", std::uintmax_t{1} << 40U);
  EXPECT_EQ(error_of((folder_ / "a").string()), "more than 67108864 bytes");
}

}  // namespace
}  // namespace firedrill::api
