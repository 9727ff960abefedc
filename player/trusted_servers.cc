#include "player/trusted_servers.h"

namespace yundisk::player {
namespace {

constexpr auto kKey = "servers/trusted";

QString OriginOf(const HttpUrl& url) { return QString::fromStdString(url.Origin()); }

}  // namespace

bool TrustedServers::Contains(const HttpUrl& url) const { return List().contains(OriginOf(url)); }

void TrustedServers::Add(const HttpUrl& url) {
  QStringList list = List();
  list.removeAll(OriginOf(url));
  list.append(OriginOf(url));
  while (list.size() > kMaxTrustedServers) list.removeFirst();
  settings_.setValue(kKey, list);
  settings_.sync();
}

void TrustedServers::Remove(const QString& origin) {
  QStringList list = List();
  list.removeAll(origin);
  settings_.setValue(kKey, list);
  settings_.sync();
}

QStringList TrustedServers::List() const { return settings_.value(kKey).toStringList(); }

}  // namespace yundisk::player
