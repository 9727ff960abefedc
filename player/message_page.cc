#include "player/message_page.h"

#include <QFont>
#include <QVBoxLayout>

namespace yundisk::player {
namespace {

constexpr double kTitleScale = 1.5;

QLabel* MakeLabel(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setAlignment(Qt::AlignCenter);
  label->setWordWrap(true);
  // Titles come from links; they are never markup.
  label->setTextFormat(Qt::PlainText);
  return label;
}

}  // namespace

MessagePage::MessagePage(QWidget* parent)
    : QWidget(parent),
      title_(MakeLabel(this)),
      advice_(MakeLabel(this)),
      button_(new QPushButton(tr("Try again"), this)) {
  QFont font = title_->font();
  font.setPointSizeF(font.pointSizeF() * kTitleScale);
  title_->setFont(font);
  auto* column = new QVBoxLayout(this);
  column->addStretch();
  column->addWidget(title_);
  column->addWidget(advice_);
  column->addWidget(button_, 0, Qt::AlignCenter);
  column->addStretch();
  connect(button_, &QPushButton::clicked, this, &MessagePage::TryAgain);
}

void MessagePage::Show(const Message& message, bool can_try_again) {
  title_->setText(message.title);
  advice_->setText(message.advice);
  button_->setVisible(can_try_again);
  if (can_try_again) button_->setFocus();
}

}  // namespace yundisk::player
