#include "io/table/table_builder.h"

#include <algorithm>

#include "io/base/bytes.h"

namespace thaw {
namespace {

// An entry of at least that many block sizes gets a block of its own (table_builder.cc in
// TensorFlow 2.21).
constexpr std::size_t kLargeEntryBlocks = 2;

// A short key that is at least `last` and below `next`, chosen as TensorFlow does: `last` cut after
// the first byte in which they differ, that byte incremented; `last` itself where that is too much.
std::string SeparatorBetween(std::string_view last, std::string_view next) {
  const auto differing =
      std::mismatch(last.begin(), last.end(), next.begin(), next.end()).first - last.begin();
  const auto at = static_cast<std::size_t>(differing);
  if (at >= last.size() || at >= next.size()) return std::string(last);
  const auto byte = static_cast<unsigned char>(last[at]);
  if (byte == 0xff || byte + 1 >= static_cast<unsigned char>(next[at])) return std::string(last);
  std::string separator(last.substr(0, at + 1));
  separator.back() = static_cast<char>(byte + 1);
  return separator;
}

// A short key that is at least `last`: `last` cut after the first byte that can be incremented.
std::string SeparatorAfter(std::string_view last) {
  const std::size_t at = last.find_first_not_of('\xff');
  if (at == std::string_view::npos) return std::string(last);
  std::string separator(last.substr(0, at + 1));
  separator.back() = static_cast<char>(static_cast<unsigned char>(last[at]) + 1);
  return separator;
}

Status AlreadyFinished() { return FailedPreconditionError("the table is finished"); }

}  // namespace

TableBuilder::TableBuilder(std::string* out, const TableBuilderOptions& options)
    : options_(options),
      out_(out),
      data_block_(options.restart_interval),
      index_block_(/*restart_interval=*/1) {}

Status TableBuilder::Add(std::string_view key, std::string_view value) {
  if (is_finished_) return AlreadyFinished();
  if (has_key_ && key <= last_key_) {
    return InvalidArgumentError("keys must be added in rising byte order, each once");
  }
  if (key.size() + value.size() >= kLargeEntryBlocks * options_.block_size) FlushBlock();
  if (has_pending_handle_) AppendIndexEntry(SeparatorBetween(last_key_, key));
  data_block_.Add(key, value);
  last_key_.assign(key);
  has_key_ = true;
  if (data_block_.finished_size() >= options_.block_size) FlushBlock();
  return Status();
}

Status TableBuilder::Finish() {
  if (is_finished_) return AlreadyFinished();
  is_finished_ = true;
  FlushBlock();
  const BlockHandle metaindex = AppendBlock(BlockBuilder(options_.restart_interval).Finish());
  if (has_pending_handle_) AppendIndexEntry(SeparatorAfter(last_key_));
  const BlockHandle index = AppendBlock(index_block_.Finish());
  AppendFooter({metaindex, index}, out_);
  return Status();
}

void TableBuilder::FlushBlock() {
  if (data_block_.empty()) return;
  pending_handle_ = AppendBlock(data_block_.Finish());
  has_pending_handle_ = true;
  data_block_.Clear();
}

void TableBuilder::AppendIndexEntry(std::string_view separator) {
  std::string value;
  AppendBlockHandle(pending_handle_, &value);
  index_block_.Add(separator, value);
  has_pending_handle_ = false;
}

BlockHandle TableBuilder::AppendBlock(std::string_view contents) {
  const BlockHandle handle{file_offset_, contents.size()};
  out_->append(contents);
  AppendBlockTrailer(AsBytes(contents), BlockCompression::kNone, out_);
  file_offset_ += contents.size() + kBlockTrailerSize;
  return handle;
}

}  // namespace thaw
