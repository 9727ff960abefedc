#include "player/control_bar.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "player/time_text.h"

namespace yundisk::player {
namespace {

constexpr int kIconPixels = 22;
constexpr int kVolumeWidth = 90;
constexpr int kMargin = 8;

}  // namespace

ControlBar::ControlBar(Engine& engine, Actions& actions, QMenu* audio_menu, QMenu* subtitle_menu,
                       QWidget* parent)
    : QWidget(parent),
      engine_(engine),
      slider_(new SeekSlider(this)),
      progress_(new QLabel(this)),
      state_(new QLabel(this)),
      rate_(new QLabel(this)) {
  auto* row = new QHBoxLayout;
  for (QAction* action : {actions.play, actions.back, actions.forward}) AddButton(row, action);
  row->addWidget(progress_);
  row->addSpacing(kMargin);
  row->addWidget(state_);
  row->addStretch();
  row->addWidget(rate_);
  AddVolume(row, actions.mute);
  AddMenuButton(row, Symbol::kAudio, tr("Sound tracks"), audio_menu);
  AddMenuButton(row, Symbol::kSubtitles, tr("Subtitles"), subtitle_menu);
  AddButton(row, actions.full_screen);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin / 2, kMargin, kMargin / 2);
  column->setSpacing(kMargin / 2);
  column->addWidget(slider_);
  column->addLayout(row);
  setAutoFillBackground(true);
  FollowEngine();
}

QToolButton* ControlBar::AddButton(QHBoxLayout* row, QAction* action) {
  auto* button = new QToolButton(this);
  button->setDefaultAction(action);
  button->setAutoRaise(true);
  button->setIconSize({kIconPixels, kIconPixels});
  // Every button has a key; the arrow keys and Space stay with the film.
  button->setFocusPolicy(Qt::NoFocus);
  row->addWidget(button);
  return button;
}

void ControlBar::AddMenuButton(QHBoxLayout* row, Symbol symbol, const QString& name, QMenu* menu) {
  auto* button = new QToolButton(this);
  button->setIcon(MakeIcon(symbol));
  button->setToolTip(name);
  button->setAccessibleName(name);
  button->setMenu(menu);
  button->setPopupMode(QToolButton::InstantPopup);
  button->setAutoRaise(true);
  button->setIconSize({kIconPixels, kIconPixels});
  button->setFocusPolicy(Qt::NoFocus);
  row->addWidget(button);
}

void ControlBar::AddVolume(QHBoxLayout* row, QAction* mute) {
  AddButton(row, mute);
  volume_ = new QSlider(Qt::Horizontal, this);
  volume_->setRange(0, kMaxVolumePercent);
  volume_->setFixedWidth(kVolumeWidth);
  volume_->setFocusPolicy(Qt::NoFocus);
  volume_->setAccessibleName(tr("Volume"));
  row->addWidget(volume_);
  connect(volume_, &QSlider::valueChanged, &engine_, &Engine::SetVolume);
}

void ControlBar::FollowEngine() {
  connect(slider_, &SeekSlider::SeekWanted, &engine_, &Engine::SeekTo);
  connect(&engine_, &Engine::PositionChanged, this, &ControlBar::ShowPosition);
  connect(&engine_, &Engine::LengthChanged, this, &ControlBar::ShowPosition);
  connect(&engine_, &Engine::StateChanged, this, &ControlBar::ShowState);
  connect(&engine_, &Engine::BufferingChanged, this, &ControlBar::ShowBuffering);
  connect(&engine_, &Engine::RateChanged, this, &ControlBar::ShowRate);
  connect(&engine_, &Engine::SeekableChanged, this, &ControlBar::ShowState);
  connect(&engine_, &Engine::VolumeChanged, this, [this] {
    const QSignalBlocker silent(volume_);
    volume_->setValue(engine_.is_muted() ? 0 : engine_.volume_percent());
    volume_->setToolTip(tr("Volume %1 %").arg(engine_.volume_percent()));
  });
  ShowState();
  ShowRate();
}

void ControlBar::ShowPosition() {
  slider_->SetLength(engine_.length());
  slider_->SetPosition(engine_.position());
  progress_->setText(ProgressText(engine_.position(), engine_.length()));
}

void ControlBar::ShowState() {
  const auto state = engine_.state();
  const bool loaded = state != PlayState::kIdle && state != PlayState::kFailed;
  slider_->setEnabled(loaded && engine_.is_seekable());
  state_->setText(state == PlayState::kOpening ? tr("Opening…") : QString());
  ShowPosition();
}

void ControlBar::ShowBuffering(int percent) {
  if (engine_.state() == PlayState::kBuffering) state_->setText(tr("Buffering, %1 %").arg(percent));
}

void ControlBar::ShowRate() {
  rate_->setText(engine_.rate() == 1 ? QString()
                                     : tr("%1×").arg(static_cast<double>(engine_.rate())));
}

}  // namespace yundisk::player
