// How a run ended: its exit code, a summary, and the JSON document that docs/reference/run.schema.json describes.
#pragma once

#include <optional>
#include <string>

#include "output.h"

namespace client::run {

// The exit code for the final state of a run.
ExitCode exit_code_of(const std::string &state);

struct Outcome {
  std::string state;
  std::string summary;  // "run 7: done, 6 tables, ..."
};
// Nothing for a run that is in no view. The time of a resumed run includes the pause.
std::optional<Outcome> find_outcome(Connection &target, const std::string &run, bool is_resumed = false);

// The document of a run, with the error that ended or prevented it. Without a target, or a run, only the exit code and
// the error are known.
std::string json_of(Connection *target, const std::string &run, ExitCode code, const Error *problem);

}  // namespace client::run
