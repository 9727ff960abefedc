#include "player/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QShortcut>
#include <QUrl>
#include <QVBoxLayout>

namespace yundisk::player {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr milliseconds kStep = seconds(10);
constexpr milliseconds kFarStep = minutes(1);
constexpr int kVolumeStep = 5;
constexpr float kRateStep = 0.25F;
constexpr milliseconds kBarShown = seconds(3);
constexpr QSize kFirstSize(960, 620);

constexpr auto kTitleEnd = " – yundisk";
constexpr auto kVolumeKey = "player/volume";
constexpr auto kMutedKey = "player/muted";
constexpr auto kGeometryKey = "player/geometry";

QString SubtitleFiles() {
  return MainWindow::tr("Subtitles") + " (*.srt *.ass *.ssa *.vtt *.sub *.idx *.ttml)";
}

}  // namespace

MainWindow::MainWindow(Engine& engine, Session& session, QSettings& settings)
    : engine_(engine),
      session_(session),
      settings_(settings),
      actions_(this),
      audio_menu_(new QMenu(tr("&Sound tracks"), this)),
      subtitle_menu_(new QMenu(tr("S&ubtitles"), this)),
      stack_(new QStackedWidget(this)),
      video_(new VideoArea(this)),
      message_(new MessagePage(this)),
      bar_(new ControlBar(engine, actions_, audio_menu_, subtitle_menu_, this)) {
  stack_->addWidget(message_);
  stack_->addWidget(video_);
  auto* middle = new QWidget(this);
  auto* column = new QVBoxLayout(middle);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(stack_, 1);
  column->addWidget(bar_);
  setCentralWidget(middle);
  setAcceptDrops(true);
  // Keys work in full screen too, where the menus are hidden.
  for (QAction* action : actions_.all) addAction(action);
  MakeMenus();
  ConnectPlayback();
  ConnectTracks();
  ConnectWindow();
  FollowEngine();
  engine_.SetWindow(video_->x11_window());
  engine_.SetVolume(settings_.value(kVolumeKey, kMaxVolumePercent).toInt());
  engine_.SetMuted(settings_.value(kMutedKey, false).toBool());
  if (!restoreGeometry(settings_.value(kGeometryKey).toByteArray())) resize(kFirstSize);
}

// The picture's window goes away with this one, so the film stops first.
MainWindow::~MainWindow() { engine_.Stop(); }

void MainWindow::MakeMenus() {
  auto* film = menuBar()->addMenu(tr("&Film"));
  film->addActions({actions_.open_link, actions_.quit});
  auto* playback = menuBar()->addMenu(tr("&Playback"));
  playback->addActions({actions_.play, actions_.back, actions_.forward, actions_.far_back,
                        actions_.far_forward, actions_.beginning});
  playback->addSeparator();
  playback->addActions({actions_.slower, actions_.faster, actions_.normal_speed});
  auto* sound = menuBar()->addMenu(tr("&Sound"));
  sound->addActions({actions_.louder, actions_.quieter, actions_.mute});
  sound->addMenu(audio_menu_);
  menuBar()->addMenu(subtitle_menu_);
  menuBar()->addMenu(tr("&View"))->addActions({actions_.full_screen, actions_.leave_full_screen});
  menuBar()->addMenu(tr("&Help"))->addAction(actions_.keys);
}

void MainWindow::ConnectPlayback() {
  const auto on = [this](QAction* action, auto&& what) {
    connect(action, &QAction::triggered, this, std::forward<decltype(what)>(what));
  };
  on(actions_.play, [this] { engine_.TogglePause(); });
  on(actions_.back, [this] { engine_.SeekBy(-kStep); });
  on(actions_.forward, [this] { engine_.SeekBy(kStep); });
  on(actions_.far_back, [this] { engine_.SeekBy(-kFarStep); });
  on(actions_.far_forward, [this] { engine_.SeekBy(kFarStep); });
  on(actions_.beginning, [this] { engine_.SeekTo(milliseconds(0)); });
  on(actions_.slower, [this] { engine_.SetRate(engine_.rate() - kRateStep); });
  on(actions_.faster, [this] { engine_.SetRate(engine_.rate() + kRateStep); });
  on(actions_.normal_speed, [this] { engine_.SetRate(1); });
  on(actions_.louder, [this] { engine_.SetVolume(engine_.volume_percent() + kVolumeStep); });
  on(actions_.quieter, [this] { engine_.SetVolume(engine_.volume_percent() - kVolumeStep); });
  on(actions_.mute, [this] { engine_.SetMuted(!engine_.is_muted()); });
  for (int tenth = 0; tenth < 10; ++tenth) {
    auto* key = new QShortcut(QKeySequence(Qt::Key_0 + tenth), this);
    connect(key, &QShortcut::activated, this, [this, tenth] { JumpToTenth(tenth); });
  }
}

