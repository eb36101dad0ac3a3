// Explain page: the report of explain as one self-contained HTML page.
//
// Role in the flow: explain --html. The page itself is explain_page.html, embedded at build time;
// here the data goes into it. Names are any bytes and may be hostile: they get in only as JSON in
// which no "<" is left, and the page shows them as text.

#ifndef THAW_TOOLS_REPORT_EXPLAIN_PAGE_H_
#define THAW_TOOLS_REPORT_EXPLAIN_PAGE_H_

#include <string>

#include "engine/report.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// Untrusted input: yes (names).
std::string ExplainPage(const Report& report, const CheckpointReader& checkpoint);

// Writes the page to `path` in one step; a file that is there is replaced.
// Errors: as AtomicFile.
Status WriteExplainPage(const Report& report, const CheckpointReader& checkpoint,
                        const std::string& path);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_EXPLAIN_PAGE_H_
