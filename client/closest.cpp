#include "closest.h"

#include <algorithm>
#include <cctype>

namespace client {

namespace {

bool same(char one, char other) {
  return std::tolower(static_cast<unsigned char>(one)) == std::tolower(static_cast<unsigned char>(other));
}

// Optimal string alignment: Levenshtein's distance with swaps of neighbours.
size_t distance(const std::string &one, const std::string &other) {
  std::vector<std::vector<size_t>> cost(one.size() + 1, std::vector<size_t>(other.size() + 1));
  for (size_t i = 0; i <= one.size(); i++) cost[i][0] = i;
  for (size_t j = 0; j <= other.size(); j++) cost[0][j] = j;
  for (size_t i = 1; i <= one.size(); i++)
    for (size_t j = 1; j <= other.size(); j++) {
      size_t replaced = cost[i - 1][j - 1] + (same(one[i - 1], other[j - 1]) ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && same(one[i - 1], other[j - 2]) && same(one[i - 2], other[j - 1]))
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[one.size()][other.size()];
}

}  // namespace

std::optional<std::string> closest(const std::string &word, const std::vector<std::string> &candidates) {
  constexpr size_t longest = 200;  // no name is longer, and the table of costs grows with the square
  if (word.size() > longest) return std::nullopt;
  std::optional<std::string> best;
  size_t nearest = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string &each : candidates) {
    size_t current = distance(word, each);
    if (current >= nearest) continue;
    nearest = current;
    best = each;
  }
  return best;
}

std::string did_you_mean(const std::string &word, const std::vector<std::string> &candidates) {
  auto candidate = closest(word, candidates);
  return candidate ? "Did you mean " + *candidate + "? " : "";
}

}  // namespace client
