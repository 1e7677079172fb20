#include "strategy.h"

#include <string>

#include <openssl/crypto.h>

#include "characters.h"
#include "error.h"

// Every strategy, sorted by name: foo is foo_strategy of strategies/foo.cpp.
#define CONFITURE_STRATEGIES(item)                                                                           \
  item(constant) item(email) item(first_name) item(hash) item(last_name) item(name) item(null) item(partial) \
      item(phone) item(redact)

namespace confiture::mask {

#define DECLARE(name) extern const registry_entry name##_strategy;
CONFITURE_STRATEGIES(DECLARE)
#undef DECLARE

namespace {

#define ADDRESS(name) &name##_strategy,
constexpr const registry_entry *table[] = {CONFITURE_STRATEGIES(ADDRESS)};
#undef ADDRESS

constexpr size_t longest_domain = 63;

const char *kind_name(value_kind kind) {
  switch (kind) {
    case value_kind::text:
      return "text";
    case value_kind::int2:
      return "smallint";
    case value_kind::int4:
      return "integer";
    case value_kind::int8:
      return "bigint";
    case value_kind::uuid:
      return "uuid";
    case value_kind::other:
      break;
  }
  return "this type";
}

// The names of all strategies, or of those that take a kind.
std::string list_names(uint32_t kinds) {
  std::string names;
  for (const registry_entry *entry : table)
    if (entry->row.kinds & kinds) names.append(names.empty() ? "" : ", ").append(entry->row.name);
  return names;
}

std::string options_help(const wall::strategy_row &row) {
  std::string help = row.options_help;
  if (!help.empty()) help += "; ";
  return help + "masking_domain: columns masked in the same domain map alike (default " + row.name + ")";
}

// The strategy's key is only needed while its factory runs.
struct wiped_key {
  subkey key;
  ~wiped_key() { OPENSSL_cleanse(key.data(), key.size()); }
};

[[noreturn]] void not_taken(value_kind kind) {
  fail(wall::code::internal, std::string("a strategy was given a value of ") + kind_name(kind) + " it does not take");
}

}  // namespace

void strategy::mask_text(std::string_view, byte_sink &) const { not_taken(value_kind::text); }
int64_t strategy::mask_integer(int64_t, int) const { not_taken(value_kind::int8); }
void strategy::mask_uuid(std::array<uint8_t, 16> &) const { not_taken(value_kind::uuid); }

std::span<const registry_entry *const> all_strategies() { return table; }

const registry_entry *find_strategy(std::string_view name) {
  for (const registry_entry *entry : table)
    if (name == entry->row.name) return entry;
  return nullptr;
}

std::unique_ptr<strategy> make_strategy(std::string_view name, std::string_view options_json, column_fit fit,
                                        std::string_view masking_key) {
  const registry_entry *entry = find_strategy(name);
  if (entry == nullptr)
    fail(wall::code::unknown_strategy, "there is no strategy " + in_quotes(name),
         "Strategies are " + list_names(any_kind) + ".");
  if (!(entry->row.kinds & kind_bit(fit.kind)))
    fail(wall::code::unsuitable_type,
         "strategy " + in_quotes(name) + " does not take columns of " + kind_name(fit.kind),
         "Strategies that do are " + list_names(kind_bit(fit.kind)) + ".");

  option_reader options(name, options_json, options_help(entry->row), fit.encoding);
  std::string domain = options.string("masking_domain", name);
  if (domain.empty() || domain.size() > longest_domain) options.refuse("masking_domain", "has to be of 1 to 63 bytes");

  wiped_key derived{derive_subkey(masking_key, name, domain)};
  auto made = entry->make({options, derived.key, fit});
  options.finish();
  return made;
}

}  // namespace confiture::mask
