// The strdup of this module, hidden from others (module.map). The module looks for symbols in its
// own libraries first (tensorthaw/_loader.py), so that its `free` is the C library's even in a
// process whose allocator was replaced by preloading another (jemalloc, tcmalloc). The C library's
// strdup uses the replaced `malloc` there, and nanobind gives such copies to `free`. This one takes
// the `malloc` that belongs to the module's `free`.
#include <cstdlib>
#include <cstring>

extern "C" char* strdup(const char* text) noexcept {
  const std::size_t size = std::strlen(text) + 1;
  void* copy = std::malloc(size);
  return copy == nullptr ? nullptr : static_cast<char*>(std::memcpy(copy, text, size));
}
