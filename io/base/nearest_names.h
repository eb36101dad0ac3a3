// NearestNames: what somebody probably meant by a name that is not there.
//
// Role in the flow: hints of error messages, for tensors, variables and files. It must not know
// what the names name.

#ifndef THAW_IO_BASE_NEAREST_NAMES_H_
#define THAW_IO_BASE_NEAREST_NAMES_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thaw {

// At most `max` of the `count` candidates, nearest first, ties in candidate order. Near is: equal
// but for case; equal but for leading scopes ("w" and "model/w"); or few edits away (insert,
// delete, replace, swap of neighbours), about one in four letters.
// Cost is bounded whatever the names are: 0.2 s for 100,000 that are all alike; a tenth of it else.
std::vector<std::string> NearestNames(std::string_view wanted, std::size_t count,
                                      const std::function<std::string_view(std::size_t)>& name_at,
                                      std::size_t max = 3);

std::vector<std::string> NearestNames(std::string_view wanted,
                                      std::span<const std::string> candidates, std::size_t max = 3);
std::vector<std::string> NearestNames(std::string_view wanted,
                                      std::span<const std::string_view> candidates,
                                      std::size_t max = 3);

// "did you mean 'a', 'b' or 'c'?"; empty for no names.
std::string DidYouMean(std::span<const std::string> names);

}  // namespace thaw

#endif  // THAW_IO_BASE_NEAREST_NAMES_H_
