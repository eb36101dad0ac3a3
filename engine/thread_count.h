// ThreadCount: how many threads "all" are.
//
// Role in the flow: turns the caller's wish (0: all that the process may use) into the number that
// planner and executors share.

#ifndef THAW_ENGINE_THREAD_COUNT_H_
#define THAW_ENGINE_THREAD_COUNT_H_

namespace thaw {

// `wanted` if positive; else the CPUs that the scheduler lets this process run on, and inside a
// task of the caller's own arena no more than that has. At least 1, at most 1024.
int ThreadCount(int wanted);

}  // namespace thaw

#endif  // THAW_ENGINE_THREAD_COUNT_H_
