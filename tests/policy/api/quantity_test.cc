#include "policy/api/quantity.h"

#include <limits>

#include <gtest/gtest.h>

#include "vectors.h"

namespace firedrill::api {
namespace {

using test::Vector;

Quantity quantity(std::string_view text) {
  Result<Quantity> parsed = Quantity::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *std::move(parsed);
}

class QuantityVector : public testing::TestWithParam<Vector> {};

TEST_P(QuantityVector, MatchesKubernetes) {
  const Vector& vector = GetParam();
  const Result<Quantity> parsed = Quantity::parse(vector.input.at("text").get<std::string>());
  if (vector.expected.contains("error")) {
    EXPECT_FALSE(parsed) << parsed->text();
    return;
  }
  ASSERT_TRUE(parsed) << parsed.problem();
  EXPECT_EQ(parsed->text(), vector.expected.at("canonical").get<std::string>());
  EXPECT_EQ(to_string(parsed->format()), vector.expected.at("format").get<std::string>());
  EXPECT_EQ(parsed->sign(), vector.expected.at("sign").get<int>());
  if (vector.expected.contains("value")) {
    EXPECT_EQ(parsed->value(), vector.expected.at("value").get<std::int64_t>());
  }
  if (vector.expected.contains("milliValue")) {
    EXPECT_EQ(parsed->milli_value(), vector.expected.at("milliValue").get<std::int64_t>());
  }
}

INSTANTIATE_TEST_SUITE_P(Conformance,
                         QuantityVector,
                         testing::ValuesIn(test::load_vectors("quantity")),
                         test::test_name);

TEST(Quantity, IsZeroToBeginWith) {
  EXPECT_TRUE(Quantity().is_zero());
  EXPECT_EQ(Quantity().text(), "0");
  EXPECT_EQ(Quantity(), quantity("0Ki"));
}

TEST(Quantity, ComparesByNumberNotByText) {
  EXPECT_EQ(quantity("1"), quantity("1000m"));
  EXPECT_EQ(quantity("1Ki"), quantity("1024"));
  EXPECT_EQ(quantity("1e3"), quantity("1k"));
  EXPECT_EQ(quantity("01"), quantity("+1"));
  EXPECT_LT(quantity("1G"), quantity("1Gi"));
  EXPECT_LT(quantity("-1"), quantity("1n"));
  EXPECT_GT(quantity("-1n"), quantity("-1E"));
}

TEST(Quantity, ComparesAcrossTheLimitOf64Bits) {
  EXPECT_LT(quantity("9223372036854775807"), quantity("9223372036854775808"));
  EXPECT_LT(quantity("1"), quantity("1e9000"));
  EXPECT_LT(quantity("-1e9000"), quantity("1n"));
  EXPECT_LT(quantity("-1e9000"), quantity("-1n"));
  EXPECT_EQ(quantity("10e18"), quantity("10000000000000000000"));
}

TEST(Quantity, RoundsAwayFromZeroWhenAskedForWholeUnits) {
  EXPECT_EQ(quantity("1.5").value(), 2);
  EXPECT_EQ(quantity("-1.5").value(), -2);
  EXPECT_EQ(quantity("1n").milli_value(), 1);
  EXPECT_EQ(quantity("2").milli_value(), 2000);
  EXPECT_EQ(quantity("9e18").milli_value(), 0) << "does not fit: the reference answers 0";
  EXPECT_EQ(quantity("79552583593334485").milli_value(), 5765607298496278536) << "or wraps around";
}

TEST(Quantity, IsBuiltFromIntegers) {
  EXPECT_EQ(Quantity::from_milli(1500).text(), "1500m");
  EXPECT_EQ(Quantity::from_milli(2000).text(), "2");
  EXPECT_EQ(Quantity::from_units(2048, QuantityFormat::binary_si).text(), "2Ki");
  EXPECT_EQ(Quantity::from_units(1000, QuantityFormat::binary_si).text(), "1k")
      << "small numbers stay decimal";
  EXPECT_EQ(Quantity::from_units(1100, QuantityFormat::binary_si).text(), "1100");
  EXPECT_EQ(Quantity::from_units(std::numeric_limits<std::int64_t>::min()).text(),
            "-9223372036854775808");
}

TEST(Quantity, AddsAndSubtractsExactly) {
  EXPECT_EQ((quantity("1.5") + quantity("500m")).text(), "2");
  EXPECT_EQ((quantity("1Gi") - quantity("512Mi")).text(), "512Mi");
  EXPECT_EQ((quantity("1") - quantity("1n")).text(), "999999999n");
  EXPECT_EQ((quantity("1") - quantity("3")).text(), "-2");
  EXPECT_EQ((quantity("9223372036854775807") + quantity("1")).text(), "9223372036854775808");
  EXPECT_EQ((quantity("1e100") + quantity("1n") - quantity("1e100")), quantity("1n"));
  EXPECT_EQ((quantity("4Ei") * 256).text(), "1024Ei");
  EXPECT_EQ((quantity("250m") * 4).text(), "1");
}

TEST(Quantity, TakesTheFormatOfTheOtherWhenZero) {
  EXPECT_EQ((Quantity() + quantity("2048Ki")).text(), "2Mi");
  EXPECT_EQ((quantity("0Ki") + quantity("2k")).format(), QuantityFormat::decimal_si);
  EXPECT_EQ((quantity("1Ki") + quantity("1k")).text(), "2024") << "the left one's, otherwise";
}

TEST(Quantity, KeepsCanonicalTextOfTheInputOnly) {
  EXPECT_EQ(quantity("+1").text(), "+1");
  EXPECT_EQ((quantity("+1") + Quantity()).text(), "1") << "a sum is a new number";
}

TEST(Quantity, RefusesWhatWouldNeedUnboundedMemory) {
  EXPECT_FALSE(Quantity::parse("1e1000000000"));
  EXPECT_FALSE(Quantity::parse("1e-1000000000"));
  EXPECT_FALSE(Quantity::parse("1e99999999999999999999"));
  EXPECT_FALSE(Quantity::parse(std::string(2'000'000, '1')));
}

TEST(Quantity, NamesWhatIsWrong) {
  EXPECT_EQ(
      Quantity::parse("1Mb").problem(),
      "invalid quantity \"1Mb\": not a number with an optional suffix such as m, k, Mi or e3");
  EXPECT_EQ(Quantity::parse("1K").problem(), "invalid quantity \"1K\": unknown suffix");
}

}  // namespace
}  // namespace firedrill::api
