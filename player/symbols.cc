#include "player/symbols.h"

#include <QColor>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QPolygonF>

namespace yundisk::player {
namespace {

// Everything is drawn on a grid of 24 by 24, at a size that is sharp on dense screens too.
constexpr int kGrid = 24;
constexpr int kPixels = 96;
constexpr QColor kColour(0xE8, 0xEA, 0xED);
constexpr QColor kDisabledColour(0x6B, 0x70, 0x78);

void DrawArrow(QPainter& painter, qreal direction) {
  const auto x = [direction](qreal from_centre) { return kGrid / 2 + direction * from_centre; };
  for (const qreal shift : {-6.0, 2.0})
    painter.drawPolygon(QPolygonF({{x(shift), 6}, {x(shift + 7), 12}, {x(shift), 18}}));
}

void DrawSpeaker(QPainter& painter) {
  painter.drawPolygon(
      QPolygonF({{4, 9.5}, {7.5, 9.5}, {12, 5.5}, {12, 18.5}, {7.5, 14.5}, {4, 14.5}}));
}

void DrawWaves(QPainter& painter, const QPen& pen) {
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  for (const qreal radius : {3.5, 7.0})
    painter.drawArc(QRectF(12.5 - radius, 12 - radius, 2 * radius, 2 * radius), -50 * 16, 100 * 16);
}

void DrawCross(QPainter& painter, const QPen& pen) {
  painter.setPen(pen);
  painter.drawLine(QPointF(15.5, 9.5), QPointF(20.5, 14.5));
  painter.drawLine(QPointF(20.5, 9.5), QPointF(15.5, 14.5));
}

void DrawSubtitles(QPainter& painter, const QPen& pen) {
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(3.5, 6, 17, 12), 2, 2);
  painter.drawLine(QPointF(7, 14.5), QPointF(13, 14.5));
  painter.drawLine(QPointF(15.5, 14.5), QPointF(17, 14.5));
  painter.drawLine(QPointF(7, 11), QPointF(9, 11));
  painter.drawLine(QPointF(11.5, 11), QPointF(17, 11));
}

void DrawNote(QPainter& painter, const QPen& pen) {
  painter.drawEllipse(QRectF(5, 14.5, 5, 4));
  painter.drawEllipse(QRectF(14, 12.5, 5, 4));
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  painter.drawPolyline(QPolygonF({{9.2, 16.5}, {9.2, 7}, {18.2, 5}, {18.2, 14.5}}));
}

void DrawCorners(QPainter& painter, const QPen& pen) {
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  for (const qreal x : {5.0, 19.0}) {
    for (const qreal y : {6.0, 18.0}) {
      const qreal inner_x = x < 12 ? x + 4 : x - 4;
      const qreal inner_y = y < 12 ? y + 4 : y - 4;
      painter.drawPolyline(QPolygonF({{inner_x, y}, {x, y}, {x, inner_y}}));
    }
  }
}

void Draw(QPainter& painter, Symbol symbol, const QPen& pen) {
  switch (symbol) {
    case Symbol::kPlay: painter.drawPolygon(QPolygonF({{8, 5}, {19, 12}, {8, 19}})); break;
    case Symbol::kPause:
      painter.drawRect(QRectF(7, 5.5, 3.5, 13));
      painter.drawRect(QRectF(13.5, 5.5, 3.5, 13));
      break;
    case Symbol::kBack: DrawArrow(painter, -1); break;
    case Symbol::kForward: DrawArrow(painter, 1); break;
    case Symbol::kSpeaker:
      DrawSpeaker(painter);
      DrawWaves(painter, pen);
      break;
    case Symbol::kMuted:
      DrawSpeaker(painter);
      DrawCross(painter, pen);
      break;
    case Symbol::kSubtitles: DrawSubtitles(painter, pen); break;
    case Symbol::kAudio: DrawNote(painter, pen); break;
    case Symbol::kFullScreen: DrawCorners(painter, pen); break;
  }
}

QPixmap Paint(Symbol symbol, QColor colour) {
  QPixmap pixmap(kPixels, kPixels);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(qreal{kPixels} / kGrid, qreal{kPixels} / kGrid);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  Draw(painter, symbol, QPen(colour, 1.7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  return pixmap;
}

}  // namespace

QIcon MakeIcon(Symbol symbol) {
  QIcon icon(Paint(symbol, kColour));
  icon.addPixmap(Paint(symbol, kDisabledColour), QIcon::Disabled);
  return icon;
}

}  // namespace yundisk::player
