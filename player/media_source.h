// One film as libVLC reads it: an HttpStream for every time that libVLC opens it, and the first
// problem that one met.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "player/http_stream.h"

struct libvlc_instance_t;
struct libvlc_media_t;

namespace yundisk::player {

// What kept a film from being read, beyond what the network did.
enum class SourceProblem { kNone, kStream, kPlaylist };

// Has to outlive the media made from it. The callbacks run in libVLC's threads; all methods may be
// called from any.
class MediaSource {
 public:
  explicit MediaSource(std::string url) : url_(std::move(url)) {}

  libvlc_media_t* NewMedia(libvlc_instance_t* vlc);
  // Ends all reading, so that stopping libVLC does not wait for the network.
  void Cancel();

  SourceProblem problem() const;
  StreamProblem stream_problem() const;

 private:
  class Reader;
  static int Open(void* opaque, void** reader, std::uint64_t* size);
  std::unique_ptr<HttpStream> OpenStream();
  void Remember(SourceProblem problem, StreamProblem stream_problem);
  bool Register(HttpStream* stream);
  void Unregister(HttpStream* stream);

  const std::string url_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  bool cancelled_ = false;
  std::set<HttpStream*> streams_;
  SourceProblem problem_ = SourceProblem::kNone;
  StreamProblem stream_problem_ = StreamProblem::kNone;
};

// Whether a file is a list of addresses to play (m3u, HLS, DASH, pls, asx, xspf) and no film. Such
// a file would make libVLC open what it lists, past everything that guards a link.
bool IsPlaylist(std::span<const std::byte> beginning);

}  // namespace yundisk::player
