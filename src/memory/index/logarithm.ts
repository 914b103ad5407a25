// The natural logarithm from additions, multiplications and divisions alone. Math.log may differ in
// its last bit from one runtime to another, and a last bit can turn two hits round; IEEE 754 rounds
// these operations the same everywhere.

const LN_2 = 0.6931471805599453;
const SQRT_2 = 1.4142135623730951;
// ln(m) = 2 (s + s^3/3 + s^5/5 + …) with s = (m - 1) / (m + 1); for m within √2 of 1 the terms
// shrink by 34 each, so eleven of them reach the precision of a double.
const SERIES_TERMS = 11;

/** ln(x) for a finite x > 0. */
export function naturalLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa > SQRT_2; exponent++) mantissa /= 2;
  for (; mantissa < SQRT_2 / 2; exponent--) mantissa *= 2;
  const s = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let term = SERIES_TERMS - 1; term >= 0; term--) sum = sum * s * s + 1 / (2 * term + 1);
  return exponent * LN_2 + 2 * s * sum;
}
