// The window: menus above, the picture or a message in the middle, the control bar below. In full
// screen the bar lies over the picture and goes away with the pointer.
#pragma once

#include <QMainWindow>
#include <QMenu>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>

#include "player/actions.h"
#include "player/control_bar.h"
#include "player/engine.h"
#include "player/message_page.h"
#include "player/session.h"
#include "player/video_area.h"

namespace yundisk::player {

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  // All have to outlive the window.
  MainWindow(Engine& engine, Session& session, QSettings& settings);
  ~MainWindow() override;

  // In front of other windows, as far as the desktop allows.
  void Raise();
  void SetFullScreen(bool full);
  bool IsFullScreen() const { return full_screen_; }

 signals:
  void FullScreenChanged();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  void MakeMenus();
  void ConnectPlayback();
  void ConnectTracks();
  void ConnectWindow();
  void FollowEngine();
  void ShowMessage(const Message& message);
  void ShowState();
  void ShowVolume();
  void FillTracks(QMenu* menu, const Tracks& tracks, void (Engine::*select)(int));
  void FillAudioMenu();
  void FillSubtitleMenu();
  void SelectNext(const Tracks& tracks, void (Engine::*select)(int));
  void JumpToTenth(int tenth);
  void AskForLink();
  void AskForSubtitles();
  void ShowKeys();
  void ShowBarForAWhile();
  void PlaceBar();

  Engine& engine_;
  Session& session_;
  QSettings& settings_;
  Actions actions_;
  QMenu* audio_menu_;
  QMenu* subtitle_menu_;
  QStackedWidget* stack_;
  VideoArea* video_;
  MessagePage* message_;
  ControlBar* bar_;
  QTimer hide_bar_;
  bool full_screen_ = false;
};

}  // namespace yundisk::player
