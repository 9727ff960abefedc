// The question whether films of a server may be played.
#pragma once

#include <QCoreApplication>
#include <QWidget>

#include "player/session.h"

namespace yundisk::player {

class ConsentDialog {
  Q_DECLARE_TR_FUNCTIONS(ConsentDialog)

 public:
  // Waits for the answer; closing the dialog refuses.
  static Consent Ask(const Link& link, QWidget* parent);
};

}  // namespace yundisk::player
