#include "tests/malformed/malformed_cases.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

[[noreturn]] void Die(const std::string& line) {
  std::fprintf(stderr, "cases.txt: malformed line: %s\n", line.c_str());
  std::abort();
}

// The text before the first space, and what follows it.
std::pair<std::string, std::string> Split(const std::string& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return {text, ""};
  return {text.substr(0, space), text.substr(space + 1)};
}

MalformedCase::Kind KindFrom(const std::string& text) {
  if (text == "ok") return MalformedCase::Kind::kOk;
  if (text == "open") return MalformedCase::Kind::kOpen;
  if (text == "entry") return MalformedCase::Kind::kEntry;
  if (text == "data") return MalformedCase::Kind::kData;
  Die(text);
}

// Names are percent-encoded; one too long for that is a run in hexadecimal.
std::string NameFrom(const std::string& text) {
  return text.starts_with('(') ? HexDecoded(text) : PercentDecoded(text);
}

// A value as bytes, or as it is where it lists strings.
std::string ValueFrom(const std::string& text) {
  return text.find(',') == std::string::npos ? HexDecoded(text) : text;
}

void AddFact(const std::string& line, MalformedCase* out) {
  const auto [word, rest] = Split(line);
  const auto [first, second] = Split(rest);
  if (word == "file") {
    out->files[first] = HexDecoded(second);
  } else if (word == "expect") {
    out->kind = KindFrom(rest);
  } else if (word == "code") {
    out->code = rest;
  } else if (word == "words") {
    out->words = rest;
  } else if (word == "tensor") {
    out->tensor = NameFrom(rest);
  } else if (word == "problem") {
    out->problem = rest;
  } else if (word == "offset") {
    out->offset = std::stoull(rest);
  } else if (word == "value") {
    out->values[NameFrom(first)] = ValueFrom(second);
  } else if (word != "about" && word != "tf" && word != "differs") {
    Die(line);
  }
}

std::vector<MalformedCase> ReadCases() {
  std::vector<MalformedCase> cases;
  std::istringstream lines(ReadFileBytes(THAW_MALFORMED_FOLDER "/cases.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("case ")) {
      cases.emplace_back().name = line.substr(5);
    } else if (!line.empty()) {
      if (cases.empty()) Die(line);
      AddFact(line, &cases.back());
    }
  }
  return cases;
}

}  // namespace

const std::vector<MalformedCase>& MalformedCases() {
  static const std::vector<MalformedCase> cases = ReadCases();
  return cases;
}

std::string TestNameOf(const MalformedCase& malformed_case) {
  std::string name = malformed_case.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace thaw
