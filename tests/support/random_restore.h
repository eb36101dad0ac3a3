// RandomRestore: a random checkpoint, random requests for it, and what they must get.
//
// Role in the flow: the input of the executors' tests. The expected elements come from the
// elementwise reference (CutSlice), never from the code under test; conversions alone are taken
// from the scalar kernels.

#ifndef THAW_TESTS_SUPPORT_RANDOM_RESTORE_H_
#define THAW_TESTS_SUPPORT_RANDOM_RESTORE_H_

#include <cstddef>
#include <deque>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/plan/request.h"
#include "tests/support/in_memory_checkpoint.h"

namespace thaw {

class RandomRestore {
 public:
  // What buffers are filled with beforehand.
  static constexpr std::byte kCanary{0xca};

  // The same seed makes the same restore. About every second checkpoint has the other byte order.
  explicit RandomRestore(unsigned seed);

  InMemoryCheckpoint& checkpoint() { return checkpoint_; }
  std::span<const Request> requests() const { return requests_; }

  // Flips a bit of some tensor's bytes; returns its name.
  std::string DamageOneByte(unsigned seed);

  bool IsExpected(std::size_t request) const;
  // For strings: the receiver is as it was.
  bool IsFilledWith(std::size_t request, std::byte value) const;

 private:
  void AddTensor(int number);
  void AddStrings(int number);
  void AddRequest(const std::string& tensor, DType dtype, const Shape& shape,
                  const std::string& elements);
  TensorSlice RandomBox(const Shape& shape);
  std::int64_t Draw(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

  std::mt19937 random_;
  InMemoryCheckpoint checkpoint_;
  std::vector<std::string> names_;
  std::vector<Request> requests_;
  std::deque<std::string> expected_;  // by request; bytes
  std::deque<std::vector<std::byte>> buffers_;
  std::deque<std::vector<std::string>> strings_;
  std::deque<std::vector<std::string>> expected_strings_;  // by request
};

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_RANDOM_RESTORE_H_
