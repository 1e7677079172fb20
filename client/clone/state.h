// How far a clone has come, kept in a directory so that the same command goes on.
#pragma once

#include <set>
#include <string>

namespace client::clone {

class State {
 public:
  // Makes the directory. What is kept there of another database, or of one that was dropped, is forgotten.
  State(std::string directory, const std::string &database);
  bool has(const std::string &step) const { return steps_.contains(step); }
  // On disk before this returns.
  void add(const std::string &step);
  std::string file(const std::string &name) const { return directory_ + "/" + name; }
  const std::string &directory() const { return directory_; }
  // There is nothing to go on with.
  void remove();

 private:
  std::string directory_;
  std::set<std::string> steps_;
};

}  // namespace client::clone
