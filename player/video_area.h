// The black window that libVLC draws the picture into.
#pragma once

#include <cstdint>

#include <QWidget>

namespace yundisk::player {

class VideoArea : public QWidget {
  Q_OBJECT

 public:
  explicit VideoArea(QWidget* parent = nullptr);

  // For libVLC; valid as long as the widget.
  std::uint32_t x11_window() const { return static_cast<std::uint32_t>(winId()); }

 signals:
  void Clicked();
  void DoubleClicked();
  void PointerMoved();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
};

}  // namespace yundisk::player
