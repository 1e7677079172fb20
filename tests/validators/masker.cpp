// usage: masker < CASES > VALUES
//
// A case is a line: a strategy, its options and a value, a tab between them. Prints the masked value of each.
#include <cstdio>
#include <iostream>
#include <map>
#include <string>

#include "../unit/strategy_fixture.h"

int main() {
  using namespace confiture::mask;
  std::map<std::string, std::unique_ptr<Strategy>> strategies;
  for (std::string line; std::getline(std::cin, line);) {
    const size_t options = line.find('\t') + 1, value = line.find('\t', options) + 1;
    auto &strategy = strategies[line.substr(0, value)];
    if (strategy == nullptr)
      strategy = make_for(line.substr(0, options - 1), line.substr(options, value - options - 1));
    std::puts(masked_by(*strategy, line.substr(value)).c_str());
  }
}
