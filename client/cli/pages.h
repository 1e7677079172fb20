// What is made of the model besides --help.
#pragma once

#include "model.h"

namespace client::cli {

std::string man_page(const command &root, const std::string &version);
std::string bash_completion(const command &root);
std::string zsh_completion(const command &root);
std::string fish_completion(const command &root);

}  // namespace client::cli
