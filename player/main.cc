// The desktop player. `yundisk-player yundisk://play?...` plays the film of a link; see link.h for
// what a link may say.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QLibraryInfo>
#include <QLocale>
#include <QPalette>
#include <QStyleFactory>
#include <QTranslator>

#include "player/consent.h"
#include "player/main_window.h"
#include "player/mpris.h"

namespace {

using yundisk::player::Link;

struct Arguments {
  QString link;
  QString trust;
  QString forget;
};

Arguments ReadArguments(const QCoreApplication& application) {
  QCommandLineParser parser;
  parser.setApplicationDescription("Plays films of a yundisk.");
  parser.addHelpOption();
  parser.addVersionOption();
  const QCommandLineOption trust("trust", "Plays films of this server without asking, and ends.",
                                 "origin");
  const QCommandLineOption forget("forget", "Asks again before films of this server, and ends.",
                                  "origin");
  parser.addOptions({trust, forget});
  parser.addPositionalArgument("link", "What the page opens: yundisk://play?...", "[link]");
  parser.process(application);
  const auto positional = parser.positionalArguments();
  return {positional.value(0), parser.value(trust), parser.value(forget)};
}

// Films look best on a dark ground.
void UseDarkLook() {
  QApplication::setStyle(QStyleFactory::create("Fusion"));
  const QColor ground(0x1B, 0x1D, 0x21);
  const QColor raised(0x2A, 0x2D, 0x33);
  const QColor text(0xE8, 0xEA, 0xED);
  QPalette palette(raised, ground);
  palette.setColor(QPalette::Base, ground.darker(115));
  palette.setColor(QPalette::WindowText, text);
  palette.setColor(QPalette::Text, text);
  palette.setColor(QPalette::ButtonText, text);
  palette.setColor(QPalette::Highlight, QColor(0x3D, 0x8B, 0xFD));
  palette.setColor(QPalette::HighlightedText, Qt::white);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, QColor(0x7A, 0x80, 0x88));
  QApplication::setPalette(palette);
}

void UseLanguage(QTranslator& own, QTranslator& qt) {
  const QLocale locale = QLocale::system();
  if (own.load(locale, "player", "_", ":/i18n")) QCoreApplication::installTranslator(&own);
  if (qt.load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
    QCoreApplication::installTranslator(&qt);
}

// What --trust and --forget ask for; the exit code, or nothing when neither was given.
std::optional<int> ChangeTrust(const Arguments& arguments,
                               yundisk::player::TrustedServers& servers) {
  const QString& wanted = arguments.trust.isEmpty() ? arguments.forget : arguments.trust;
  if (wanted.isEmpty()) return std::nullopt;
  const auto origin = yundisk::player::ParseOrigin(wanted.toStdString());
  if (!origin) {
    std::fputs("yundisk-player: a server is given like https://disk.example.org\n", stderr);
    return EXIT_FAILURE;
  }
  if (!arguments.forget.isEmpty()) servers.Remove(QString::fromStdString(origin->Origin()));
  if (!arguments.trust.isEmpty()) servers.Add(*origin);
  return EXIT_SUCCESS;
}

int Run(const Arguments& arguments, yundisk::player::TrustedServers& servers, QSettings& settings) {
  if (yundisk::player::HandToRunningPlayer(arguments.link)) return EXIT_SUCCESS;
  yundisk::player::Engine engine;
  QWidget* parent_of_questions = nullptr;
  yundisk::player::Session session(engine, servers, [&parent_of_questions](const Link& link) {
    return yundisk::player::ConsentDialog::Ask(link, parent_of_questions);
  });
  yundisk::player::MainWindow window(engine, session, settings);
  parent_of_questions = &window;
  QObject on_bus;
  yundisk::player::PublishOnBus(on_bus, engine, session, window);
  window.show();
  if (!arguments.link.isEmpty()) session.OpenLink(arguments.link.toStdString());
  return QApplication::exec();
}

// Changing the list of servers needs no desktop.
bool NeedsDesktop(int argc, char** argv) {
  return std::none_of(argv + 1, argv + argc, [](std::string_view argument) {
    return argument.starts_with("--trust") || argument.starts_with("--forget");
  });
}

std::unique_ptr<QCoreApplication> MakeApplication(int& argc, char** argv) {
  if (NeedsDesktop(argc, argv)) return std::make_unique<QApplication>(argc, argv);
  return std::make_unique<QCoreApplication>(argc, argv);
}

void NameApplication() {
  QCoreApplication::setOrganizationName("yundisk");
  QCoreApplication::setApplicationName("yundisk-player");
  QCoreApplication::setApplicationVersion(YUNDISK_VERSION);
}

}  // namespace

int main(int argc, char** argv) {
  // libVLC draws into windows of the X server; under Wayland that is Xwayland.
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "xcb");
  const auto application = MakeApplication(argc, argv);
  NameApplication();
  QSettings settings("yundisk", "player");
  yundisk::player::TrustedServers servers(settings);
  const Arguments arguments = ReadArguments(*application);
  if (const auto exit_code = ChangeTrust(arguments, servers)) return *exit_code;
  QGuiApplication::setDesktopFileName("yundisk-player");
  QApplication::setWindowIcon(QIcon::fromTheme("yundisk-player"));
  UseDarkLook();
  QTranslator own;
  QTranslator qt;
  UseLanguage(own, qt);
  return Run(arguments, servers, settings);
}
