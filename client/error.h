// What ends a command early: a message in PostgreSQL's style, and the exit code that scripts read.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace client {

// Documented in docs/reference/cli.md.
enum class ExitCode {
  done = 0,
  failed = 1,
  usage = 2,       // wrong arguments, settings or files, or a name of something that does not exist
  connection = 3,  // to the target or to the source
  partial = 4,     // done in part
  refused = 5,     // by the guard or by validation, before any change
  interrupted = 130
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string &message, std::string hint = {}, std::string detail = {})
      : std::runtime_error(message), code_(code), hint_(std::move(hint)), detail_(std::move(detail)) {}

  ExitCode code() const { return code_; }
  const std::string &hint() const { return hint_; }
  const std::string &detail() const { return detail_; }

 private:
  ExitCode code_;
  std::string hint_;
  std::string detail_;
};

}  // namespace client
