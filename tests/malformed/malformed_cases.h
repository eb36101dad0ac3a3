// The malformed checkpoints of this folder and what must become of each.
//
// Role in the flow: test support; cases.txt in, plain structs out. make_malformed.py describes the
// file.

#ifndef THAW_TESTS_MALFORMED_MALFORMED_CASES_H_
#define THAW_TESTS_MALFORMED_MALFORMED_CASES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace thaw {

struct MalformedCase {
  enum class Kind {
    kOk,     // every tensor is read, with the bytes in `values`
    kOpen,   // the checkpoint cannot be opened
    kEntry,  // the entry of `tensor` is refused, the rest can be listed
    kData,   // reading `tensor` fails
  };

  std::string name;
  std::map<std::string, std::string> files;  // by what follows the prefix
  Kind kind = Kind::kOk;
  std::string code;     // e.g. "DATA_LOSS"
  std::string words;    // in the message
  std::string tensor;   // that the Status names
  std::string problem;  // kEntry: as `thaw verify` calls it
  std::optional<std::uint64_t> offset;
  // kOk: what is read, by name; bytes, or for strings each in hexadecimal, ended by a comma.
  std::map<std::string, std::string> values;

  // V1's file has the checkpoint's own name.
  bool is_v1() const { return files.contains(""); }
};

// Reads cases.txt once. Aborts the test program with a message when it is malformed.
const std::vector<MalformedCase>& MalformedCases();

// The names of all cases with characters that a test's name may have.
std::string TestNameOf(const MalformedCase& malformed_case);

}  // namespace thaw

#endif  // THAW_TESTS_MALFORMED_MALFORMED_CASES_H_
