#include "mask/document/path_set.h"

#include <algorithm>

#include "mask/characters.h"

namespace confiture::mask {

namespace {

using States = PathSet::States;

States operator&(const States &a, const States &b) {
  States both;
  for (size_t i = 0; i < States::n_words; i++) both.words[i] = a.words[i] & b.words[i];
  return both;
}

States operator|(const States &a, const States &b) {
  States either;
  for (size_t i = 0; i < States::n_words; i++) either.words[i] = a.words[i] | b.words[i];
  return either;
}

// Every state to the one behind it.
States next(const States &a) {
  States moved;
  uint64_t carry = 0;
  for (size_t i = 0; i < States::n_words; i++) {
    moved.words[i] = a.words[i] << 1 | carry;
    carry = a.words[i] >> 63;
  }
  return moved;
}

States without(const States &a, const States &b) {
  States left;
  for (size_t i = 0; i < States::n_words; i++) left.words[i] = a.words[i] & ~b.words[i];
  return left;
}

template <class Visit>
void each_bit(const States &states, Visit visit) {
  for (size_t i = 0; i < States::n_words; i++)
    for (uint64_t word = states.words[i]; word != 0; word &= word - 1)
      visit(i * 64 + static_cast<size_t>(std::countr_zero(word)));
}

// Of at least one.
size_t first_bit(const States &states) {
  size_t i = 0;
  while (states.words[i] == 0) i++;
  return i * 64 + static_cast<size_t>(std::countr_zero(states.words[i]));
}

// Of few, known keys.
size_t hash_of(std::string_view key) {
  uint64_t hash = key.size();
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return static_cast<size_t>(hash ^ hash >> 29);
}

bool ends_name(char c) { return c == '.' || c == '[' || c == ']' || c == '"' || c == '\'' || c == '*' || c <= ' '; }

// Takes a name in quotes off the front.
bool take_quoted(std::string_view &text, std::string &name) {
  const char quote = text[0];
  size_t at = 1;
  for (; at < text.size() && text[at] != quote; at++) {
    if (text[at] == '\\' && ++at == text.size()) return false;
    name += text[at];
  }
  if (at == text.size()) return false;
  text.remove_prefix(at + 1);
  return true;
}

}  // namespace

const char *PathSet::parse(std::string_view text, std::vector<Step> &steps) {
  using Kind = Step::Kind;
  if (!text.starts_with('$')) return "does not begin with $";
  text.remove_prefix(1);
  while (!text.empty()) {
    Step step{Kind::key, {}, 0};
    if (text.starts_with(".**")) {
      step.kind = Kind::deep;
      text.remove_prefix(3);
      if (!steps.empty() && steps.back() == step) continue;
    } else if (text.starts_with(".*")) {
      step.kind = Kind::any_key;
      text.remove_prefix(2);
    } else if (text[0] == '.') {
      text.remove_prefix(1);
      if (!text.empty() && text[0] == '"') {
        if (!take_quoted(text, step.key)) return "has a quote without an end";
      } else {
        const size_t size = static_cast<size_t>(std::find_if(text.begin(), text.end(), ends_name) - text.begin());
        if (size == 0) return "has a point without a key behind it";
        step.key = text.substr(0, size);
        text.remove_prefix(size);
      }
    } else if (text.starts_with("[*]")) {
      step.kind = Kind::any_element;
      text.remove_prefix(3);
    } else if (text.size() > 1 && text[0] == '[') {
      text.remove_prefix(1);
      if (text[0] == '"' || text[0] == '\'') {
        if (!take_quoted(text, step.key)) return "has a quote without an end";
      } else {
        step.kind = Kind::index;
        size_t digits = 0;
        for (; digits < text.size() && is_digit(text[digits]); digits++)
          step.index = step.index * 10 + static_cast<uint64_t>(text[digits] - '0');
        if (digits == 0 || digits > 9) return "has something else than *, a number or a key in quotes in brackets";
        text.remove_prefix(digits);
      }
      if (!text.starts_with(']')) return "has a bracket that is not closed";
      text.remove_prefix(1);
    } else {
      return "is no path as in $.user.email or $.items[*].name";
    }
    steps.push_back(std::move(step));
  }
  return nullptr;
}

const char *PathSet::add(std::string_view text, int leniency, int target) {
  Path path{{}, target, leniency, std::string(text)};
  if (const char *problem = parse(text, path.steps)) return problem;
  paths_.push_back(std::move(path));
  return nullptr;
}

// Smaller wins: what is stricter, then less of any depth, then fewer wildcards, then more steps.
std::array<size_t, 4> PathSet::Path::rank() const {
  size_t deep = 0, wild = 0;
  for (const Step &step : steps) {
    deep += step.kind == Step::Kind::deep;
    wild += step.kind == Step::Kind::any_key || step.kind == Step::Kind::any_element;
  }
  return {static_cast<size_t>(leniency), deep, wild, most_states - std::min(most_states, steps.size())};
}

// Does `wide` hold wherever `narrow` does? May say no where it does: then neither gives way and the stricter wins.
bool PathSet::covers(const Path &wide, const Path &narrow) {
  using Kind = Step::Kind;
  const size_t n_wide = wide.steps.size(), n_narrow = narrow.steps.size();
  // Of what is left of both paths, from the back.
  std::vector<std::vector<char>> rest(n_wide + 1, std::vector<char>(n_narrow + 1, 0));
  const auto settle = [&](size_t w, size_t n) -> bool {
    if (w == n_wide) return true;
    const Step &step = wide.steps[w];
    const bool has_step = n < n_narrow;
    if (step.kind == Kind::deep) return rest[w + 1][n] != 0 || (has_step && rest[w][n + 1] != 0);
    if (!has_step || narrow.steps[n].kind == Kind::deep) return false;
    const Step &other = narrow.steps[n];
    const bool other_is_key = other.kind == Kind::key || other.kind == Kind::any_key;
    if (step.kind == Kind::key || step.kind == Kind::any_key) {
      if (!other_is_key) return rest[w][n + 1] != 0;  // a key waits for what is in the array
      return (step.kind == Kind::any_key || step == other) && rest[w + 1][n + 1] != 0;
    }
    if (other_is_key) return step.kind == Kind::any_element && rest[w + 1][n] != 0;
    return (step.kind == Kind::any_element || step == other) && rest[w + 1][n + 1] != 0;
  };
  for (size_t w = n_wide + 1; w-- > 0;)
    for (size_t n = n_narrow + 1; n-- > 0;) rest[w][n] = static_cast<char>(settle(w, n));
  return rest[0][0] != 0;
}

void PathSet::compile(Path &path, size_t &bit) {
  start_.set(bit);
  for (const Step &step : path.steps) {
    switch (step.kind) {
      case Step::Kind::key: {
        keys_.set(bit);
        auto known = std::find_if(key_list_.begin(), key_list_.end(), [&](const Key &k) { return k.text == step.key; });
        if (known == key_list_.end()) known = key_list_.insert(known, {step.key, {}});
        known->accepts.set(bit);
        break;
      }
      case Step::Kind::any_key:
        keys_.set(bit);
        any_key_.set(bit);
        break;
      case Step::Kind::index:
        if (step.index == 0) first_element_.set(bit);
        indexes_.push_back({step.index, {}});
        indexes_.back().second.set(bit);
        break;
      case Step::Kind::any_element:
        any_element_.set(bit);
        break;
      case Step::Kind::deep:
        deep_.set(bit);
        break;
    }
    bit++;
  }
  targets_[bit] = static_cast<int16_t>(path.target);
  path.end = bit;
  ends_.set(bit++);
}

const char *PathSet::finish(std::string &twice) {
  std::sort(paths_.begin(), paths_.end(), [](const Path &a, const Path &b) {
    const auto left = a.rank(), right = b.rank();
    return left != right ? left < right : a.text < b.text;
  });
  size_t n_states = 0;
  for (size_t i = 0; i < paths_.size(); i++) {
    n_states += paths_[i].steps.size() + 1;
    for (size_t j = 0; j < i; j++)
      if (paths_[i].steps == paths_[j].steps) {
        twice = paths_[i].text;
        return "is there twice";
      }
  }
  if (n_states > most_states) return "have more than 256 steps in all";
  size_t bit = 0;
  for (Path &path : paths_) compile(path, bit);
  wider_.assign(bit, {});
  for (const Path &wide : paths_)
    for (const Path &narrow : paths_)
      if (covers(wide, narrow) && !covers(narrow, wide)) wider_[narrow.end].set(wide.end);
  has_deep_ = deep_.any();
  has_elements_ = any_element_.any() || first_element_.any();
  start_ = closed(start_);

  key_table_.assign(std::bit_ceil(2 * key_list_.size() + 1), 0);
  for (size_t i = 0; i < key_list_.size(); i++) {
    size_t at = hash_of(key_list_[i].text);
    while (key_table_[at & (key_table_.size() - 1)] != 0) at++;
    key_table_[at & (key_table_.size() - 1)] = static_cast<uint16_t>(i + 1);
  }
  paths_.clear();
  return nullptr;
}

const PathSet::Key *PathSet::find_key(std::string_view key) const {
  for (size_t at = hash_of(key);; at++) {
    const uint16_t place = key_table_[at & (key_table_.size() - 1)];
    if (place == 0) return nullptr;
    if (key_list_[place - 1U].text == key) return &key_list_[place - 1U];
  }
}

// A step of any depth may be left without a move.
States PathSet::closed(States states) const { return has_deep_ ? states | next(states & deep_) : states; }

States PathSet::advance(const States &from, const States &accepts) const {
  const States moved = next(from & accepts);
  return has_deep_ ? closed(moved | (from & deep_)) : moved;
}

States PathSet::member(const States &from, std::string_view key) const {
  if (!from.any()) return from;
  const Key *known = key_list_.empty() ? nullptr : find_key(key);
  return advance(from, known == nullptr ? any_key_ : known->accepts | any_key_);
}

States PathSet::element(const States &from, uint64_t index) const {
  if (!from.any()) return from;
  States accepts = any_element_;
  for (const auto &[number, states] : indexes_)
    if (number == index) accepts = accepts | states;
  return advance(from, accepts) | (from & keys_);
}

bool PathSet::unwrap_elements(States &states) const {
  const States wrapped = states;
  for (States before = {}; !(before == states);) {
    before = states;
    states = closed(states | next(states & (any_element_ | first_element_)));
  }
  return !(states == wrapped);
}

bool PathSet::add_ended(const States &states, States &held) const {
  const States all = held | (states & ends_);
  if (all == held) return false;
  held = all;
  return true;
}

int PathSet::target(const States &held) const {
  States giving_way;
  each_bit(held, [&](size_t end) { giving_way = giving_way | wider_[end]; });
  const States left = without(held, giving_way);
  // Not all can give way, unless to each other by what covers() does not see.
  return targets_[first_bit(left.any() ? left : held)];
}

bool PathSet::ends(const States &states) const { return (states & ends_) == states; }

}  // namespace confiture::mask
