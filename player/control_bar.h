// The bar below the picture: play, position, sound, tracks, full screen. Shows the engine's state
// and acts on it.
#pragma once

#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QWidget>

#include "player/actions.h"
#include "player/engine.h"
#include "player/seek_slider.h"
#include "player/symbols.h"

class QHBoxLayout;
class QToolButton;

namespace yundisk::player {

class ControlBar : public QWidget {
  Q_OBJECT

 public:
  // Both have to outlive the bar. The menus list the tracks of the film.
  ControlBar(Engine& engine, Actions& actions, QMenu* audio_menu, QMenu* subtitle_menu,
             QWidget* parent = nullptr);

 private:
  QToolButton* AddButton(QHBoxLayout* row, QAction* action);
  void AddMenuButton(QHBoxLayout* row, Symbol symbol, const QString& name, QMenu* menu);
  void AddVolume(QHBoxLayout* row, QAction* mute);
  void FollowEngine();
  void ShowPosition();
  void ShowState();
  void ShowBuffering(int percent);
  void ShowRate();

  Engine& engine_;
  SeekSlider* slider_;
  QLabel* progress_;
  QLabel* state_;
  QLabel* rate_;
  QSlider* volume_ = nullptr;
};

}  // namespace yundisk::player
