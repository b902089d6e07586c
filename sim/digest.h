#pragma once

// SHA-256 (FIPS 180-4), to tell by 64 characters whether two runs were equal.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::sim {

using Digest = std::array<std::uint8_t, 32>;

/// Lower-case hexadecimal, 64 characters.
[[nodiscard]] std::string hex(const Digest& digest);

/// Computes the digest of bytes that come in pieces; how they are cut makes no difference.
class Sha256 {
 public:
  void update(std::string_view bytes);

  /// The digest of all bytes so far. More may follow.
  [[nodiscard]] Digest digest() const;

 private:
  static constexpr std::size_t block_size = 64;

  void compress(const char* block);

  // The first 32 bits of the fractions of the square roots of the first 8 primes.
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<char, block_size> pending_{};
  std::uint64_t size_ = 0;
};

/// The digest of some bytes, in hexadecimal.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace firedrill::sim