void MainWindow::ConnectTracks() {
  connect(actions_.next_audio, &QAction::triggered, this,
          [this] { SelectNext(engine_.AudioTracks(), &Engine::SelectAudio); });
  connect(actions_.next_subtitles, &QAction::triggered, this,
          [this] { SelectNext(engine_.SubtitleTracks(), &Engine::SelectSubtitles); });
  connect(actions_.load_subtitles, &QAction::triggered, this, &MainWindow::AskForSubtitles);
  connect(audio_menu_, &QMenu::aboutToShow, this, &MainWindow::FillAudioMenu);
  connect(subtitle_menu_, &QMenu::aboutToShow, this, &MainWindow::FillSubtitleMenu);
  FillAudioMenu();
  FillSubtitleMenu();
}

void MainWindow::ConnectWindow() {
  connect(actions_.open_link, &QAction::triggered, this, &MainWindow::AskForLink);
  connect(actions_.quit, &QAction::triggered, this, &MainWindow::close);
  connect(actions_.full_screen, &QAction::triggered, this, &MainWindow::SetFullScreen);
  connect(actions_.leave_full_screen, &QAction::triggered, this, [this] { SetFullScreen(false); });
  connect(actions_.keys, &QAction::triggered, this, &MainWindow::ShowKeys);
  connect(video_, &VideoArea::DoubleClicked, this, [this] { SetFullScreen(!full_screen_); });
  connect(video_, &VideoArea::PointerMoved, this, &MainWindow::ShowBarForAWhile);
  connect(message_, &MessagePage::TryAgain, &engine_, &Engine::Restart);
  hide_bar_.setSingleShot(true);
  hide_bar_.setInterval(kBarShown);
  connect(&hide_bar_, &QTimer::timeout, this, [this] {
    bar_->hide();
    setCursor(Qt::BlankCursor);
  });
}

void MainWindow::FollowEngine() {
  connect(&engine_, &Engine::StateChanged, this, &MainWindow::ShowState);
  connect(&engine_, &Engine::VolumeChanged, this, &MainWindow::ShowVolume);
  connect(&session_, &Session::TitleChanged, this, &MainWindow::Raise);
  connect(&session_, &Session::LinkRefused, this, [this](LinkProblem problem) {
    engine_.Stop();
    ShowMessage(Messages::Of(problem));
    Raise();
  });
  ShowMessage(Messages::Welcome());
}

// In the title too, where the desktop's list of windows shows it.
void MainWindow::ShowMessage(const Message& message) {
  const auto state = engine_.state();
  message_->Show(message, state == PlayState::kFailed);
  stack_->setCurrentWidget(message_);
  setWindowTitle(message.title + kTitleEnd);
}

void MainWindow::ShowState() {
  const auto state = engine_.state();
  if (state == PlayState::kFailed) {
    ShowMessage(Messages::Of(engine_.problem(), engine_.stream_problem()));
  } else if (state == PlayState::kIdle) {
    ShowMessage(Messages::Welcome());
  } else {
    stack_->setCurrentWidget(video_);
    setWindowTitle(session_.title() + kTitleEnd);
  }
  actions_.ShowPlaying(state == PlayState::kOpening || state == PlayState::kBuffering ||
                       state == PlayState::kPlaying);
  if (full_screen_) ShowBarForAWhile();
}

void MainWindow::ShowVolume() {
  actions_.ShowMuted(engine_.is_muted());
  settings_.setValue(kVolumeKey, engine_.volume_percent());
  settings_.setValue(kMutedKey, engine_.is_muted());
}

