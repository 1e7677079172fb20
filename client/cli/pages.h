// What is generated from the model besides --help.
#pragma once

#include "cli/model.h"

namespace client::cli {

std::string man_page(const Command &root, const std::string &version);
std::string bash_completion(const Command &root);
std::string zsh_completion(const Command &root);
std::string fish_completion(const Command &root);

}  // namespace client::cli
