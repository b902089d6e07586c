#include "scenarios/source/document.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "files.h"

namespace firedrill::scenarios {
namespace {

class DocumentFile : public Files {};

TEST_F(DocumentFile, IsReadWithComments) {
  write("a.json", "// a scenario\n{\"b\": 1, \"a\": [/* none */]}\n");
  EXPECT_EQ(loaded("a.json"), R"({"a":[],"b":1})");
}

TEST_F(DocumentFile, HasOneSpelling) {
  write("a.json", "{\"é\": 0.10, \"b\": {\"z\": 1e3, \"a\": \"\\u0041\"}}");
  write("b.json", "{\"b\":{\"a\":\"A\",\"z\":1000.0},\n\"\\u00e9\": 1e-1}");
  EXPECT_EQ(loaded("a.json"), "{\"b\":{\"a\":\"A\",\"z\":1000.0},\"é\":0.1}");
  EXPECT_EQ(loaded("a.json"), loaded("b.json"));
}

TEST_F(DocumentFile, LocatesDiagnosticsOfReaders) {
  write("a.json", "{\n  \"x\": 1\n}");
  const auto document = load("a.json");
  ASSERT_TRUE(document.has_value());
  api::Diagnostics diagnostics;
  diagnostics.error("/x", "wrong", "right");
  diagnostics.add({api::Severity::warning, "/x", "odd", "", api::Anchor::key});
  document->locate(diagnostics);
  EXPECT_EQ(without_folder(diagnostics.render()),
            "a.json:2:3: /x: warning: odd\na.json:2:8: /x: wrong; right\n");
}

TEST_F(DocumentFile, MustExist) {
  EXPECT_EQ(errors("absent.json"), "absent.json: no such file; check the path");
}

TEST_F(DocumentFile, IsLimitedInSizeBeforeItIsRead) {
  write("a.json", "");
  std::filesystem::resize_file(folder_ / "a.json", std::uintmax_t{1} << 40U);
  EXPECT_EQ(errors("a.json"),
            "a.json: more than 67108864 bytes; limit input-bytes; --limit input-bytes=N raises it");
}

TEST_F(DocumentFile, TakesRaisedAndLoweredLimits) {
  write("a.json", "[[[1]]]");
  LoadOptions options;
  options.limits.depth = 2;
  EXPECT_EQ(errors("a.json", options),
            "a.json:1:3: /0/0: more than 2 levels of lists and objects; limit depth; --limit "
            "depth=N raises it, up to 1000");
}

TEST(DocumentText, IsTakenForTheFileOfThatName) {
  api::Diagnostics diagnostics;
  const auto document = load_document_text("[1]", "scenario.json", {}, diagnostics);
  ASSERT_TRUE(document.has_value());
  EXPECT_EQ(document->locate("/0"), (api::Position{"scenario.json", 1, 2}));
}

}  // namespace
}  // namespace firedrill::scenarios
