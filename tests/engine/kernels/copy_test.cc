#include "engine/kernels/copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

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

}  // namespace
}  // namespace thaw
