// What happens when somebody opens a link: it is read, its server is asked about, and the film is
// played.
//
// Belongs to the GUI thread.
#pragma once

#include <functional>
#include <string_view>

#include <QObject>
#include <QString>

#include "player/engine.h"
#include "player/link.h"
#include "player/trusted_servers.h"

namespace yundisk::player {

enum class Consent { kRefuse, kOnce, kAlways };

class Session : public QObject {
  Q_OBJECT

 public:
  // Asks the user whether films of this server may be played. May run its own event loop.
  using Ask = std::function<Consent(const Link&)>;

  // The engine and the list of servers have to outlive the session.
  Session(Engine& engine, TrustedServers& servers, Ask ask)
      : engine_(engine), servers_(servers), ask_(std::move(ask)) {}

  // While the user is being asked about one link, others are dropped: a page could send many.
  void OpenLink(std::string_view link);

  // Of the film that plays; empty before the first.
  const QString& title() const { return title_; }

 signals:
  void TitleChanged();
  void LinkRefused(yundisk::player::LinkProblem problem);

 private:
  bool MayPlay(const Link& link);

  Engine& engine_;
  TrustedServers& servers_;
  Ask ask_;
  bool asking_ = false;
  QString title_;
};

}  // namespace yundisk::player
