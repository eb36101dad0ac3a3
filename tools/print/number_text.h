// Text for numbers: exact for programs, short for people.
//
// Role in the flow: used by everything that prints. It must not know where a number comes from.

#ifndef THAW_TOOLS_PRINT_NUMBER_TEXT_H_
#define THAW_TOOLS_PRINT_NUMBER_TEXT_H_

#include <cstdint>
#include <string>

namespace thaw {

// The shortest text that reads back as exactly this double, always with a point or an exponent
// ("1.0", "-0.0", "1e+300"), so that it stays a real number in JSON. NaN and infinities: "NaN",
// "Infinity", "-Infinity".
std::string RealText(double value);

// The shortest text that tells this float from its neighbours: 0.1f is "0.1".
std::string FloatText(float value);

// About four digits, for figures: "1.234", "12.3", "0.00012".
std::string FigureText(double value);

// "17 B", "1.5 KiB", "392.5 MiB".
std::string HumanBytes(std::uint64_t bytes);

// "12,345".
std::string GroupedText(std::uint64_t number);

// "0.8 ms", "3.2 s", "2 min 5 s".
std::string HumanSeconds(double seconds);

// Bytes a second in decimal units, as disks and memories are sold: "17.1 GB/s"; empty for less
// than a megabyte, which tells nothing.
std::string HumanRate(std::uint64_t bytes, double seconds);

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_NUMBER_TEXT_H_
