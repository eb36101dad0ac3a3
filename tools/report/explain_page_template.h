// The bytes of explain_page.html, which the build embeds.

#ifndef THAW_TOOLS_REPORT_EXPLAIN_PAGE_TEMPLATE_H_
#define THAW_TOOLS_REPORT_EXPLAIN_PAGE_TEMPLATE_H_

#include <string_view>

namespace thaw {

extern const std::string_view kExplainPageTemplate;

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_EXPLAIN_PAGE_TEMPLATE_H_
