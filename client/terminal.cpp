#include "terminal.h"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "error.h"
#include "interrupt.h"

namespace client {

namespace {

constexpr int forever = 1 << 30;  // milliseconds: twelve days

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
  InterruptGuard interrupts;
  interrupts.wait(STDIN_FILENO, forever);
  if (interrupts.take_signal()) throw Error(ExitCode::interrupted, "interrupted");
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

static std::optional<Screen> screen_of(int fd) {
  const char *terminal = std::getenv("TERM");
  if (isatty(fd) == 0 || terminal == nullptr || std::string_view(terminal) == "dumb") return std::nullopt;
  Screen screen;
  winsize size = {};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    screen.width = size.ws_col;
    screen.height = size.ws_row;
  }
  screen.utf8 = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  const char *no_color = std::getenv("NO_COLOR");
  screen.colour = no_color == nullptr || *no_color == '\0';
  return screen;
}

std::optional<Screen> stderr_screen() { return screen_of(STDERR_FILENO); }

std::optional<Screen> stdout_screen() { return screen_of(STDOUT_FILENO); }

bool show_in_pager(const std::string &text) {
  auto screen = stdout_screen();
  if (!screen || isatty(STDIN_FILENO) == 0 || std::ranges::count(text, '\n') < screen->height) return false;
  const char *pager = "less";
  for (const char *name : {"PAGER", "PSQL_PAGER"})
    if (const char *value = std::getenv(name)) pager = value;
  if (std::string_view(pager).find_first_not_of(" \t") == std::string_view::npos) return false;
  // Colours, and no lines cut off: less's own defaults show neither.
  setenv("LESS", "-FRSX", 0);
  FILE *pipe = popen(pager, "w");
  if (pipe == nullptr) return false;
  // Who leaves the pager early has seen enough.
  auto *before = std::signal(SIGPIPE, SIG_IGN);
  [[maybe_unused]] size_t written = fwrite(text.data(), 1, text.size(), pipe);
  pclose(pipe);
  std::signal(SIGPIPE, before);
  return true;
}

}  // namespace client
