// Everything the user can do, each with its words, its keys and its symbol; menus, buttons and keys
// share them.
#pragma once

#include <vector>

#include <QAction>
#include <QObject>

namespace yundisk::player {

class Actions : public QObject {
  Q_OBJECT

 public:
  explicit Actions(QObject* parent);

  // First, because making the actions below fills it.
  std::vector<QAction*> all;

  QAction* open_link;
  QAction* quit;
  QAction* play;  // or pause
  QAction* back;
  QAction* forward;
  QAction* far_back;
  QAction* far_forward;
  QAction* beginning;
  QAction* slower;
  QAction* faster;
  QAction* normal_speed;
  QAction* louder;
  QAction* quieter;
  QAction* mute;
  QAction* next_audio;
  QAction* next_subtitles;
  QAction* load_subtitles;
  QAction* full_screen;
  QAction* leave_full_screen;
  QAction* keys;

  // The words and the symbol of `play` follow what it would do; so do those of `mute`.
  void ShowPlaying(bool playing);
  void ShowMuted(bool muted);

 private:
  QAction* Make(const QString& text, const QList<QKeySequence>& shortcuts);
};

}  // namespace yundisk::player
