#include "player/media_source.h"

#include <sys/types.h>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include <vlc/vlc.h>

namespace yundisk::player {
namespace {

// Enough for the first words of a playlist behind some blank lines.
constexpr std::size_t kBeginningBytes = 1024;

}  // namespace

// One opening of the film by libVLC.
class MediaSource::Reader {
 public:
  Reader(MediaSource& source, std::unique_ptr<HttpStream> stream)
      : source_(source), stream_(std::move(stream)) {}
  ~Reader() { source_.Unregister(stream_.get()); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  static ssize_t Read(void* opaque, unsigned char* data, std::size_t size) {
    auto& self = *static_cast<Reader*>(opaque);
    const auto count = self.stream_->Read(std::as_writable_bytes(std::span(data, size)));
    if (count) return static_cast<ssize_t>(*count);
    self.source_.Remember(SourceProblem::kStream, self.stream_->problem());
    return -1;
  }

  static int Seek(void* opaque, std::uint64_t offset) {
    return static_cast<Reader*>(opaque)->stream_->Seek(offset) ? 0 : -1;
  }

  static void Close(void* opaque) { delete static_cast<Reader*>(opaque); }

 private:
  MediaSource& source_;
  const std::unique_ptr<HttpStream> stream_;
};

libvlc_media_t* MediaSource::NewMedia(libvlc_instance_t* vlc) {
  return libvlc_media_new_callbacks(vlc, &Open, &Reader::Read, &Reader::Seek, &Reader::Close, this);
}

int MediaSource::Open(void* opaque, void** reader, std::uint64_t* size) {
  auto& self = *static_cast<MediaSource*>(opaque);
  auto stream = self.OpenStream();
  if (!stream) return -1;
  *size = stream->size_bytes().value_or(std::numeric_limits<std::uint64_t>::max());
  *reader = new Reader(self, std::move(stream));
  return 0;
}

std::unique_ptr<HttpStream> MediaSource::OpenStream() {
  auto stream = std::make_unique<HttpStream>(url_);
  if (!Register(stream.get())) return nullptr;
  if (!stream->Open()) {
    Remember(SourceProblem::kStream, stream->problem());
  } else if (IsPlaylist(stream->Peek(kBeginningBytes))) {
    Remember(SourceProblem::kPlaylist, StreamProblem::kNone);
  } else {
    return stream;
  }
  Unregister(stream.get());
  return nullptr;
}

void MediaSource::Cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (HttpStream* stream : streams_) stream->Cancel();
}

SourceProblem MediaSource::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

StreamProblem MediaSource::stream_problem() const {
  const std::lock_guard lock(mutex_);
  return stream_problem_;
}

void MediaSource::Remember(SourceProblem problem, StreamProblem stream_problem) {
  const std::lock_guard lock(mutex_);
  if (cancelled_ || problem_ != SourceProblem::kNone) return;
  problem_ = problem;
  stream_problem_ = stream_problem;
}

bool MediaSource::Register(HttpStream* stream) {
  const std::lock_guard lock(mutex_);
  if (!cancelled_) streams_.insert(stream);
  return !cancelled_;
}

void MediaSource::Unregister(HttpStream* stream) {
  const std::lock_guard lock(mutex_);
  streams_.erase(stream);
}

bool IsPlaylist(std::span<const std::byte> beginning) {
  std::string text;
  for (const std::byte b : beginning) text.push_back(static_cast<char>(b));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  text.erase(0, text.find_first_not_of(" \t\r\n"));
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  constexpr std::array<std::string_view, 8> kStarts{
      "#extm3u", "#extinf", "<?xml", "<asx", "<mpd", "<playlist", "[playlist]", "[reference]"};
  for (const auto start : kStarts) {
    if (text.starts_with(start)) return true;
  }
  return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("file:");
}

}  // namespace yundisk::player
