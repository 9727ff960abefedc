// What is shown where the picture would be, when there is none: a sentence, what to do, and a
// button to try again.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include "player/messages.h"

namespace yundisk::player {

class MessagePage : public QWidget {
  Q_OBJECT

 public:
  explicit MessagePage(QWidget* parent = nullptr);

  void Show(const Message& message, bool can_try_again);

 signals:
  void TryAgain();

 private:
  QLabel* title_;
  QLabel* advice_;
  QPushButton* button_;
};

}  // namespace yundisk::player
