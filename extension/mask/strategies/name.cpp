// name, first_name, last_name: believable names that belong to no one in particular, from two lists.
#include <algorithm>
#include <cstring>
#include <string>

#include "mask/bits.h"
#include "mask/characters.h"
#include "mask/data/names.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

const ListedName &pick(const NameList &list, uint64_t random, uint32_t count) {
  return list[static_cast<uint32_t>(scale(random, count))];
}

class SingleName final : public PrfStrategy {
 public:
  SingleName(const Subkey &key, const NameList &list, uint32_t count) : PrfStrategy(key), list_(list), count_(count) {}

  void prefetch(const PrfOutput &random) const override { __builtin_prefetch(&pick(list_, random.lo, count_)); }
  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    char *p = out.reserve(sizeof(ListedName));
    out.commit(static_cast<size_t>(pick(list_, random.lo, count_).copy_to(p) - p));
  }

 private:
  const NameList &list_;
  uint32_t count_;
};

// In a narrow column the first name gets half of the room at most, the last name what the first one leaves.
class FullName final : public PrfStrategy {
 public:
  FullName(const Subkey &key, uint32_t room)
      : PrfStrategy(key), room_(room), first_count_(first_names.count(std::min(NameList::longest, (room - 1) / 2))) {}

  void prefetch(const PrfOutput &random) const override {
    __builtin_prefetch(&pick(first_names, random.lo, first_count_));
    __builtin_prefetch(&pick(last_names, random.hi, last_names.count()));
  }
  void write(std::string_view, const PrfOutput &random, ByteSink &out) const override {
    const ListedName &first = pick(first_names, random.lo, first_count_);
    char *p = out.reserve(2 * sizeof(ListedName) + 1);
    char *end = first.copy_to(p);
    *end++ = ' ';
    end = pick(last_names, random.hi, last_names.count(room_ - 1 - first.size)).copy_to(end);
    out.commit(static_cast<size_t>(end - p));
  }

 private:
  uint32_t room_;
  uint32_t first_count_;
};

constexpr uint32_t unlimited_room = 2 * NameList::longest + 1;

uint32_t check_options(const StrategyArgs &args, const char *name, uint32_t least) {
  std::string locale = args.options.string("locale", "en");
  if (locale != "en")
    fail(Code::bad_option, std::string("strategy \"") + name + "\": there is no locale " + in_quotes(locale),
         "The locale there is: en.");
  uint32_t room = args.fit.max_chars == 0 ? unlimited_room : std::min(args.fit.max_chars, unlimited_room);
  if (room < least)
    fail(Code::does_not_fit,
         std::string("strategy \"") + name + "\": no name fits a column of " + std::to_string(room) + " characters",
         "The shortest one takes " + std::to_string(least) + " characters; strategies hash and redact fit any column.");
  return room;
}

std::unique_ptr<Strategy> make_first(const StrategyArgs &args) {
  uint32_t room = check_options(args, "first_name", NameList::shortest);
  return std::make_unique<SingleName>(args.key, first_names, first_names.count(room));
}

std::unique_ptr<Strategy> make_last(const StrategyArgs &args) {
  uint32_t room = check_options(args, "last_name", NameList::shortest);
  return std::make_unique<SingleName>(args.key, last_names, last_names.count(room));
}

std::unique_ptr<Strategy> make_full(const StrategyArgs &args) {
  return std::make_unique<FullName>(args.key, check_options(args, "name", 2 * NameList::shortest + 1));
}

constexpr RegistryEntry entry(const char *name, const char *summary, const char *example, StrategyFactory make) {
  return {{.name = name,
           .summary = summary,
           .options_help = "locale: which list of names (default en, the only one so far)",
           .example = example,
           .kinds = kind_bit(ValueKind::text),
           .deterministic = true,
           .keyed = true,
           .needs_value = true,
           .keeps_unique = false,
           .when_unique = "hash"},
          make};
}

}  // namespace

extern constinit const RegistryEntry name_strategy =
    entry("name", "A believable first and last name", "Troy Bentcroft", make_full);
extern constinit const RegistryEntry first_name_strategy =
    entry("first_name", "A believable first name", "Saburo", make_first);
extern constinit const RegistryEntry last_name_strategy =
    entry("last_name", "A believable last name", "Minogue", make_last);

}  // namespace confiture::mask
