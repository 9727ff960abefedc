#include "player/engine.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <vlc/vlc.h>
#include <QUrl>

namespace yundisk::player {
namespace {

using std::chrono::milliseconds;

constexpr int kBufferingDone = 100;

// Beside quiet: nothing that would open a file or an address that the user did not choose.
constexpr std::array kOptions{
    "--quiet",
    "--ignore-config",
    "--no-video-title-show",
    "--no-sub-autodetect-file",
    "--no-mkv-preload-local-dir",
    "--no-metadata-network-access",
    "--no-auto-preparse",
    "--no-lua",
    "--no-stats",
};

constexpr std::array kEvents{
    libvlc_MediaPlayerBuffering,        libvlc_MediaPlayerPlaying,
    libvlc_MediaPlayerPaused,           libvlc_MediaPlayerEndReached,
    libvlc_MediaPlayerEncounteredError, libvlc_MediaPlayerTimeChanged,
    libvlc_MediaPlayerLengthChanged,    libvlc_MediaPlayerSeekableChanged,
    libvlc_MediaPlayerESAdded,          libvlc_MediaPlayerESDeleted,
    libvlc_MediaPlayerESSelected,
};

std::int64_t ValueOf(const libvlc_event_t& event) {
  switch (event.type) {
    case libvlc_MediaPlayerBuffering: return std::lround(event.u.media_player_buffering.new_cache);
    case libvlc_MediaPlayerLengthChanged: return event.u.media_player_length_changed.new_length;
    case libvlc_MediaPlayerSeekableChanged:
      return event.u.media_player_seekable_changed.new_seekable;
    default: return 0;
  }
}

Tracks ListOf(libvlc_track_description_t* first, int selected) {
  Tracks list{.tracks = {}, .selected = selected};
  for (const auto* track = first; track != nullptr; track = track->p_next)
    list.tracks.push_back({track->i_id, QString::fromUtf8(track->psz_name)});
  libvlc_track_description_list_release(first);
  return list;
}

}  // namespace

Engine::Engine(QObject* parent)
    : QObject(parent),
      vlc_(libvlc_new(static_cast<int>(kOptions.size()), kOptions.data())),
      player_(vlc_ == nullptr ? nullptr : libvlc_media_player_new(vlc_)) {
  if (player_ == nullptr) qFatal("libVLC does not start; is the package vlc-plugin-base there?");
  // Keys and the pointer belong to our window.
  libvlc_video_set_key_input(player_, 0);
  libvlc_video_set_mouse_input(player_, 0);
  auto* events = libvlc_media_player_event_manager(player_);
  for (const auto type : kEvents) libvlc_event_attach(events, type, &OnEvent, this);
}

Engine::~Engine() {
  auto* events = libvlc_media_player_event_manager(player_);
  for (const auto type : kEvents) libvlc_event_detach(events, type, &OnEvent, this);
  Release();
  libvlc_media_player_release(player_);
  libvlc_release(vlc_);
}

void Engine::SetWindow(std::uint32_t x11_window) {
  libvlc_media_player_set_xwindow(player_, x11_window);
}

void Engine::Play(const std::string& url) {
  Release();
  url_ = url;
  source_ = std::make_unique<MediaSource>(url);
  length_ = milliseconds(0);
  seekable_ = false;
  paused_wanted_ = false;
  has_track_ = false;
  problem_ = PlayProblem::kNone;
  SetRate(1);
  libvlc_media_t* media = source_->NewMedia(vlc_);
  libvlc_media_player_set_media(player_, media);
  libvlc_media_release(media);
  SetState(PlayState::kOpening);
  if (libvlc_media_player_play(player_) != 0) FailFor(SourceProblem::kNone);
}

void Engine::Restart() {
  if (!url_.empty()) Play(std::string(url_));
}

void Engine::Stop() {
  Release();
  SetState(PlayState::kIdle);
}

void Engine::Release() {
  if (!source_) return;
  source_->Cancel();
  libvlc_media_player_stop(player_);
  // From here on no thread of libVLC speaks for that film any more; what it has said already is on
  // its way.
  ++generation_;
  libvlc_media_player_set_media(player_, nullptr);
  source_.reset();
}

void Engine::SetPaused(bool paused) {
  if (!paused && (state_ == PlayState::kEnded || state_ == PlayState::kFailed)) return Restart();
  if (!IsActive()) return;
  paused_wanted_ = paused;
  libvlc_media_player_set_pause(player_, paused ? 1 : 0);
}

void Engine::TogglePause() { SetPaused(IsActive() && !paused_wanted_); }

void Engine::SeekTo(milliseconds position) {
  if (!IsActive() || !seekable_) return;
  // Exactly at the end libVLC would end before showing anything.
  constexpr milliseconds kBeforeEnd{500};
  const auto last = std::max(length_ - kBeforeEnd, milliseconds(0));
  libvlc_media_player_set_time(player_, std::clamp(position, milliseconds(0), last).count());
  emit PositionChanged();
  emit Sought();
}

void Engine::SeekBy(milliseconds distance) { SeekTo(position() + distance); }

void Engine::SetRate(float rate) {
  rate = std::clamp(rate, kMinRate, kMaxRate);
  if (rate == rate_ || libvlc_media_player_set_rate(player_, rate) != 0) return;
  rate_ = rate;
  emit RateChanged();
}

void Engine::SetVolume(int percent) {
  volume_percent_ = std::clamp(percent, 0, kMaxVolumePercent);
  ApplyAudio();
  emit VolumeChanged();
}

void Engine::SetMuted(bool muted) {
  muted_ = muted;
  ApplyAudio();
  emit VolumeChanged();
}

void Engine::ApplyAudio() {
  libvlc_audio_set_volume(player_, volume_percent_);
  libvlc_audio_set_mute(player_, muted_ ? 1 : 0);
}

void Engine::SelectAudio(int track_id) {
  libvlc_audio_set_track(player_, track_id);
  emit TracksChanged();
}

void Engine::SelectSubtitles(int track_id) {
  libvlc_video_set_spu(player_, track_id);
  emit TracksChanged();
}

bool Engine::LoadSubtitles(const QString& path) {
  if (!IsActive()) return false;
  const QByteArray address = QUrl::fromLocalFile(path).toEncoded();
  return libvlc_media_player_add_slave(player_, libvlc_media_slave_type_subtitle,
                                       address.constData(), true) == 0;
}

StreamProblem Engine::stream_problem() const {
  return source_ ? source_->stream_problem() : StreamProblem::kNone;
}

milliseconds Engine::position() const {
  if (state_ == PlayState::kEnded) return length_;
  return milliseconds(std::max<libvlc_time_t>(0, libvlc_media_player_get_time(player_)));
}

Tracks Engine::AudioTracks() const {
  return ListOf(libvlc_audio_get_track_description(player_), libvlc_audio_get_track(player_));
}

Tracks Engine::SubtitleTracks() const {
  return ListOf(libvlc_video_get_spu_description(player_), libvlc_video_get_spu(player_));
}

bool Engine::IsActive() const {
  return state_ == PlayState::kOpening || state_ == PlayState::kBuffering ||
         state_ == PlayState::kPlaying || state_ == PlayState::kPaused;
}

// In libVLC's thread, which must not call back into libVLC.
void Engine::OnEvent(const libvlc_event_t* event, void* self) {
  auto* engine = static_cast<Engine*>(self);
  const Event copy{engine->generation_, event->type, ValueOf(*event)};
  QMetaObject::invokeMethod(
      engine, [engine, copy] { engine->Take(copy); }, Qt::QueuedConnection);
}

void Engine::Take(Event event) {
  if (!source_ || event.generation != generation_) return;
  switch (event.type) {
    case libvlc_MediaPlayerBuffering: return TakeBuffering(static_cast<int>(event.value));
    case libvlc_MediaPlayerPlaying:
      // Only now there is an audio output to set.
      ApplyAudio();
      return SetState(PlayState::kPlaying);
    case libvlc_MediaPlayerPaused: return SetState(PlayState::kPaused);
    case libvlc_MediaPlayerTimeChanged: return emit PositionChanged();
    case libvlc_MediaPlayerLengthChanged:
      length_ = milliseconds(event.value);
      return emit LengthChanged();
    case libvlc_MediaPlayerSeekableChanged:
      seekable_ = event.value != 0;
      return emit SeekableChanged();
    case libvlc_MediaPlayerEncounteredError: return FailFor(source_->problem());
    case libvlc_MediaPlayerEndReached:
      // A film that breaks off ends like one that is over, and so does what libVLC can make nothing
      // of.
      if (source_->problem() != SourceProblem::kNone || !has_track_)
        return FailFor(source_->problem());
      return SetState(PlayState::kEnded);
    case libvlc_MediaPlayerESAdded: has_track_ = true; [[fallthrough]];
    default: return emit TracksChanged();
  }
}

void Engine::TakeBuffering(int percent) {
  if (!IsActive()) return;
  if (percent < kBufferingDone && state_ == PlayState::kPlaying) SetState(PlayState::kBuffering);
  if (percent >= kBufferingDone && state_ == PlayState::kBuffering)
    SetState(paused_wanted_ ? PlayState::kPaused : PlayState::kPlaying);
  emit BufferingChanged(percent);
}

void Engine::FailFor(SourceProblem problem) {
  problem_ = problem == SourceProblem::kStream     ? PlayProblem::kStream
             : problem == SourceProblem::kPlaylist ? PlayProblem::kPlaylist
                                                   : PlayProblem::kUnknownFormat;
  SetState(PlayState::kFailed);
}

void Engine::SetState(PlayState state) {
  if (state == state_) return;
  state_ = state;
  emit StateChanged();
  emit PositionChanged();
}

}  // namespace yundisk::player
