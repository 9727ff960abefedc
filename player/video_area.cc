#include "player/video_area.h"

#include <QMouseEvent>
#include <QPainter>

namespace yundisk::player {

VideoArea::VideoArea(QWidget* parent) : QWidget(parent) {
  // A window of its own on the display, without making one of every widget around it.
  setAttribute(Qt::WA_DontCreateNativeAncestors);
  setAttribute(Qt::WA_NativeWindow);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setMouseTracking(true);
  setMinimumSize(320, 180);
}

void VideoArea::paintEvent(QPaintEvent*) { QPainter(this).fillRect(rect(), Qt::black); }

void VideoArea::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) emit Clicked();
}

void VideoArea::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) emit DoubleClicked();
}

void VideoArea::mouseMoveEvent(QMouseEvent*) { emit PointerMoved(); }

}  // namespace yundisk::player