void MainWindow::FillTracks(QMenu* menu, const Tracks& tracks, void (Engine::*select)(int)) {
  menu->clear();
  for (const Track& track : tracks.tracks) {
    // An ampersand would make the next letter a key.
    QAction* action = menu->addAction(QString(track.name).replace("&", "&&"), &engine_,
                                      [this, select, id = track.id] { (engine_.*select)(id); });
    action->setCheckable(true);
    action->setChecked(track.id == tracks.selected);
  }
  if (tracks.tracks.empty()) menu->addAction(tr("None in this film"))->setEnabled(false);
  menu->addSeparator();
}

void MainWindow::FillAudioMenu() {
  FillTracks(audio_menu_, engine_.AudioTracks(), &Engine::SelectAudio);
  audio_menu_->addAction(actions_.next_audio);
}

void MainWindow::FillSubtitleMenu() {
  FillTracks(subtitle_menu_, engine_.SubtitleTracks(), &Engine::SelectSubtitles);
  subtitle_menu_->addActions({actions_.next_subtitles, actions_.load_subtitles});
}

void MainWindow::SelectNext(const Tracks& tracks, void (Engine::*select)(int)) {
  const auto& list = tracks.tracks;
  if (list.empty()) return;
  auto next = std::find_if(list.begin(), list.end(),
                           [&tracks](const Track& track) { return track.id == tracks.selected; });
  if (next != list.end()) ++next;
  if (next == list.end()) next = list.begin();
  (engine_.*select)(next->id);
}

void MainWindow::JumpToTenth(int tenth) { engine_.SeekTo(engine_.length() * tenth / 10); }

void MainWindow::AskForLink() {
  const QString copied = QApplication::clipboard()->text();
  bool agreed = false;
  const QString link = QInputDialog::getText(
      this, tr("Open link"), tr("A link that begins with yundisk://play:"), QLineEdit::Normal,
      copied.startsWith("yundisk:") ? copied : "", &agreed);
  if (agreed && !link.isEmpty()) session_.OpenLink(link.trimmed().toStdString());
}

void MainWindow::AskForSubtitles() {
  const QString path =
      QFileDialog::getOpenFileName(this, tr("Load subtitles"), {}, SubtitleFiles());
  if (!path.isEmpty()) engine_.LoadSubtitles(path);
}

void MainWindow::ShowKeys() {
  QString text;
  for (const QAction* action : actions_.all) {
    const QString what = QString(action->text()).remove('&').remove("…");
    text += QKeySequence::listToString(action->shortcuts(), QKeySequence::NativeText) + "  –  " +
            what + "\n";
  }
  text += "0…9  –  " + tr("To that tenth of the film");
  QMessageBox::information(this, tr("Keys"), text);
}

void MainWindow::Raise() {
  setWindowState(windowState() & ~Qt::WindowMinimized);
  show();
  raise();
  activateWindow();
}

void MainWindow::SetFullScreen(bool full) {
  if (full == full_screen_) return;
  full_screen_ = full;
  actions_.full_screen->setChecked(full);
  menuBar()->setVisible(!full);
  auto* column = static_cast<QVBoxLayout*>(centralWidget()->layout());
  if (full) {
    column->removeWidget(bar_);
    showFullScreen();
    ShowBarForAWhile();
  } else {
    hide_bar_.stop();
    unsetCursor();
    column->addWidget(bar_);
    bar_->show();
    showNormal();
  }
  emit FullScreenChanged();
}

void MainWindow::ShowBarForAWhile() {
  if (!full_screen_) return;
  unsetCursor();
  bar_->show();
  PlaceBar();
  if (engine_.state() == PlayState::kPlaying) {
    hide_bar_.start();
  } else {
    hide_bar_.stop();
  }
}

// Over the picture; a window of its own, because the picture is one and would cover it.
void MainWindow::PlaceBar() {
  bar_->setAttribute(Qt::WA_NativeWindow);
  const int height = bar_->sizeHint().height();
  bar_->setGeometry(0, centralWidget()->height() - height, centralWidget()->width(), height);
  bar_->raise();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!full_screen_) settings_.setValue(kGeometryKey, saveGeometry());
  event->accept();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  if (full_screen_) PlaceBar();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

// A link to a film, or a file with subtitles.
void MainWindow::dropEvent(QDropEvent* event) {
  const auto urls = event->mimeData()->urls();
  if (urls.isEmpty()) return;
  if (urls.front().isLocalFile()) {
    engine_.LoadSubtitles(urls.front().toLocalFile());
  } else {
    session_.OpenLink(urls.front().toEncoded().toStdString());
  }
}

}  // namespace yundisk::player
