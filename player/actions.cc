#include "player/actions.h"

#include <QKeySequence>

#include "player/symbols.h"

namespace yundisk::player {

Actions::Actions(QObject* parent)
    : QObject(parent),
      open_link(Make(tr("&Open link…"), {Qt::CTRL | Qt::Key_L, Qt::CTRL | Qt::Key_O})),
      quit(Make(tr("&Quit"), {Qt::CTRL | Qt::Key_Q})),
      play(Make("", {Qt::Key_Space, Qt::Key_K, Qt::Key_MediaTogglePlayPause})),
      back(Make(tr("10 seconds &back"), {Qt::Key_Left})),
      forward(Make(tr("10 seconds &forward"), {Qt::Key_Right})),
      far_back(Make(tr("1 minute back"), {Qt::SHIFT | Qt::Key_Left})),
      far_forward(Make(tr("1 minute forward"), {Qt::SHIFT | Qt::Key_Right})),
      beginning(Make(tr("From the beginning"), {Qt::Key_Home})),
      slower(Make(tr("&Slower"), {Qt::Key_BracketLeft})),
      faster(Make(tr("Fas&ter"), {Qt::Key_BracketRight})),
      normal_speed(Make(tr("&Normal speed"), {Qt::Key_Backspace})),
      louder(Make(tr("&Louder"), {Qt::Key_Up})),
      quieter(Make(tr("&Quieter"), {Qt::Key_Down})),
      mute(Make("", {Qt::Key_M})),
      next_audio(Make(tr("&Next sound track"), {Qt::Key_A})),
      next_subtitles(Make(tr("&Next subtitles"), {Qt::Key_S})),
      load_subtitles(Make(tr("&Load subtitles from a file…"), {Qt::CTRL | Qt::Key_T})),
      full_screen(Make(tr("&Full screen"), {Qt::Key_F, Qt::Key_F11})),
      leave_full_screen(Make(tr("&Leave full screen"), {Qt::Key_Escape})),
      keys(Make(tr("&Keys"), {Qt::Key_Question, Qt::Key_F1})) {
  back->setIcon(MakeIcon(Symbol::kBack));
  forward->setIcon(MakeIcon(Symbol::kForward));
  full_screen->setIcon(MakeIcon(Symbol::kFullScreen));
  full_screen->setCheckable(true);
  for (QAction* action : {play, mute, open_link, load_subtitles, keys})
    action->setAutoRepeat(false);
  ShowPlaying(false);
  ShowMuted(false);
}

void Actions::ShowPlaying(bool playing) {
  play->setText(playing ? tr("&Pause") : tr("&Play"));
  play->setIcon(MakeIcon(playing ? Symbol::kPause : Symbol::kPlay));
}

void Actions::ShowMuted(bool muted) {
  mute->setText(muted ? tr("Sound &on") : tr("Sound &off"));
  mute->setIcon(MakeIcon(muted ? Symbol::kMuted : Symbol::kSpeaker));
}

QAction* Actions::Make(const QString& text, const QList<QKeySequence>& shortcuts) {
  auto* action = new QAction(text, this);
  action->setShortcuts(shortcuts);
  all.push_back(action);
  return action;
}

}  // namespace yundisk::player
