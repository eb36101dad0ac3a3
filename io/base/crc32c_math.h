// The arithmetic of CRC-32C: polynomials over GF(2) modulo P, all computed at compile time.
//
// Role in the flow: every constant of the checksum code comes from here. A remainder is kept in the
// reflected form of the CRC itself: bit i of a 32-bit value is the coefficient of x^(31-i).
// Source: RFC 3720 §12.1 (P = 0x11EDC6F41).

#ifndef THAW_IO_BASE_CRC32C_MATH_H_
#define THAW_IO_BASE_CRC32C_MATH_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace thaw::crc32c_math {

// 0x1EDC6F41, the terms of P below x^32, reflected.
inline constexpr std::uint32_t kPolynomial = 0x82f63b78u;
inline constexpr std::uint32_t kOne = 0x80000000u;  // x^0

constexpr std::uint32_t TimesX(std::uint32_t a) {
  return (a >> 1) ^ ((a & 1) != 0 ? kPolynomial : 0);
}

// The inverse of TimesX: x has one because P has the term 1.
constexpr std::uint32_t DividedByX(std::uint32_t a) {
  return (a & kOne) != 0 ? ((a ^ kPolynomial) << 1) | 1 : a << 1;
}

// a · b mod P.
constexpr std::uint32_t Multiply(std::uint32_t a, std::uint32_t b) {
  std::uint32_t product = 0;
  for (int i = 0; i < 32; ++i) {  // Horner's rule, from b's highest power
    product = TimesX(product);
    if (((b >> i) & 1) != 0) product ^= a;
  }
  return product;
}

// x^exponent mod P; the exponent may be negative.
constexpr std::uint32_t PowerOfX(std::int64_t exponent) {
  std::uint32_t square = exponent < 0 ? DividedByX(kOne) : TimesX(kOne);
  std::uint64_t left =
      exponent < 0 ? static_cast<std::uint64_t>(-exponent) : static_cast<std::uint64_t>(exponent);
  std::uint32_t power = kOne;
  for (; left != 0; left >>= 1) {
    if ((left & 1) != 0) power = Multiply(power, square);
    square = Multiply(square, square);
  }
  return power;
}

// [k] = x^(8 · 2^k + offset): what 2^k zero bytes multiply a remainder by, in a form that a
// multiplication with a fixed surplus of x^-offset takes.
constexpr std::array<std::uint32_t, 64> PowersOfTwoBytes(std::int64_t offset) {
  std::array<std::uint32_t, 64> powers{};
  std::uint32_t power = PowerOfX(8);
  const std::uint32_t correction = PowerOfX(offset);
  for (std::uint32_t& entry : powers) {
    entry = Multiply(power, correction);
    power = Multiply(power, power);
  }
  return powers;
}

// Tables for eight bytes a step: [k][b] is the remainder of byte b followed by k zero bytes.
using SliceTables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr SliceTables MakeSliceTables() {
  SliceTables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) remainder = TimesX(remainder);
    tables[0][byte] = remainder;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t shorter = tables[k - 1][byte];
      tables[k][byte] = (shorter >> 8) ^ tables[0][shorter & 0xff];
    }
  }
  return tables;
}

inline constexpr SliceTables kSliceTables = MakeSliceTables();

static_assert(TimesX(DividedByX(0x12345678u)) == 0x12345678u);
static_assert(Multiply(PowerOfX(1000), PowerOfX(-1000)) == kOne);
static_assert(PowerOfX((std::int64_t{1} << 31) - 1) == kOne);  // the order of x

}  // namespace thaw::crc32c_math

#endif  // THAW_IO_BASE_CRC32C_MATH_H_
