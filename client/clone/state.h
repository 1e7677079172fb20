// The progress of a clone, kept in a directory so that the same command can continue it.
#pragma once

#include <set>
#include <string>

namespace client::clone {

class State {
 public:
  // Opens the directory, or creates it. Files about another database, or one that was dropped since, are removed.
  State(std::string directory, const std::string &database);
  bool has(const std::string &step) const { return steps_.contains(step); }
  // Records a step; it is on disk before this returns.
  void add(const std::string &step);
  std::string file(const std::string &name) const { return directory_ + "/" + name; }
  const std::string &directory() const { return directory_; }
  // Removes files and directory once nothing is left to do.
  void remove();

 private:
  std::string directory_;
  std::set<std::string> steps_;
};

}  // namespace client::clone
