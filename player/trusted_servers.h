// The servers whose films may be played: those the user agreed to, once for each.
//
// A link can come from any page on the web and name any machine, also one inside the user's
// network. So nothing is fetched from a server before the user said that it is theirs. `./yundisk
// player` adds the server it was called for.
#pragma once

#include <QSettings>
#include <QString>
#include <QStringList>

#include "player/http_url.h"

namespace yundisk::player {

inline constexpr int kMaxTrustedServers = 200;

class TrustedServers {
 public:
  // Keeps the list in the settings, which have to outlive this.
  explicit TrustedServers(QSettings& settings) : settings_(settings) {}

  bool Contains(const HttpUrl& url) const;
  // The newest kMaxTrustedServers are kept.
  void Add(const HttpUrl& url);
  void Remove(const QString& origin);
  QStringList List() const;

 private:
  QSettings& settings_;
};

}  // namespace yundisk::player
