#include "engine/kernels/copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "engine/kernels/row_copy.h"
#include "tests/engine/kernels/guarded_buffer.h"

namespace thaw {
namespace {

TEST(CopyTest, EveryFormCopiesExactlyItsRange) {
  // Past one chunk of the chunked form, and not a multiple of anything.
  constexpr std::size_t kLargest = (std::size_t{4} << 20) + 12345;
  std::vector<std::byte> source(kLargest);
  for (std::size_t i = 0; i < kLargest; ++i) source[i] = static_cast<std::byte>(i * 31 >> 3);

  for (const CopyForm& form : CopyForms()) {
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{4097}, kLargest}) {
      std::vector<std::byte> destination(kLargest + 1, std::byte{0xc5});

      form.copy(destination.data(), source.data(), n);

      EXPECT_TRUE(std::equal(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(n),
                             destination.begin()))
          << form.name << " " << n;
      EXPECT_EQ(destination[n], std::byte{0xc5}) << form.name << " " << n;
    }
  }
}

TEST(CopyTest, FormsHaveDistinctNamesAndMemcpyIsTheFirst) {
  std::set<std::string_view> names;
  for (const CopyForm& form : CopyForms()) names.insert(form.name);

  EXPECT_EQ(names.size(), CopyForms().size());
  EXPECT_EQ(CopyForms().front().name, "memcpy");
}

// Every row length up to some lines, at every distance of the destination from a line.
TEST(CopyTest, RowsComeToTheirPlacesAndNothingElseDoes) {
  constexpr std::size_t kRows = 3, kLongest = 330;
  const GuardedBuffer source(kRows * (kLongest + 7));
  for (std::size_t i = 0; i < source.size(); ++i) {
    source.begin()[i] = static_cast<std::byte>(i * 31 >> 3);
  }
  for (std::size_t length = 1; length <= kLongest; ++length) {
    const RowShape rows = {.row_bytes = length,
                           .num_rows = kRows,
                           .source_stride = length + length % 7,
                           .destination_stride = length + length % 70};
    // The last row ends where nobody may read.
    const std::byte* const src = source.LastBytes((kRows - 1) * rows.source_stride + length);
    std::vector<std::byte> destination(kRows * rows.destination_stride + 64, std::byte{0xc5});
    std::vector<std::byte> expected = destination;
    const std::size_t begin = length * 13 % 64;
    for (std::size_t r = 0; r < kRows; ++r) {
      std::copy_n(
          src + r * rows.source_stride, length,
          expected.begin() + static_cast<std::ptrdiff_t>(begin + r * rows.destination_stride));
    }

    CopyRows(destination.data() + begin, src, rows);
    FinishRows();

    ASSERT_EQ(destination, expected) << length;
  }
}

}  // namespace
}  // namespace thaw
