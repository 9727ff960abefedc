// Plays one film at a time with libVLC and tells what happens as Qt signals.
//
// Belongs to the GUI thread. libVLC's own threads are kept behind this class: its events arrive
// here through the event loop, so a signal never comes from inside a call. No method waits for the
// network.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QString>

#include "player/media_source.h"

struct libvlc_event_t;
struct libvlc_media_player_t;

namespace yundisk::player {

enum class PlayState { kIdle, kOpening, kBuffering, kPlaying, kPaused, kEnded, kFailed };

// Why the state is kFailed.
enum class PlayProblem { kNone, kStream, kPlaylist, kUnknownFormat };

struct Track {
  int id;  // libVLC's; -1 means off
  QString name;
};

struct Tracks {
  std::vector<Track> tracks;
  int selected = -1;
};

inline constexpr int kMaxVolumePercent = 100;
inline constexpr float kMinRate = 0.25F;
inline constexpr float kMaxRate = 4.0F;

class Engine : public QObject {
  Q_OBJECT

 public:
  explicit Engine(QObject* parent = nullptr);
  ~Engine() override;

  // Where the picture goes: an X11 window, which has to outlive the engine.
  void SetWindow(std::uint32_t x11_window);

  // From the beginning; whatever played before is gone.
  void Play(const std::string& url);
  // The film of the last Play again; after a failure or the end, too.
  void Restart();
  void Stop();
  // A film that has ended or failed starts over.
  void SetPaused(bool paused);
  void TogglePause();

  // Clamped to the film. Nothing happens while it can't be sought in.
  void SeekTo(std::chrono::milliseconds position);
  void SeekBy(std::chrono::milliseconds distance);
  void SetRate(float rate);
  void SetVolume(int percent);
  void SetMuted(bool muted);
  void SelectAudio(int track_id);
  void SelectSubtitles(int track_id);
  // A file of the user's own disk. False when libVLC does not take it.
  bool LoadSubtitles(const QString& path);

  PlayState state() const { return state_; }
  PlayProblem problem() const { return problem_; }
  // Meaningful for PlayProblem::kStream.
  StreamProblem stream_problem() const;
  std::chrono::milliseconds position() const;
  std::chrono::milliseconds length() const { return length_; }
  bool is_seekable() const { return seekable_; }
  float rate() const { return rate_; }
  int volume_percent() const { return volume_percent_; }
  bool is_muted() const { return muted_; }
  Tracks AudioTracks() const;
  Tracks SubtitleTracks() const;

 signals:
  void StateChanged();
  void BufferingChanged(int percent);
  void PositionChanged();
  void LengthChanged();
  void SeekableChanged();
  void RateChanged();
  void VolumeChanged();  // or muting
  void TracksChanged();
  // The position jumped on somebody's wish.
  void Sought();

 private:
  // What an event said, copied out of libVLC's thread.
  struct Event {
    std::uint64_t generation;
    int type;
    std::int64_t value;
  };
  static void OnEvent(const libvlc_event_t* event, void* self);
  void Take(Event event);
  void TakeBuffering(int percent);
  void SetState(PlayState state);
  void FailFor(SourceProblem problem);
  void Release();
  void ApplyAudio();
  bool IsActive() const;

  libvlc_instance_t* vlc_;
  libvlc_media_player_t* player_;
  std::unique_ptr<MediaSource> source_;
  std::string url_;
  // Counts the films: events of an earlier one may still be on their way when the next one starts.
  std::atomic<std::uint64_t> generation_ = 0;

  PlayState state_ = PlayState::kIdle;
  PlayProblem problem_ = PlayProblem::kNone;
  bool paused_wanted_ = false;
  bool has_track_ = false;  // libVLC found something to play in the file
  std::chrono::milliseconds length_{0};
  bool seekable_ = false;
  float rate_ = 1;
  int volume_percent_ = kMaxVolumePercent;
  bool muted_ = false;
};

}  // namespace yundisk::player
