// name, first_name, last_name: believable names of nobody, from two lists.
#include <algorithm>
#include <cstring>
#include <string>

#include "../bits.h"
#include "../characters.h"
#include "../data/names.h"
#include "../error.h"
#include "../strategy.h"

namespace confiture::mask {

namespace {

const listed_name &pick(const name_list &list, uint64_t random, uint32_t count) {
  return list[static_cast<uint32_t>(scale(random, count))];
}

class single_name final : public prf_strategy {
 public:
  single_name(const subkey &key, const name_list &list, uint32_t count)
      : prf_strategy(key), list_(list), count_(count) {}

  void prefetch(const prf_output &random) const override { __builtin_prefetch(&pick(list_, random.lo, count_)); }
  void write(std::string_view, const prf_output &random, byte_sink &out) const override {
    char *p = out.reserve(sizeof(listed_name));
    out.commit(static_cast<size_t>(pick(list_, random.lo, count_).copy_to(p) - p));
  }

 private:
  const name_list &list_;
  uint32_t count_;
};

// In a narrow column the first name gets half of the room at most, the last name what the first one leaves.
class full_name final : public prf_strategy {
 public:
  full_name(const subkey &key, uint32_t room)
      : prf_strategy(key), room_(room), first_count_(first_names.count(std::min(name_list::longest, (room - 1) / 2))) {}

  void prefetch(const prf_output &random) const override {
    __builtin_prefetch(&pick(first_names, random.lo, first_count_));
    __builtin_prefetch(&pick(last_names, random.hi, last_names.count()));
  }
  void write(std::string_view, const prf_output &random, byte_sink &out) const override {
    const listed_name &first = pick(first_names, random.lo, first_count_);
    char *p = out.reserve(2 * sizeof(listed_name) + 1);
    char *end = first.copy_to(p);
    *end++ = ' ';
    end = pick(last_names, random.hi, last_names.count(room_ - 1 - first.size)).copy_to(end);
    out.commit(static_cast<size_t>(end - p));
  }

 private:
  uint32_t room_;
  uint32_t first_count_;
};

constexpr uint32_t unlimited_room = 2 * name_list::longest + 1;

uint32_t check_options(const strategy_args &args, const char *name, uint32_t least) {
  std::string locale = args.options.string("locale", "en");
  if (locale != "en")
    fail(wall::code::bad_option, std::string("strategy \"") + name + "\": there is no locale " + in_quotes(locale),
         "The locale there is: en.");
  uint32_t room = args.fit.max_chars == 0 ? unlimited_room : std::min(args.fit.max_chars, unlimited_room);
  if (room < least)
    fail(wall::code::does_not_fit,
         std::string("strategy \"") + name + "\": no name fits a column of " + std::to_string(room) + " characters",
         "The shortest one takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
  return room;
}

std::unique_ptr<strategy> make_first(const strategy_args &args) {
  uint32_t room = check_options(args, "first_name", name_list::shortest);
  return std::make_unique<single_name>(args.key, first_names, first_names.count(room));
}

std::unique_ptr<strategy> make_last(const strategy_args &args) {
  uint32_t room = check_options(args, "last_name", name_list::shortest);
  return std::make_unique<single_name>(args.key, last_names, last_names.count(room));
}

std::unique_ptr<strategy> make_full(const strategy_args &args) {
  return std::make_unique<full_name>(args.key, check_options(args, "name", 2 * name_list::shortest + 1));
}

constexpr registry_entry entry(const char *name, const char *summary, const char *example, strategy_factory make) {
  return {{.name = name,
           .summary = summary,
           .options_help = "locale: which list of names (default en, the only one so far)",
           .example = example,
           .kinds = kind_bit(value_kind::text),
           .deterministic = true,
           .keyed = true,
           .needs_value = true,
           .uses_literal = false,
           .keeps_unique = false},
          make};
}

}  // namespace

extern constinit const registry_entry name_strategy =
    entry("name", "A believable first and last name", "Troy Bentcroft", make_full);
extern constinit const registry_entry first_name_strategy =
    entry("first_name", "A believable first name", "Saburo", make_first);
extern constinit const registry_entry last_name_strategy =
    entry("last_name", "A believable last name", "Minogue", make_last);

}  // namespace confiture::mask
