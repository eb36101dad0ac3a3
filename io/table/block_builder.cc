#include "io/table/block_builder.h"

#include <algorithm>

#include "io/base/coding.h"

namespace thaw {

void BlockBuilder::Add(std::string_view key, std::string_view value) {
  std::size_t shared = 0;
  if (restarts_.empty() || entries_since_restart_ == restart_interval_) {
    restarts_.push_back(static_cast<std::uint32_t>(buffer_.size()));
    entries_since_restart_ = 0;
  } else {
    const auto [in_last, in_key] =
        std::mismatch(last_key_.begin(), last_key_.end(), key.begin(), key.end());
    shared = static_cast<std::size_t>(in_key - key.begin());
  }
  AppendVarint64(shared, &buffer_);
  AppendVarint64(key.size() - shared, &buffer_);
  AppendVarint64(value.size(), &buffer_);
  buffer_.append(key.substr(shared));
  buffer_.append(value);
  last_key_.assign(key);
  ++entries_since_restart_;
}

std::size_t BlockBuilder::finished_size() const {
  // A block without entries has one restart point all the same.
  const std::size_t num_restarts = std::max<std::size_t>(1, restarts_.size());
  return buffer_.size() + (num_restarts + 1) * sizeof(std::uint32_t);
}

std::string_view BlockBuilder::Finish() {
  if (restarts_.empty()) restarts_.push_back(0);
  for (const std::uint32_t restart : restarts_) AppendLittleEndian(restart, &buffer_);
  AppendLittleEndian(static_cast<std::uint32_t>(restarts_.size()), &buffer_);
  return buffer_;
}

void BlockBuilder::Clear() {
  buffer_.clear();
  restarts_.clear();
  entries_since_restart_ = 0;
  last_key_.clear();
}

}  // namespace thaw
