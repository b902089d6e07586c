#include "sim/sha256_blocks.h"

#include <bit>

#if defined(__x86_64__)
#include <cstring>

#include <cpuid.h>
#include <immintrin.h>
#endif

namespace firedrill::sim::internal {
namespace {

// The first 32 bits of the fractions of the cube roots of the first 64 primes.
alignas(16) constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t big_endian(const char* bytes) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i)
    word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

void compress(Sha256State& state, const char* block) {
  std::array<std::uint32_t, 64> words{};
  for (std::size_t i = 0; i < 16; ++i)
    words[i] = big_endian(block + 4 * i);
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t x = words[i - 15];
    const std::uint32_t y = words[i - 2];
    const std::uint32_t sigma0 = std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3);
    const std::uint32_t sigma1 = std::rotr(y, 17) ^ std::rotr(y, 19) ^ (y >> 10);
    words[i] = words[i - 16] + sigma0 + words[i - 7] + sigma1;
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t choice = (e & f) ^ (~e & g);
    const std::uint32_t first = h + sum1 + choice + round_constants[i] + words[i];
    const std::uint32_t sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + sum0 + majority;
  }
  const std::array<std::uint32_t, 8> added = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i] += added[i];
}

#if defined(__x86_64__)

#define FIREDRILL_SHA [[gnu::target("sha,sse4.1,ssse3")]]

template <class Words>
FIREDRILL_SHA __m128i load(const Words* words) {
  __m128i loaded;
  std::memcpy(&loaded, words, sizeof loaded);
  return loaded;
}

/// The instructions keep the state as (a, b, e, f) and (c, d, g, h), highest word first.
FIREDRILL_SHA void compress_by_instructions(Sha256State& state,
                                            const char* blocks,
                                            std::size_t count) {
  const __m128i big_endian_words = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i badc = _mm_shuffle_epi32(load(state.data()), 0xB1);
  const __m128i hgfe = _mm_shuffle_epi32(load(state.data() + 4), 0x1B);
  __m128i abef = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, badc, 0xF0);
  for (; count != 0; --count, blocks += sha256_block_size) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i words[4];  // NOLINT(*-c-arrays): of a vector type
    for (std::size_t i = 0; i < 4; ++i)
      words[i] = _mm_shuffle_epi8(load(blocks + 16 * i), big_endian_words);
    for (std::size_t round = 0; round < 64; round += 4) {
      const __m128i now = words[0];
      const __m128i added = _mm_add_epi32(now, load(round_constants.data() + round));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0E));
      const __m128i sigma0 = _mm_sha256msg1_epu32(now, words[1]);
      const __m128i sum = _mm_add_epi32(sigma0, _mm_alignr_epi8(words[3], words[2], 4));
      const __m128i next = _mm_sha256msg2_epu32(sum, words[3]);
      words[0] = words[1];
      words[1] = words[2];
      words[2] = words[3];
      words[3] = next;
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  const __m128i abcd = _mm_blend_epi16(feba, dchg, 0xF0);
  const __m128i efgh = _mm_alignr_epi8(dchg, feba, 8);
  std::memcpy(state.data(), &abcd, sizeof abcd);
  std::memcpy(state.data() + 4, &efgh, sizeof efgh);
}

#undef FIREDRILL_SHA

#endif

}  // namespace

void sha256_portable(Sha256State& state, const char* blocks, std::size_t count) {
  for (; count != 0; --count, blocks += sha256_block_size)
    compress(state, blocks);
}

Sha256Blocks sha256_by_instructions() {
#if defined(__x86_64__)
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  constexpr unsigned sse41 = 1U << 19U;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & sse41) == 0) return nullptr;
  constexpr unsigned sha = 1U << 29U;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (b & sha) == 0) return nullptr;
  return compress_by_instructions;
#else
  return nullptr;
#endif
}

}  // namespace firedrill::sim::internal
