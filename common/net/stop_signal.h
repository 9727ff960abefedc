// How a daemon is told to end: SIGTERM or SIGINT.
#pragma once

namespace yundisk::net {

// Call first in main, before any thread starts: from then on the signals wait for WaitForStopSignal
// instead of killing the process. Also ignores SIGPIPE.
void HoldStopSignals();
// Blocks until one comes.
void WaitForStopSignal();

}  // namespace yundisk::net
