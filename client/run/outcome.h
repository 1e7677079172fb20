// What came of a run: its exit code, words, and the JSON that docs/reference/run.schema.json describes.
#pragma once

#include <optional>
#include <string>

#include "output.h"

namespace client::run {

// The exit code for the state of a run that is over.
ExitCode exit_code_of(const std::string &state);

struct Outcome {
  std::string state;
  std::string words;  // "run 7: done, 6 tables, ..."
};
// Of a run that others can see; nothing otherwise. The time of one that was resumed has the pause in it.
std::optional<Outcome> find_outcome(Connection &target, const std::string &run, bool is_resumed = false);

// The document of a run; with an error that kept it from being, or ended it.
std::string json_of(Connection *target, const std::string &run, ExitCode code, const Error *problem);

}  // namespace client::run
