// The symbols on the buttons, drawn here so that they look the same under every desktop theme.
#pragma once

#include <QIcon>

namespace yundisk::player {

enum class Symbol {
  kPlay,
  kPause,
  kBack,
  kForward,
  kSpeaker,
  kMuted,
  kSubtitles,
  kAudio,
  kFullScreen
};

QIcon MakeIcon(Symbol symbol);

}  // namespace yundisk::player
