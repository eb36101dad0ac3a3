#include "tests/conformance/executor_suite.h"

namespace thaw {
namespace {

INSTANTIATE_TEST_SUITE_P(Inline, ExecutorSuite,
                         testing::ValuesIn(ExecutorCases(InlineExecutor(), {1})),
                         ExecutorSuite::Name);
INSTANTIATE_TEST_SUITE_P(Inline, LocalFileExecutorSuite,
                         testing::ValuesIn(LocalExecutorCases(InlineExecutor(), {1})),
                         ExecutorSuite::Name);

}  // namespace
}  // namespace thaw
