#include "player/mpris.h"

#include <chrono>

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusInterface>
#include <QDBusMessage>
#include <QDBusReply>

namespace yundisk::player {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr auto kObjectPath = "/org/mpris/MediaPlayer2";
constexpr auto kRootInterface = "org.mpris.MediaPlayer2";
constexpr auto kPlayerInterface = "org.mpris.MediaPlayer2.Player";
constexpr auto kTrackPath = "/org/mpris/MediaPlayer2/yundisk/film";
constexpr int kBusTimeoutMs = 5000;

qlonglong ToMicroseconds(milliseconds time) { return duration_cast<microseconds>(time).count(); }
milliseconds FromMicroseconds(qlonglong us) {
  return duration_cast<milliseconds>(microseconds(us));
}

}  // namespace

bool PublishOnBus(QObject& owner, Engine& engine, Session& session, MainWindow& window) {
  auto bus = QDBusConnection::sessionBus();
  new MprisRoot(&owner, window);
  new MprisPlayer(&owner, engine, session);
  return bus.isConnected() && bus.registerObject(kObjectPath, &owner) &&
         bus.registerService(kBusName);
}

bool HandToRunningPlayer(const QString& link) {
  const auto bus = QDBusConnection::sessionBus();
  if (!bus.isConnected() || !bus.interface()->isServiceRegistered(kBusName)) return false;
  const auto call = [&bus](const char* interface, const char* method,
                           const QVariantList& arguments) {
    auto message = QDBusMessage::createMethodCall(kBusName, kObjectPath, interface, method);
    message.setArguments(arguments);
    return bus.call(message, QDBus::Block, kBusTimeoutMs).type() == QDBusMessage::ReplyMessage;
  };
  if (!link.isEmpty() && !call(kPlayerInterface, "OpenUri", {link})) return false;
  return call(kRootInterface, "Raise", {});
}

MprisRoot::MprisRoot(QObject* owner, MainWindow& window)
    : QDBusAbstractAdaptor(owner), window_(window) {}

MprisPlayer::MprisPlayer(QObject* owner, Engine& engine, Session& session)
    : QDBusAbstractAdaptor(owner), engine_(engine), session_(session) {
  connect(&engine, &Engine::StateChanged, this, [this] {
    Announce({"PlaybackStatus", "CanPlay", "CanPause"});
  });
  connect(&engine, &Engine::LengthChanged, this, [this] { Announce({"Metadata"}); });
  connect(&engine, &Engine::SeekableChanged, this, [this] { Announce({"CanSeek"}); });
  connect(&engine, &Engine::RateChanged, this, [this] { Announce({"Rate"}); });
  connect(&engine, &Engine::VolumeChanged, this, [this] { Announce({"Volume"}); });
  connect(&engine, &Engine::Sought, this, [this] { emit Seeked(Position()); });
  connect(&session, &Session::TitleChanged, this, [this] { Announce({"Metadata"}); });
}

QString MprisPlayer::PlaybackStatus() const {
  switch (engine_.state()) {
    case PlayState::kOpening:
    case PlayState::kBuffering:
    case PlayState::kPlaying: return "Playing";
    case PlayState::kPaused: return "Paused";
    default: return "Stopped";
  }
}

// The specification: a speed of 0 means pause.
void MprisPlayer::SetRate(double rate) {
  if (rate == 0) return engine_.SetPaused(true);
  engine_.SetRate(static_cast<float>(rate));
}

QVariantMap MprisPlayer::Metadata() const {
  if (!HasFilm()) return {};
  return {{"mpris:trackid", QVariant::fromValue(QDBusObjectPath(kTrackPath))},
          {"mpris:length", ToMicroseconds(engine_.length())},
          {"xesam:title", session_.title()}};
}

double MprisPlayer::Volume() const {
  return engine_.is_muted() ? 0 : double{1} * engine_.volume_percent() / kMaxVolumePercent;
}

void MprisPlayer::SetVolume(double volume) {
  engine_.SetVolume(qRound(qBound(0.0, volume, 1.0) * kMaxVolumePercent));
  if (engine_.is_muted()) engine_.SetMuted(false);
}

qlonglong MprisPlayer::Position() const { return ToMicroseconds(engine_.position()); }

void MprisPlayer::Seek(qlonglong distance_us) { engine_.SeekBy(FromMicroseconds(distance_us)); }

// The specification: a position outside the film, or one meant for another film, is ignored.
void MprisPlayer::SetPosition(const QDBusObjectPath& track, qlonglong position_us) {
  const auto position = FromMicroseconds(position_us);
  if (track.path() != kTrackPath || position_us < 0 || position > engine_.length()) return;
  engine_.SeekTo(position);
}

// The caller does not wait while the user is asked about the server.
void MprisPlayer::OpenUri(const QString& uri) {
  const auto open = [this, link = uri.toStdString()] { session_.OpenLink(link); };
  QMetaObject::invokeMethod(this, open, Qt::QueuedConnection);
}

void MprisPlayer::Announce(const QStringList& properties) {
  QVariantMap changed;
  for (const QString& name : properties) changed[name] = property(name.toLatin1().constData());
  auto signal = QDBusMessage::createSignal(kObjectPath, "org.freedesktop.DBus.Properties",
                                           "PropertiesChanged");
  signal << kPlayerInterface << changed << QStringList();
  QDBusConnection::sessionBus().send(signal);
}

}  // namespace yundisk::player
