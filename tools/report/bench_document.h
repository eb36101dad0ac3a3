// Bench document: thaw.bench/1.
//
// Role in the flow: what `thaw bench` measured, as JSON, field by field as the interface has it;
// the page of bench --html is made of it, too.

#ifndef THAW_TOOLS_REPORT_BENCH_DOCUMENT_H_
#define THAW_TOOLS_REPORT_BENCH_DOCUMENT_H_

#include <string>
#include <string_view>

#include "bench/support/checkpoint_bench.h"
#include "tools/print/json_writer.h"

namespace thaw {

// shape: of a synthetic checkpoint; empty for another.
void WriteBenchDocument(const BenchReport& report, std::string_view shape, JsonWriter& json);

// "warm", "cold", "mixed".
std::string_view CacheStateName(CacheState state);

// "auto", "mmap", "pread", "direct".
std::string_view IoModeName(IoMode mode);

// "float32=bfloat16".
std::string ConversionText(const DTypePair& conversion);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_BENCH_DOCUMENT_H_
