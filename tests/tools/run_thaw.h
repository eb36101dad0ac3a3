// RunThaw: the built program, run as a user would type it.

#ifndef THAW_TESTS_TOOLS_RUN_THAW_H_
#define THAW_TESTS_TOOLS_RUN_THAW_H_

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thaw {

struct ThawRun {
  int exit_code = -1;  // 128 + n when signal n ended it
  std::string out;
  std::string err;

  // stdout as the one JSON document that it must be; discarded() when it is something else.
  nlohmann::json json() const { return nlohmann::json::parse(out, nullptr, false); }
};

// Runs `thaw` with the arguments and `input` as its standard input.
ThawRun RunThaw(const std::vector<std::string>& arguments, const std::string& input = "");

// Runs a line of bash, in which $THAW is the program, with positional parameters $1, $2, ….
ThawRun RunShell(const std::string& line, const std::vector<std::string>& parameters = {});

// A checkpoint of tests/golden or of TF2's objects there, the founding case's folder, and one of
// the real checkpoints.
std::string GoldenCheckpoint(const std::string& name);
std::string ObjectCheckpoint(const std::string& name);
std::string FoundingCase(const std::string& file);
std::string RealCheckpoint(const std::string& name);
bool HasRealCheckpoints();

}  // namespace thaw

#define THAW_SKIP_WITHOUT_REAL_CHECKPOINTS()                            \
  if (!::thaw::HasRealCheckpoints()) {                                  \
    GTEST_SKIP() << ::thaw::RealCheckpoint("") << " is not there; set " \
                 << "TENSORTHAW_REAL_CHECKPOINTS";                      \
  }

#endif  // THAW_TESTS_TOOLS_RUN_THAW_H_
