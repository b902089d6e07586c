#include "sim/digest.h"

#include <algorithm>

#include "sim/sha256_blocks.h"

namespace firedrill::sim {
namespace {

/// Chosen once by what the processor can; both ways give the same.
internal::Sha256Blocks best_way() {
  static const internal::Sha256Blocks by_instructions = internal::sha256_by_instructions();
  return by_instructions != nullptr ? by_instructions : internal::sha256_portable;
}

}  // namespace

void Sha256::update(std::string_view bytes) {
  const auto filled = static_cast<std::size_t>(size_ % block_size);
  size_ += bytes.size();
  if (filled != 0) {
    const std::size_t taken = std::min(bytes.size(), block_size - filled);
    std::copy_n(bytes.data(), taken, pending_.data() + filled);
    bytes.remove_prefix(taken);
    if (filled + taken < block_size) return;
    compress(pending_.data());
  }
  for (; bytes.size() >= block_size; bytes.remove_prefix(block_size))
    compress(bytes.data());
  std::copy_n(bytes.data(), bytes.size(), pending_.data());
}

Digest Sha256::digest() const {
  // A one bit, zeros, and the number of bits fill the last block.
  Sha256 last = *this;
  std::array<char, 2 * block_size> padding{};
  padding[0] = '\x80';
  const auto filled = static_cast<std::size_t>(size_ % block_size);
  const std::size_t zeros_end = (filled < 56 ? 56 : 120) - filled;
  for (std::size_t i = 0; i < 8; ++i)
    padding[zeros_end + i] = static_cast<char>(size_ * 8 >> (56 - 8 * i));
  last.update({padding.data(), zeros_end + 8});
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(last.state_[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

void Sha256::compress(const char* block) {
  best_way()(state_, block, 1);
}

std::string hex(const Digest& digest) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hex(hash.digest());
}

}  // namespace firedrill::sim
