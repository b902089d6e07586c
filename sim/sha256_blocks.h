#pragma once

// The inner loop of SHA-256: as the standard writes it, and by the processor's own instructions
// where it has them. Both give the same digest.

#include <array>
#include <cstddef>
#include <cstdint>

namespace firedrill::sim::internal {

using Sha256State = std::array<std::uint32_t, 8>;

inline constexpr std::size_t sha256_block_size = 64;

/// Takes `count` blocks of 64 bytes into the state.
using Sha256Blocks = void (*)(Sha256State& state, const char* blocks, std::size_t count);

/// Runs anywhere.
void sha256_portable(Sha256State& state, const char* blocks, std::size_t count);

/// By the SHA instructions of x86; null where this processor has none.
[[nodiscard]] Sha256Blocks sha256_by_instructions();

}  // namespace firedrill::sim::internal
