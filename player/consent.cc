#include "player/consent.h"

#include <QMessageBox>
#include <QPushButton>

namespace yundisk::player {

Consent ConsentDialog::Ask(const Link& link, QWidget* parent) {
  QMessageBox box(parent);
  box.setIcon(QMessageBox::Question);
  box.setWindowTitle(tr("Play from a new server?"));
  box.setTextFormat(Qt::PlainText);
  box.setText(
      tr("A page wants to play “%1” from %2.")
          .arg(QString::fromStdString(link.title), QString::fromStdString(link.url.Origin())));
  box.setInformativeText(tr("Go on only if this is your yundisk, and you asked for the film."));
  const auto* once = box.addButton(tr("Play &once"), QMessageBox::AcceptRole);
  const auto* always = box.addButton(tr("&Trust this server"), QMessageBox::YesRole);
  auto* refuse = box.addButton(QMessageBox::Cancel);
  box.setDefaultButton(refuse);
  box.setEscapeButton(refuse);
  box.exec();
  if (box.clickedButton() == once) return Consent::kOnce;
  return box.clickedButton() == always ? Consent::kAlways : Consent::kRefuse;
}

}  // namespace yundisk::player
