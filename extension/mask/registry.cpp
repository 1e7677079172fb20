#include "mask/strategy.h"

#include <string>

#include <openssl/crypto.h>

#include "mask/characters.h"
#include "mask/error.h"

// Every strategy, sorted by name: foo is foo_strategy of strategies/foo.cpp.
#define CONFITURE_STRATEGIES(item)                                                                           \
  item(constant) item(email) item(first_name) item(hash) item(last_name) item(name) item(null) item(partial) \
      item(phone) item(redact)

namespace confiture::mask {

#define DECLARE(name) extern const RegistryEntry name##_strategy;
CONFITURE_STRATEGIES(DECLARE)
#undef DECLARE

namespace {

#define ADDRESS(name) &name##_strategy,
constexpr const RegistryEntry *table[] = {CONFITURE_STRATEGIES(ADDRESS)};
#undef ADDRESS

constexpr size_t longest_domain = 63;

const char *kind_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::text:
      return "text";
    case ValueKind::int2:
      return "smallint";
    case ValueKind::int4:
      return "integer";
    case ValueKind::int8:
      return "bigint";
    case ValueKind::uuid:
      return "uuid";
    case ValueKind::other:
      break;
  }
  return "this type";
}

// The names of all strategies, or of those that take a kind.
std::string list_names(uint32_t kinds) {
  std::string names;
  for (const RegistryEntry *entry : table)
    if (entry->row.kinds & kinds) names.append(names.empty() ? "" : ", ").append(entry->row.name);
  return names;
}

std::string options_help(const wall::StrategyRow &row) {
  std::string help = row.options_help;
  if (!help.empty()) help += "; ";
  return help + "masking_domain: columns masked in the same domain map alike (default " + row.name + ")";
}

// The strategy's key is only needed while its factory runs.
struct WipedKey {
  Subkey key;
  ~WipedKey() { OPENSSL_cleanse(key.data(), key.size()); }
};

[[noreturn]] void not_taken(ValueKind kind) {
  fail(wall::Code::internal, std::string("a strategy was given a value of ") + kind_name(kind) + " it does not take");
}

}  // namespace

void Strategy::mask_text(std::string_view, ByteSink &) const { not_taken(ValueKind::text); }
int64_t Strategy::mask_integer(int64_t, int) const { not_taken(ValueKind::int8); }
void Strategy::mask_uuid(std::array<uint8_t, 16> &) const { not_taken(ValueKind::uuid); }

std::span<const RegistryEntry *const> all_strategies() { return table; }

const RegistryEntry *find_strategy(std::string_view name) {
  for (const RegistryEntry *entry : table)
    if (name == entry->row.name) return entry;
  return nullptr;
}

std::unique_ptr<Strategy> make_strategy(std::string_view name, std::string_view options_json, ColumnFit fit,
                                        std::string_view masking_key) {
  const RegistryEntry *entry = find_strategy(name);
  if (entry == nullptr)
    fail(wall::Code::unknown_strategy, "there is no strategy " + in_quotes(name),
         "Strategies are " + list_names(any_kind) + ".");
  if (!(entry->row.kinds & kind_bit(fit.kind)))
    fail(wall::Code::unsuitable_type,
         "strategy " + in_quotes(name) + " does not take columns of " + kind_name(fit.kind),
         "Strategies that do are " + list_names(kind_bit(fit.kind)) + ".");

  OptionReader options(name, options_json, options_help(entry->row), fit.encoding);
  std::string domain = options.string("masking_domain", name);
  if (domain.empty() || domain.size() > longest_domain) options.refuse("masking_domain", "has to be of 1 to 63 bytes");

  WipedKey derived{derive_subkey(masking_key, name, domain)};
  auto made = entry->make({options, derived.key, fit});
  options.finish();
  return made;
}

}  // namespace confiture::mask
