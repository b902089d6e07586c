// SHA-256 against the examples of FIPS 180-4 and the long message of the NIST test suite.

#include "sim/digest.h"

#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "sim/sha256_blocks.h"

namespace firedrill::sim {
namespace {

TEST(Sha256, MatchesTheStandardsExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

TEST(Sha256, MatchesTheMillionLetters) {
  Sha256 hash;
  const std::string thousand(1000, 'a');
  for (int i = 0; i < 1000; ++i)
    hash.update(thousand);
  EXPECT_EQ(hex(hash.digest()), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesAreCut) {
  for (std::size_t size = 0; size < 200; ++size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
      text += static_cast<char>(i * 37);
    const std::string whole = sha256_hex(text);
    for (const std::size_t cut : {std::size_t{0}, size / 3, size / 2, size}) {
      Sha256 hash;
      hash.update(std::string_view(text).substr(0, cut));
      (void)hash.digest();  // looking at the digest changes nothing
      hash.update(std::string_view(text).substr(cut));
      EXPECT_EQ(hex(hash.digest()), whole) << size << " bytes cut at " << cut;
    }
  }
}

TEST(Sha256, IsTheSameByTheProcessorsInstructions) {
  const internal::Sha256Blocks by_instructions = internal::sha256_by_instructions();
  if (by_instructions == nullptr)
    return;  // This processor has none; the portable way is tested above.
  std::string bytes;
  for (std::size_t i = 0; i < 64 * internal::sha256_block_size; ++i)
    bytes += static_cast<char>(i * i * 31 + (i >> 5));
  for (std::size_t count = 0; count < 64; ++count) {
    internal::Sha256State portable = {1, 0x80000000, 3, 0xffffffff, 5, 6, 0x7fffffff, 8};
    internal::Sha256State instructed = portable;
    // One byte on, so that nothing is aligned.
    internal::sha256_portable(portable, bytes.data() + 1, count);
    by_instructions(instructed, bytes.data() + 1, count);
    EXPECT_EQ(portable, instructed) << count << " blocks";
  }
}

}  // namespace
}  // namespace firedrill::sim
