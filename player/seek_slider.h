// The slider of the position: a click goes there, dragging follows, hovering tells the time.
#pragma once

#include <chrono>

#include <QSlider>

namespace yundisk::player {

class SeekSlider : public QSlider {
  Q_OBJECT

 public:
  explicit SeekSlider(QWidget* parent = nullptr);

  void SetLength(std::chrono::milliseconds length);
  // Does nothing while the user holds the slider.
  void SetPosition(std::chrono::milliseconds position);

 signals:
  // On a click, and while dragging as often as the pointer moves.
  void SeekWanted(std::chrono::milliseconds position);

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;

 private:
  std::chrono::milliseconds TimeAt(int x) const;
  void GoTo(int x);

  std::chrono::milliseconds length_{0};
};

}  // namespace yundisk::player
