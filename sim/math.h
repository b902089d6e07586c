#pragma once

// Elementary functions that give the same bits on every machine: made of + - * / sqrt and bit
// patterns alone, since libm picks its code by processor and differs in the last bits. Build with
// -ffp-contract=off and without -ffast-math.
//
// Results are within 1 ulp of the true value (2 ulp where the result is subnormal). Special values
// are those of IEEE 754. log, exp and pow work in pairs of doubles inside (Dekker, "A
// floating-point technique for extending the available precision", 1971).

namespace firedrill::sim {

/// Natural logarithm. log(0) is -infinity; of a negative number, not-a-number.
[[nodiscard]] double log(double x);

/// e to the power of x; infinity above 709.78, zero below -745.14.
[[nodiscard]] double exp(double x);

/// x to the power of y, for x >= 0; a negative x gives not-a-number, whatever y. pow(x, 0) and
/// pow(1, y) are 1.
[[nodiscard]] double pow(double x, double y);

/// The x for which a standard normal variable is below x with probability p: -infinity at 0,
/// infinity at 1, not-a-number outside of [0, 1]. Relative error about 1e-15. Follows Wichura,
/// "Algorithm AS 241" (1988).
[[nodiscard]] double normal_quantile(double p);

}  // namespace firedrill::sim
