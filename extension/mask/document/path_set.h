// Many paths into a JSON document, followed all at once: a nondeterministic automaton of at most 256 states, one bit
// each, so that a key costs a look-up and some shifts, and nothing grows with the document.
//
// Paths are as in SQL/JSON's lax mode: $.key, $."any key", $['any key'], $[0], $[*], $.* and $.** (any depth, also
// none). A key also applies to the elements of an array; [*] and [0] also to a value that is no array.
//
// A path holds for what it leads to and for all below. Of several that hold for a value, one gives way to another that
// holds for nothing but a part of what it holds for; of those that are left the strictest wins, and of equally strict
// ones the one that is written most specifically.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace confiture::mask {

class PathSet {
 public:
  struct States {
    static constexpr size_t n_words = 4;
    std::array<uint64_t, n_words> words{};

    void set(size_t bit) { words[bit / 64] |= uint64_t{1} << (bit % 64); }
    bool any() const { return (words[0] | words[1] | words[2] | words[3]) != 0; }
    bool operator==(const States &) const = default;
  };
  static constexpr size_t most_states = States::n_words * 64;

  // Adds a path to `target`, 0 or more; smaller `leniency` is stricter. Returns what is wrong with it, or nullptr.
  const char *add(std::string_view path, int leniency, int target);
  // To be called once, after the last path. Returns what is wrong with all of them, or nullptr. Two paths that are the
  // same are found here: `twice` is then one of them.
  const char *finish(std::string &twice);

  States start() const { return start_; }
  // From a value to its member, or element.
  States member(const States &from, std::string_view key) const;
  States element(const States &from, uint64_t index) const;
  // Adds what also holds for a value that is no array. False: nothing.
  bool unwrap(States &states) const { return has_elements_ && states.any() && unwrap_elements(states); }
  // Adds the paths that end here to those that hold for the value above. False: nothing.
  bool add_ended(const States &states, States &held) const;
  // Returns the target of the path that wins.
  int target(const States &held) const;
  // Does no path lead further down?
  bool ends(const States &states) const;

 private:
  struct Step {
    enum class Kind : uint8_t { key, any_key, index, any_element, deep } kind;
    std::string key;
    uint64_t index = 0;
    bool operator==(const Step &) const = default;
  };
  struct Path {
    std::vector<Step> steps;
    int target, leniency;
    std::string text;
    size_t end = 0;  // its last state
    std::array<size_t, 4> rank() const;
  };
  struct Key {
    std::string text;
    States accepts;
  };

  static const char *parse(std::string_view text, std::vector<Step> &steps);
  static bool covers(const Path &wide, const Path &narrow);
  void compile(Path &path, size_t &bit);
  const Key *find_key(std::string_view key) const;
  States advance(const States &from, const States &accepts) const;
  States closed(States states) const;
  bool unwrap_elements(States &states) const;

  std::vector<Path> paths_;
  States start_, ends_, any_key_, keys_, any_element_, first_element_, deep_;
  bool has_deep_ = false, has_elements_ = false;
  std::vector<std::pair<uint64_t, States>> indexes_;
  std::vector<Key> key_list_;
  std::vector<uint16_t> key_table_;  // places in key_list_ + 1, by hash
  std::array<int16_t, most_states> targets_{};
  std::vector<States> wider_;  // of the end of a path: the ends of those that give way to it
};

}  // namespace confiture::mask
