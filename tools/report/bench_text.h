// Bench text: what `thaw bench` measured, as a table for people.
//
// Role in the flow: the output of bench without --json.

#ifndef THAW_TOOLS_REPORT_BENCH_TEXT_H_
#define THAW_TOOLS_REPORT_BENCH_TEXT_H_

#include "bench/support/checkpoint_bench.h"
#include "tools/print/output_stream.h"

namespace thaw {

void WriteBenchText(const BenchReport& report, OutputStream& out);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_BENCH_TEXT_H_
