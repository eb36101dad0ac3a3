#include "io/table/entry_list.h"

namespace thaw {

Status EntryList::Append(const BlockEntry& entry) {
  THAW_RETURN_IF_ERROR(keys_.Append(entry));
  values_.insert(values_.end(), entry.value.begin(), entry.value.end());
  begins_.push_back(static_cast<std::uint32_t>(values_.size()));
  return Status();
}

}  // namespace thaw
