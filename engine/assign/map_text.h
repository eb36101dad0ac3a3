// Map text: an entry of an assignment map as the program would write it.
//
// Role in the flow: a word of every sentence about maps: errors, findings, advice, the tables of
// reports. Whether an entry makes sense is not known here.

#ifndef THAW_ENGINE_ASSIGN_MAP_TEXT_H_
#define THAW_ENGINE_ASSIGN_MAP_TEXT_H_

#include <string>
#include <string_view>

#include "engine/variables/variable.h"

namespace thaw {

// `"new/"`, `{"variable": "w_1"}`, `{"variables": ["w/part_0", "w/part_1"]}`; in Python
// `<Variable 'w_1'>` and a list of such.
std::string MapValueText(const MapValue& value, MapNotation notation);

// `"w": "a/w"`: an entry among others.
std::string MapPairText(std::string_view key, const MapValue& value, MapNotation notation);

// `{"w": "a/w"}`: the entry as a map of its own.
std::string EntryText(std::string_view key, const MapValue& value, MapNotation notation);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_MAP_TEXT_H_
