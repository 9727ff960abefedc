#include "tests/simulation/shrink.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace yundisk::simulation {

// Tries to leave out pieces of what was played, from halves down to single operations. Leaving one
// out changes what comes after it, so what is played is looked at anew after each success.
Shrunk Shrink(PlayWorld play, std::uint64_t seed, std::size_t max_plays) {
  Shrunk best;
  best.report = PlayIsolated(play, seed, {}, false);
  for (std::size_t piece = best.report.played.size(); piece > 0; piece /= 2) {
    // From the end: what happened last matters least to what comes before it.
    for (std::size_t end = best.report.played.size(); end > 0 && best.plays < max_plays;) {
      const std::size_t start = end - std::min(piece, end);
      const auto played = best.report.played.begin();
      std::set<OperationId> left_out = best.left_out;
      left_out.insert(played + static_cast<std::ptrdiff_t>(start),
                      played + static_cast<std::ptrdiff_t>(end));
      IsolatedReport report = PlayIsolated(play, seed, left_out, false);
      ++best.plays;
      end = start;
      if (report.violation.empty()) continue;
      end = std::min(start, report.played.size());
      best.left_out = std::move(left_out);
      best.report = std::move(report);
    }
  }
  best.report = PlayIsolated(play, seed, best.left_out, true);
  return best;
}

}  // namespace yundisk::simulation
