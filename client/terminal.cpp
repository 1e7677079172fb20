#include "terminal.h"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "error.h"
#include "interrupt.h"

namespace client {

namespace {

// Switches the terminal's echo off. Ctrl-C is caught, so that the echo is switched on again.
class SilentTerminal {
 public:
  SilentTerminal() : fd_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {
    if (fd_ < 0)
      throw Error(ExitCode::usage, "a password is needed, but there is no terminal to ask for it",
                  "Put it into ~/.pgpass, or give --password-file where a command takes it.");
    tcgetattr(fd_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    tcsetattr(fd_, TCSAFLUSH, &before_);
    say("\n");
    close(fd_);
  }
  SilentTerminal(const SilentTerminal &) = delete;
  SilentTerminal &operator=(const SilentTerminal &) = delete;

  void say(const std::string &text) const { [[maybe_unused]] ssize_t written = write(fd_, text.data(), text.size()); }

  std::string read_line() {
    std::string line;
    for (char c = '\0';;) {
      interrupts_.wait(fd_, forever);
      if (interrupts_.take_signal()) throw Error(ExitCode::interrupted, "interrupted");
      if (read(fd_, &c, 1) != 1 || c == '\n') return line;
      line += c;
    }
  }

 private:
  static constexpr int forever = 1 << 30;  // milliseconds: twelve days
  InterruptGuard interrupts_;
  int fd_;
  termios before_ = {};
};

}  // namespace

bool is_interactive() { return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0; }

bool confirm(const std::string &question, const std::string &hint) {
  if (!is_interactive())
    throw Error(ExitCode::usage, "cannot ask for confirmation without a terminal, nothing was changed", hint);
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  bool is_yes = answer == "y" || answer == "Y" || answer == "yes";
  if (!is_yes) std::cerr << "Nothing was changed.\n";
  return is_yes;
}

std::string ask_password(const std::string &prompt) {
  SilentTerminal terminal;
  terminal.say(prompt);
  return terminal.read_line();
}

std::optional<Screen> stderr_screen() {
  const char *terminal = std::getenv("TERM");
  if (isatty(STDERR_FILENO) == 0 || terminal == nullptr || std::string_view(terminal) == "dumb") return std::nullopt;
  Screen screen;
  winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    screen.width = size.ws_col;
    screen.height = size.ws_row;
  }
  screen.utf8 = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  const char *no_color = std::getenv("NO_COLOR");
  screen.colour = no_color == nullptr || *no_color == '\0';
  return screen;
}

}  // namespace client
