// Name order: tensor names as people sort and group them.
//
// Role in the flow: listings for people. Documents for programs keep byte order.

#ifndef THAW_TOOLS_LISTING_NAME_ORDER_H_
#define THAW_TOOLS_LISTING_NAME_ORDER_H_

#include <string>
#include <string_view>

namespace thaw {

// A strict order in which runs of digits compare as numbers: layer_2 before layer_10. Names that
// differ only in leading zeros compare bytewise.
bool ComesBefore(std::string_view a, std::string_view b);

// `name` with each run of digits as "#": "layer_#/kernel".
std::string NamePattern(std::string_view name);

}  // namespace thaw

#endif  // THAW_TOOLS_LISTING_NAME_ORDER_H_
