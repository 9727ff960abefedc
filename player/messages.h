// What the user is told when something does not work: what happened, and what can be done about it.
#pragma once

#include <QCoreApplication>
#include <QString>

#include "player/engine.h"
#include "player/link.h"

namespace yundisk::player {

struct Message {
  QString title;
  QString advice;
};

class Messages {
  Q_DECLARE_TR_FUNCTIONS(Messages)

 public:
  static Message Welcome();
  static Message Of(LinkProblem problem);
  static Message Of(StreamProblem problem);
  static Message Of(PlayProblem problem, StreamProblem stream_problem);
};

}  // namespace yundisk::player
