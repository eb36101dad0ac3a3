#include "io/base/utf8.h"

namespace thaw {
namespace {

// Sequences that begin with the bytes [first_lead, last_lead]: their length, and the range of the
// second byte. Further bytes are 80..BF.
struct SequenceForm {
  unsigned char first_lead;
  unsigned char last_lead;
  std::size_t length;
  unsigned char second_low;
  unsigned char second_high;
};

constexpr SequenceForm kForms[] = {
    {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf}, {0xe1, 0xec, 3, 0x80, 0xbf},
    {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf}, {0xf0, 0xf0, 4, 0x90, 0xbf},
    {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

unsigned char ByteAt(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

bool Fits(const SequenceForm& form, std::string_view bytes) {
  if (bytes.size() < form.length) return false;
  if (ByteAt(bytes, 1) < form.second_low || ByteAt(bytes, 1) > form.second_high) return false;
  for (std::size_t i = 2; i < form.length; ++i) {
    if ((ByteAt(bytes, i) & 0xc0) != 0x80) return false;
  }
  return true;
}

}  // namespace

std::size_t Utf8SequenceLength(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const unsigned char lead = ByteAt(bytes, 0);
  if (lead < 0x80) return 1;
  for (const SequenceForm& form : kForms) {
    if (lead >= form.first_lead && lead <= form.last_lead) {
      return Fits(form, bytes) ? form.length : 0;
    }
  }
  return 0;
}

bool IsValidUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = Utf8SequenceLength(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

bool AppendUtf8(std::uint32_t code_point, std::string* out) {
  if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return false;
  if (code_point < 0x80) {
    *out += static_cast<char>(code_point);
    return true;
  }
  const int continuations = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
  constexpr unsigned kLeads[] = {0xc0, 0xe0, 0xf0};
  *out += static_cast<char>(kLeads[continuations - 1] | (code_point >> (6 * continuations)));
  for (int i = continuations - 1; i >= 0; --i) {
    *out += static_cast<char>(0x80 | ((code_point >> (6 * i)) & 0x3f));
  }
  return true;
}

}  // namespace thaw
