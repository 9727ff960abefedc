#include "player/session.h"

#include <utility>
#include <variant>

namespace yundisk::player {

void Session::OpenLink(std::string_view text) {
  if (asking_) return;
  const auto parsed = ParseLink(text);
  if (const auto* problem = std::get_if<LinkProblem>(&parsed)) {
    emit LinkRefused(*problem);
    return;
  }
  const Link& link = std::get<Link>(parsed);
  if (!MayPlay(link)) return;
  title_ = QString::fromStdString(link.title);
  engine_.Play(link.url.ToString());
  emit TitleChanged();
}

bool Session::MayPlay(const Link& link) {
  if (servers_.Contains(link.url)) return true;
  asking_ = true;
  const Consent consent = ask_(link);
  asking_ = false;
  if (consent == Consent::kAlways) servers_.Add(link.url);
  return consent != Consent::kRefuse;
}

}  // namespace yundisk::player
