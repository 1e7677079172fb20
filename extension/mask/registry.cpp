#include "mask/registry.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <openssl/crypto.h>

#include "mask/characters.h"
#include "mask/error.h"

// clang-format off
// Every strategy, sorted by name: foo is foo_strategy, defined in strategies/.
#define CONFITURE_STRATEGIES(item) \
  item(address)                    \
  item(bic)                        \
  item(birthdate)                  \
  item(boolean)                    \
  item(bucket)                     \
  item(card)                       \
  item(choice)                     \
  item(city)                       \
  item(company)                    \
  item(composite)                  \
  item(constant)                   \
  item(country)                    \
  item(digits)                     \
  item(email)                      \
  item(first_name)                 \
  item(fpe)                        \
  item(gender)                     \
  item(hash)                       \
  item(hostname)                   \
  item(house_number)               \
  item(hstore)                     \
  item(iban)                       \
  item(ip)                         \
  item(job_title)                  \
  item(json)                       \
  item(last_name)                  \
  item(location)                   \
  item(lookup)                     \
  item(lorem)                      \
  item(mac)                        \
  item(map)                        \
  item(name)                       \
  item(national_id)                \
  item(noise)                      \
  item(null)                       \
  item(partial)                    \
  item(password)                   \
  item(phone)                      \
  item(postcode)                   \
  item(random_date)                \
  item(random_number)              \
  item(redact)                     \
  item(regexp)                     \
  item(round)                      \
  item(scramble)                   \
  item(scrub)                      \
  item(shift)                      \
  item(state)                      \
  item(street)                     \
  item(template)                   \
  item(title)                      \
  item(truncate)                   \
  item(url)                        \
  item(user_agent)                 \
  item(username)                   \
  item(vat)
// clang-format on

