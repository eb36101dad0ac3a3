// BlockCache: the decoded blocks of one V1 file that several readers want at about the same time.
//
// Role in the flow: an executor cuts a large tensor into chunks and visits them from several
// threads; each block is decoded once for all of them, and dropped when its last byte was taken. It
// must not know offsets.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_BLOCK_CACHE_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_BLOCK_CACHE_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "io/base/result.h"
#include "io/checkpoint/bundle_v1/decoded_block.h"

namespace thaw {

// Thread-safe. Threads may wait for each other, but only for one that is decoding or holds a block,
// and no thread may hold two.
class BlockCache {
 public:
  // What all blocks together take, those in use included; a single one may take more.
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{64} << 20;

  // Decodes a block. Called without a lock, and for each block by one thread at a time.
  using Decode = std::function<Result<std::shared_ptr<const DecodedBlock>>(std::uint32_t block)>;

  explicit BlockCache(Decode decode) : decode_(std::move(decode)) {}
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  // A block that stays in memory as long as this lives.
  class Lease {
   public:
    Lease(BlockCache* cache, std::uint32_t block, std::shared_ptr<const DecodedBlock> decoded)
        : cache_(cache), block_(block), decoded_(std::move(decoded)) {}
    ~Lease() {
      if (decoded_ != nullptr) cache_->Release(block_, taken_bytes_);
    }
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;

    const DecodedBlock& operator*() const { return *decoded_; }
    // Notes that so many bytes of the block were taken and will not be wanted again.
    void Took(std::uint64_t num_bytes) { taken_bytes_ += num_bytes; }

   private:
    BlockCache* cache_;
    std::uint32_t block_;
    std::uint64_t taken_bytes_ = 0;
    std::shared_ptr<const DecodedBlock> decoded_;
  };

  // Waits while other blocks in use fill the cache, or while another thread decodes this one.
  //   estimate: bytes that decoding takes at most, as far as is known before it.
  // Errors: as DecodedBlock::Decode. What that throws is passed on.
  Result<Lease> Get(std::uint32_t block, std::uint64_t estimate);

 private:
  struct Slot {
    std::shared_ptr<const DecodedBlock> decoded;  // nullptr while it is being decoded
    std::uint64_t num_bytes = 0;
    std::uint64_t taken_bytes = 0;
    std::uint64_t last_use = 0;
    std::uint32_t num_leases = 0;
  };

  Result<std::shared_ptr<const DecodedBlock>> DecodeOrForget(std::uint32_t block);
  void Release(std::uint32_t block, std::uint64_t taken_bytes);
  bool MakeRoom(std::uint64_t num_bytes);
  void Drop(std::map<std::uint32_t, Slot>::iterator slot);

  const Decode decode_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint32_t, Slot> slots_;  // by block
  std::uint64_t num_bytes_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_BLOCK_CACHE_H_
