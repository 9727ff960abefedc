// What a program does when there is no memory left: it says so and ends, and its supervisor starts
// it anew. Going on would mean to unwind through code that is in the middle of something.
#pragma once

namespace yundisk {

// Before threads start.
void EndWhenOutOfMemory();

}  // namespace yundisk
