// Reads the options of one strategy: a JSON object of scalars, of lists of scalars and of objects, read once at plan
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mask/value/numeric.h"
#include "mask/vocabulary.h"

namespace confiture::mask {

// Each getter marks its option as known; finish() then refuses the options that no getter asked for. JSON null means
// "the default". All throw Error{bad_option} naming strategy and option; the hint is `help`, the options there are.
//
// The object is in the database's encoding, as jsonb's output is, and so are the strings that come out.
class OptionReader {
 public:
  OptionReader(std::string_view strategy, std::string_view json, std::string_view help = {},
               CharEncoding encoding = CharEncoding::utf8);
  ~OptionReader();
  OptionReader(const OptionReader &) = delete;
  OptionReader &operator=(const OptionReader &) = delete;

  bool has(std::string_view name);
  bool is_object(std::string_view name);
  int64_t integer(std::string_view name, int64_t fallback, int64_t lowest, int64_t highest);
  bool boolean(std::string_view name, bool fallback);
  std::string string(std::string_view name, std::string_view fallback);
  // Returns a string, or a number or boolean as it is written. Empty when the option is missing: ask has() first.
  std::string scalar(std::string_view name);
  // Returns a number, however large or fine; `fallback` as it would be written.
  Numeric decimal(std::string_view name, std::string_view fallback);
  // Returns which of the words it is.
  size_t word(std::string_view name, std::string_view fallback, std::span<const std::string_view> words);
  // Returns the items of a list as scalar() does; none when the option is missing.
  std::vector<std::string> list(std::string_view name);
  // The same, and a string by itself is a list of one.
  std::vector<std::string> strings(std::string_view name);
  // Returns the members of an object; none when the option is missing. They may be scalars and objects.
  struct Member {
    std::string name;
    bool is_object;
    std::string text;  // as of scalar(), of an object its JSON
  };
  std::vector<Member> members(std::string_view name);
  // Returns an object as JSON, for another reader; {} when the option is missing.
  std::string json(std::string_view name);
  void finish() const;
  const std::string &strategy() const;

  // Throws bad_option: `strategy "email": option "domain" <problem>`.
  [[noreturn]] void refuse(std::string_view name, std::string_view problem) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace confiture::mask
