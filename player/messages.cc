#include "player/messages.h"

namespace yundisk::player {

Message Messages::Welcome() {
  return {tr("Nothing to play yet"),
          tr("Choose “Open in player” for a video on the page of your yundisk.")};
}

Message Messages::Of(LinkProblem problem) {
  switch (problem) {
    case LinkProblem::kNotALink:
      return {tr("This is not a link to a film"),
              tr("Links for this player begin with yundisk://play.")};
    case LinkProblem::kMalformed:
      return {tr("The link is damaged"), tr("Open the film from the page again.")};
    case LinkProblem::kNotHttp:
      return {tr("The link was refused"),
              tr("It leads to something that is not a plain http or https address.")};
    case LinkProblem::kOtherServer:
      return {tr("The link was refused"), tr("It leads to another server than the one it names.")};
    case LinkProblem::kNotSigned:
      return {tr("The link was refused"), tr("It does not lead to a film of a yundisk.")};
  }
  return {};
}

Message Messages::Of(StreamProblem problem) {
  switch (problem) {
    case StreamProblem::kExpired:
      return {tr("The link has expired"), tr("Open the film from the page again.")};
    case StreamProblem::kNotFound:
      return {tr("The film is not there any more"), tr("It may have been moved or deleted.")};
    case StreamProblem::kRefused:
      return {tr("The server refused the film"), tr("Open the film from the page again.")};
    case StreamProblem::kServer:
      return {tr("The server has a problem"), tr("Try again in a moment.")};
    case StreamProblem::kUnsuitable:
      return {tr("The server sent something else"), tr("It may not be a yundisk.")};
    case StreamProblem::kRedirected:
      return {tr("The film was refused"), tr("The server sends it on to another address.")};
    case StreamProblem::kNoSuchHost:
      return {tr("The server was not found"), tr("Check the network and the name of the server.")};
    case StreamProblem::kUnreachable:
      return {tr("The server can’t be reached"),
              tr("Check the network and whether the server runs.")};
    case StreamProblem::kInterrupted:
      return {tr("The connection broke"), tr("Check the network, then try again.")};
    case StreamProblem::kCertificate:
      return {tr("The connection is not safe"),
              tr("The server can’t prove that it is the one it claims to be.")};
    case StreamProblem::kChanged:
      return {tr("The film was replaced while it played"),
              tr("Open the film from the page again.")};
    case StreamProblem::kNone:
    case StreamProblem::kCancelled: break;
  }
  return {};
}

Message Messages::Of(PlayProblem problem, StreamProblem stream_problem) {
  switch (problem) {
    case PlayProblem::kStream: return Of(stream_problem);
    case PlayProblem::kPlaylist:
      return {tr("This file is a playlist"), tr("Only films and music themselves are played.")};
    case PlayProblem::kUnknownFormat:
      return {tr("The format is not known"), tr("The file is damaged, or it is no film.")};
    case PlayProblem::kNone: break;
  }
  return {};
}

}  // namespace yundisk::player
