// national_id, vat: another identifier of the same kind in the same form, its check characters right. The kinds are
// data: mask/data/national_ids.cpp, mask/data/vat_numbers.cpp.
#include <algorithm>
#include <string>

#include "mask/characters.h"
#include "mask/data/id_tables.h"
#include "mask/error.h"
#include "mask/registry.h"
#include "mask/scramble.h"

namespace confiture::mask {

namespace {

using Kinds = std::span<const IdKind>;

Kinds find_kinds(Kinds all, std::string_view name) {
  const auto named = [&](const IdKind &kind) { return kind.name == name; };
  const auto begin = std::find_if(all.begin(), all.end(), named);
  return {begin, std::find_if_not(begin, all.end(), named)};
}

const IdKind *find_shape(Kinds kinds, const IdCharacters &characters) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](auto &kind) { return has_shape_of(kind, characters); });
  return found == kinds.end() ? nullptr : &*found;
}

// The kind a value most likely is of: check characters that are right count more than the form it is written in.
const IdKind *guess_kind(Kinds kinds, std::string_view value, const IdCharacters &characters) {
  const IdKind *best = nullptr;
  int best_score = 0;
  for (const IdKind &kind : kinds) {
    if (!has_shape_of(kind, characters)) continue;
    const bool has_checks = kind.complete != nullptr, formatted = is_formatted_as(kind, value);
    const int score = (formatted ? 2 : 0) + (!has_checks ? 1 : has_right_checks(kind, characters.view()) ? 3 : 0);
    if (score > best_score) {
      best = &kind;
      best_score = score;
    }
  }
  return best;
}

class NationalId final : public PrfStrategy {
 public:
  // With no kinds, the value says which.
  NationalId(const Subkey &key, Kinds kinds, const ColumnFit &fit)
      : PrfStrategy(key), kinds_(kinds), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const IdCharacters characters(value);
    const IdKind *kind =
        kinds_.empty() ? guess_kind(national_ids(), value, characters) : find_shape(kinds_, characters);
    if (kind == nullptr && !kinds_.empty()) kind = &kinds_.front();
    Draws draws(prf, random);
    if (kind == nullptr) return scramble(cut_to(value, max_chars_, encoding_), encoding_, draws, out);
    char id[longest_id];
    generate_id(*kind, draws, id);
    write_id(*kind, {id, kind->shape.size()}, value, max_chars_, out);
  }

 private:
  Kinds kinds_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

constexpr size_t prefix_size = 2;  // of a VAT number: the country

class VatNumber final : public PrfStrategy {
 public:
  // `kinds`: of numbers without a prefix; may be none.
  VatNumber(const Subkey &key, Kinds kinds, const ColumnFit &fit)
      : PrfStrategy(key), kinds_(kinds), max_chars_(fit.max_chars), encoding_(fit.encoding) {}

  void write(std::string_view value, const PrfOutput &random, ByteSink &out) const override {
    const IdCharacters characters(value);
    Draws draws(prf, random);
    char id[longest_id];
    // A shape begins with its country.
    if (const IdKind *kind = find_shape(vat_numbers(), characters); kind != nullptr) {
      generate_id(*kind, draws, id);
      return write_id(*kind, {id, kind->shape.size()}, value, max_chars_, out);
    }
    if (kinds_.empty()) return scramble(cut_to(value, max_chars_, encoding_), encoding_, draws, out);
    for (const IdKind &kind : kinds_) {
      if (!has_shape_of(kind, characters, prefix_size)) continue;
      generate_id(kind, draws, id);
      return write_id(kind, {id + prefix_size, characters.view().size()}, value, max_chars_, out);
    }
    generate_id(kinds_.front(), draws, id);
    write_id(kinds_.front(), {id, kinds_.front().shape.size()}, value, max_chars_, out);
  }

 private:
  Kinds kinds_;
  uint32_t max_chars_;
  CharEncoding encoding_;
};

// Reads an option that names kinds.
Kinds read_kinds(const StrategyArgs &args, const char *strategy, const char *option, Kinds all) {
  if (!args.options.has(option)) return {};
  const std::string name = args.options.string(option, "");
  const Kinds kinds = find_kinds(all, name);
  if (kinds.empty()) {
    std::string names;
    for (const IdKind &kind : all)
      if (!names.ends_with(kind.name)) names.append(names.empty() ? "" : ", ").append(kind.name);
    fail(Code::bad_option,
         std::string("strategy \"") + strategy + "\": option \"" + option + "\" has no value " + in_quotes(name),
         "Values are " + names + ".");
  }
  if (args.fit.max_chars != 0 && args.fit.max_chars < kinds.front().shape.size())
    fail(Code::does_not_fit,
         std::string("strategy \"") + strategy + "\": a number of " + std::to_string(kinds.front().shape.size()) +
             " characters does not fit a column of " + std::to_string(args.fit.max_chars),
         "Strategies digits and scramble keep the length of the value.");
  return kinds;
}

std::unique_ptr<Strategy> make_national_id(const StrategyArgs &args) {
  return std::make_unique<NationalId>(args.key, read_kinds(args, "national_id", "kind", national_ids()), args.fit);
}

std::unique_ptr<Strategy> make_vat(const StrategyArgs &args) {
  return std::make_unique<VatNumber>(args.key, read_kinds(args, "vat", "country", vat_numbers()), args.fit);
}

}  // namespace

extern constinit const RegistryEntry national_id_strategy = {
    {.name = "national_id",
     .summary = "Another identity number of the same kind, its check digits right",
     .options_help = "kind: us_ssn, us_ein, uk_ni, uk_nhs, fr_nir, fr_siret, de_steuerid, es_nif, it_cf, nl_bsn, "
                     "pl_pesel, be_nrn, se_pnr, br_cpf, br_cnpj, in_aadhaar, ca_sin, ch_ahv, passport (default: as "
                     "the value looks)",
     .example = "Fsl Qsqezbmc",
     .shows_part = true,
     .when_unique = "fpe"},
    make_national_id};

extern constinit const RegistryEntry vat_strategy = {
    {.name = "vat",
     .summary = "Another VAT number of the same country, its check digits right",
     .options_help = "country: of numbers without a prefix, as DE (default: their letters and digits are replaced)",
     .example = "Mjq Rrrutehu",
     .shows_part = true,
     .when_unique = "fpe"},
    make_vat};

}  // namespace confiture::mask
