// The player on the session bus, as MPRIS 2 describes it: media keys, the desktop's own controls
// and scripts work with it. A second start of the player hands its link to the first one here.
#pragma once

#include <optional>

#include <QDBusAbstractAdaptor>
#include <QDBusObjectPath>
#include <QObject>
#include <QStringList>
#include <QVariantMap>

#include "player/main_window.h"

namespace yundisk::player {

inline constexpr auto kBusName = "org.mpris.MediaPlayer2.yundisk";

// Takes the name on the bus. False without a session bus or when another player has the name; the
// player then works on without it. All have to outlive `owner`, on which the objects are made.
bool PublishOnBus(QObject& owner, Engine& engine, Session& session, MainWindow& window);

// True when another player runs and has taken the link (empty: came to the front). Waits a few
// seconds at most.
bool HandToRunningPlayer(const QString& link);

// org.mpris.MediaPlayer2
class MprisRoot : public QDBusAbstractAdaptor {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.mpris.MediaPlayer2")
  Q_PROPERTY(bool CanQuit READ Yes CONSTANT)
  Q_PROPERTY(bool CanRaise READ Yes CONSTANT)
  Q_PROPERTY(bool CanSetFullscreen READ Yes CONSTANT)
  Q_PROPERTY(bool Fullscreen READ IsFullScreen WRITE SetFullScreen)
  Q_PROPERTY(bool HasTrackList READ No CONSTANT)
  Q_PROPERTY(QString Identity READ Identity CONSTANT)
  Q_PROPERTY(QString DesktopEntry READ DesktopEntry CONSTANT)
  Q_PROPERTY(QStringList SupportedUriSchemes READ Schemes CONSTANT)
  Q_PROPERTY(QStringList SupportedMimeTypes READ MimeTypes CONSTANT)

 public:
  MprisRoot(QObject* owner, MainWindow& window);

  bool Yes() const { return true; }
  bool No() const { return false; }
  bool IsFullScreen() const { return window_.IsFullScreen(); }
  void SetFullScreen(bool full) { window_.SetFullScreen(full); }
  QString Identity() const { return "yundisk"; }
  QString DesktopEntry() const { return "yundisk-player"; }
  QStringList Schemes() const { return {"yundisk"}; }
  QStringList MimeTypes() const { return {}; }

 public slots:
  void Raise() { window_.Raise(); }
  void Quit() { window_.close(); }

 private:
  MainWindow& window_;
};

// org.mpris.MediaPlayer2.Player; times in microseconds. OpenUri takes yundisk:// links and nothing
// else, under the same rules as a link from a page. The film's signed address is not told: whoever
// has it can fetch the film.
class MprisPlayer : public QDBusAbstractAdaptor {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.mpris.MediaPlayer2.Player")
  Q_PROPERTY(QString PlaybackStatus READ PlaybackStatus)
  Q_PROPERTY(double Rate READ Rate WRITE SetRate)
  Q_PROPERTY(QVariantMap Metadata READ Metadata)
  Q_PROPERTY(double Volume READ Volume WRITE SetVolume)
  Q_PROPERTY(qlonglong Position READ Position)
  Q_PROPERTY(double MinimumRate READ MinimumRate CONSTANT)
  Q_PROPERTY(double MaximumRate READ MaximumRate CONSTANT)
  Q_PROPERTY(bool CanGoNext READ No CONSTANT)
  Q_PROPERTY(bool CanGoPrevious READ No CONSTANT)
  Q_PROPERTY(bool CanPlay READ HasFilm)
  Q_PROPERTY(bool CanPause READ HasFilm)
  Q_PROPERTY(bool CanSeek READ CanSeek)
  Q_PROPERTY(bool CanControl READ Yes CONSTANT)

 public:
  MprisPlayer(QObject* owner, Engine& engine, Session& session);

  bool Yes() const { return true; }
  bool No() const { return false; }
  QString PlaybackStatus() const;
  double Rate() const { return static_cast<double>(engine_.rate()); }
  void SetRate(double rate);
  QVariantMap Metadata() const;
  double Volume() const;
  void SetVolume(double volume);
  qlonglong Position() const;
  double MinimumRate() const { return static_cast<double>(kMinRate); }
  double MaximumRate() const { return static_cast<double>(kMaxRate); }
  bool HasFilm() const { return engine_.state() != PlayState::kIdle; }
  bool CanSeek() const { return engine_.is_seekable(); }

 public slots:
  void Next() {}
  void Previous() {}
  void Pause() { engine_.SetPaused(true); }
  void PlayPause() { engine_.TogglePause(); }
  void Stop() { engine_.Stop(); }
  void Play() { engine_.SetPaused(false); }
  void Seek(qlonglong distance_us);
  void SetPosition(const QDBusObjectPath& track, qlonglong position_us);
  void OpenUri(const QString& uri);

 signals:
  void Seeked(qlonglong position_us);

 private:
  // Tells the bus, which does not hear Qt's own signals of changed properties.
  void Announce(const QStringList& properties);

  Engine& engine_;
  Session& session_;
};

}  // namespace yundisk::player