namespace confiture::mask {

#define DECLARE(name) extern const RegistryEntry name##_strategy;
CONFITURE_STRATEGIES(DECLARE)
#undef DECLARE

namespace {

#define ADDRESS(name) &name##_strategy,
constexpr const RegistryEntry *table[] = {CONFITURE_STRATEGIES(ADDRESS)};
#undef ADDRESS

constexpr size_t longest_domain = 63;

// As in "columns of integer".
const char *type_name(ValueKind kind) { return kind == ValueKind::other ? "this type" : traits_of(kind).type; }

// Lists the names of the strategies that take one of the kinds.
std::string list_names(KindSet taken) {
  std::string names;
  for (const RegistryEntry *entry : table)
    if (entry->row.kinds & taken) names.append(names.empty() ? "" : ", ").append(entry->row.name);
  return names;
}

std::string options_help(const StrategyRow &row) {
  std::string help = row.options_help;
  if (!help.empty()) help += "; ";
  if (row.takes_entity) help += "entity: a column of the row, or a list of them, that tells whose value it is; ";
  if (row.invertible) help += "reversible: true lets confiture.fpe_decrypt() give values back (default false); ";
  return help + "masking_domain: columns masked in the same domain map alike (default " + row.name + ")";
}

// The strategy's subkey, needed only while its factory runs.
struct WipedKey {
  Subkey key;
  ~WipedKey() { OPENSSL_cleanse(key.data(), key.size()); }
};

// How many letters differ, are missing or too many; two that changed places count once.
size_t edits(std::string_view one, std::string_view other) {
  std::vector<size_t> before, last, row(other.size() + 1);
  for (size_t j = 0; j <= other.size(); j++) row[j] = j;
  for (size_t i = 1; i <= one.size(); i++) {
    before = std::exchange(last, row);
    row[0] = i;
    for (size_t j = 1; j <= other.size(); j++) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row.back();
}

std::string perhaps_meant(std::string_view name) {
  constexpr size_t longest = 64;
  const char *nearest = nullptr;
  size_t limit = std::min<size_t>(3, name.size() / 2 + 1);  // the next one must be nearer
  for (const RegistryEntry *entry : table) {
    size_t distance = name.size() > longest ? limit : edits(name, entry->row.name);
    if (distance >= limit) continue;
    limit = distance;
    nearest = entry->row.name;
  }
  return nearest == nullptr ? "" : "Perhaps you meant " + in_quotes(nearest) + ". ";
}

[[noreturn]] void not_taken(ValueKind kind) {
  fail(Code::internal, std::string("a strategy was given a value of ") + type_name(kind) + " it does not take");
}

}  // namespace

void Strategy::mask_text(std::string_view, ByteSink &) const { not_taken(ValueKind::text); }
int64_t Strategy::mask_integer(int64_t, int) const { not_taken(ValueKind::int8); }
void Strategy::mask_uuid(Uuid &) const { not_taken(ValueKind::uuid); }
void Strategy::mask_numeric(Numeric &) const { not_taken(ValueKind::numeric); }
void Strategy::mask_moment(Moment &) const { not_taken(ValueKind::date); }
void Strategy::mask_interval(Interval &) const { not_taken(ValueKind::interval); }
void Strategy::mask_address(IpAddress &) const { not_taken(ValueKind::inet); }
void Strategy::mask_mac(MacAddress &) const { not_taken(ValueKind::macaddr); }
double Strategy::mask_float(double, int) const { not_taken(ValueKind::float8); }
void Strategy::mask_point(Point &) const { not_taken(ValueKind::point); }
int64_t Strategy::mask_time(int64_t) const { not_taken(ValueKind::time); }
bool Strategy::mask_boolean(bool) const { not_taken(ValueKind::boolean); }

void Strategy::mask_integers(std::span<int64_t> values, int bits) const {
  for (int64_t &value : values) value = mask_integer(value, bits);
}
void Strategy::mask_moments(std::span<Moment> values) const {
  for (Moment &value : values) mask_moment(value);
}
void Strategy::mask_macs(std::span<MacAddress> values) const {
  for (MacAddress &value : values) mask_mac(value);
}
bool Strategy::unmask_integer(int64_t &, int) const { return false; }
bool Strategy::unmask_text(std::string_view, ByteSink &) const { return false; }

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
    fail(Code::unknown_strategy, "there is no strategy " + in_quotes(name),
         name == "keep" || name == "drop"
             ? "Inside other values options \"keep\" and \"drop\" list what stays and what goes."
             : perhaps_meant(name) + "Strategies are " + list_names(any_kind) + ".");
  if (!(entry->row.kinds & kind_bit(fit.kind)))
    fail(Code::unsuitable_type, "strategy " + in_quotes(name) + " does not take columns of " + type_name(fit.kind),
         "Strategies that do are " + list_names(kind_bit(fit.kind)) +
             (fit.kind == ValueKind::other ? ", and sql, which has the source compute the value." : "."));

  OptionReader options(name, options_json, options_help(entry->row), fit.encoding);
  const bool has_entity = entry->row.takes_entity && !options.strings("entity").empty();
  // One key for all strategies, so that they tell the same of an entity.
  // What can be turned back has a key of its own: no value of another column is one of it.
  const bool is_reversible = entry->row.invertible && options.boolean("reversible", false);
  const std::string purpose(has_entity ? "entity" : is_reversible ? "reversible-" + std::string(name) : name);
  std::string domain = options.string("masking_domain", has_entity ? "entity" : name);
  if (domain.empty() || domain.size() > longest_domain) options.refuse("masking_domain", "must be 1 to 63 bytes long");

  WipedKey derived{derive_subkey(masking_key, purpose, domain)};
  auto strategy = entry->make({options, derived.key, fit, masking_key, has_entity});
  options.finish();
  return strategy;
}

void refuse_column_option(const Strategy &strategy, std::string_view name, std::string_view options_json,
                          CharEncoding encoding) {
  const StrategyRow &row = find_strategy(name)->row;
  OptionReader options(name, options_json, {}, encoding);
  const char *option = strategy.column_option();
  if (row.takes_entity && options.has("entity")) option = "entity";
  if (row.takes_gender && options.is_object("gender")) option = "gender";
  if (option != nullptr)
    fail(Code::bad_option,
         "strategy " + in_quotes(name) + " takes option " + in_quotes(option) + " in columns of their own alone",
         "Leave it out.");
}

}  // namespace confiture::mask
