// composite: values of composite types, of which each field has a rule by its name, or by a policy for those that have
// none.
#include <map>

#include "mask/characters.h"
#include "mask/document/key_verdicts.h"
#include "mask/error.h"
#include "mask/guard/guard.h"
#include "mask/record_strategy.h"

namespace confiture::mask {

namespace {

struct Ruling {
  enum class Action : uint8_t { mask, keep, drop } action;
  std::string strategy = {}, options = "{}";  // mask
};
using Rulings = std::map<std::string, Ruling, std::less<>>;
using Action = Ruling::Action;

// As read_leaf_mask() does, but a field has a type of its own.
Ruling read_ruling(const OptionReader::Member &member, CharEncoding encoding) {
  if (!member.is_object) return {Action::mask, member.text};
  OptionReader rule("composite", member.text, "a field has strategy: its name (required); options: its options",
                    encoding);
  Ruling ruling{Action::mask, rule.string("strategy", ""), rule.json("options")};
  if (ruling.strategy.empty()) rule.refuse("strategy", "is missing");
  rule.finish();
  return ruling;
}

class FieldMaker {
 public:
  FieldMaker(const FieldFit &field, std::string_view masking_key) : field_(field), masking_key_(masking_key) {}

  RecordField keep() const {
    // Rows inside say which types they are made of.
    const bool is_record = field_.fit.kind == ValueKind::record;
    return with(is_record ? make("composite", R"({"others": "keep"})") : nullptr);
  }

  RecordField drop() const {
    RecordField made = with(nullptr);
    made.becomes_null = true;
    return made;
  }

  RecordField mask(const Ruling &ruling) const {
    try {
      return mask_by(ruling);
    } catch (const Error &e) {
      fail(e.code, "field " + in_quotes(field_.name) + ": " + e.message, e.hint);
    }
  }

  // What the guard would stop as a column is masked as it would suggest, and gone where that does not fit. Other rows
  // are judged by their own fields.
  RecordField guard(const GuardTable &type) const {
    const auto match = type.match(guarded(field_));
    if (!match) return field_.fit.kind == ValueKind::record ? with(make("composite", "{}")) : keep();
    try {
      return mask_by({Action::mask, match->suggested_strategy, match->suggested_options});
    } catch (const Error &) {
      return drop();
    }
  }

  static GuardColumn guarded(const FieldFit &field) {
    return {field.name, field.type_name, {}, {}, field.fit.kind == ValueKind::enumeration};
  }

 private:
  RecordField with(std::unique_ptr<Strategy> strategy) const {
    return {{field_.fit.kind, field_.is_array, field_.element_oid}, field_.oid, std::move(strategy)};
  }

  std::unique_ptr<Strategy> make(std::string_view name, std::string_view options) const {
    ColumnFit fit = field_.fit;
    fit.fields = &field_.fields;
    return make_strategy(name, options, fit, masking_key_);
  }

  RecordField mask_by(const Ruling &ruling) const {
    const RegistryEntry *entry = find_strategy(ruling.strategy);
    if (entry != nullptr && !entry->row.deterministic)
      fail(Code::bad_option,
           "strategy " + in_quotes(ruling.strategy) + " draws a value by row, which no value inside another can",
           "Use one that gives equal values equal masks, such as \"map\".");
    if (entry != nullptr && entry->row.names_columns)
      fail(Code::bad_option,
           "strategy " + in_quotes(ruling.strategy) + " is made of columns, which no value inside another can be");
    std::unique_ptr<Strategy> made = make(ruling.strategy, ruling.options);
    refuse_column_option(*made, ruling.strategy, ruling.options, field_.fit.encoding);
    if (made->makes_null()) return drop();
    constexpr KindSet written_here =
        kinds_of(ValueKind::text, ValueKind::enumeration, ValueKind::json, ValueKind::jsonb);
    if (made->is_literal() && (field_.is_array || (kind_bit(field_.fit.kind) & written_here) == 0))
      fail(Code::unsuitable_type, "constants are for fields of text, enums and documents", "Use \"null\".");
    return with(std::move(made));
  }

  const FieldFit &field_;
  const std::string_view masking_key_;
};

Rulings read_rulings(const StrategyArgs &args) {
  Rulings rulings;
  const auto add = [&](std::string_view option, const std::string &name, Ruling &&ruling) {
    const auto is_called = [&](const FieldFit &field) { return field.name == name; };
    if (args.fit.fields != nullptr && std::ranges::none_of(*args.fit.fields, is_called))
      args.options.refuse(option, "has " + in_quotes(name) + ", and the type has no such field");
    if (!rulings.try_emplace(name, std::move(ruling)).second)
      args.options.refuse(option, "has " + in_quotes(name) + ", which has a rule already");
  };
  for (const OptionReader::Member &member : args.options.members("fields"))
    add("fields", member.name, read_ruling(member, args.fit.encoding));
  for (const std::string &name : args.options.list("keep")) add("keep", name, {Action::keep});
  for (const std::string &name : args.options.list("drop")) add("drop", name, {Action::drop});
  return rulings;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const Rulings rulings = read_rulings(args);
  const Others others = read_others(args.options);
  std::vector<RecordField> made;
  if (args.fit.fields == nullptr) return std::make_unique<RecordStrategy>(std::move(made));
  GuardTable type(args.fit.type_name);
  for (const FieldFit &field : *args.fit.fields) type.note(FieldMaker::guarded(field));
  for (const FieldFit &field : *args.fit.fields) {
    const FieldMaker maker(field, args.masking_key);
    const auto found = rulings.find(field.name);
    if (found == rulings.end())
      made.push_back(others == Others::guard  ? maker.guard(type)
                     : others == Others::keep ? maker.keep()
                                              : maker.drop());
    else if (found->second.action == Action::mask)
      made.push_back(maker.mask(found->second));
    else
      made.push_back(found->second.action == Action::keep ? maker.keep() : maker.drop());
  }
  return std::make_unique<RecordStrategy>(std::move(made));
}

}  // namespace

extern constinit const RegistryEntry composite_strategy = {
    {.name = "composite",
     .summary = "Fields of composite types, each masked, kept or made NULL by its name; the rest as the guard suggests",
     .options_help = "fields: an object of fields and strategies; keep, drop: lists of fields; others: guard, keep or "
                     "drop, for fields that are in none of them (default guard)",
     .example = R"x(("Troy Bentcroft",1815-09-18,ana.lea.yxw64eti6lhclagqj7ep@example.com,red))x",
     .example_of = R"x(("Ada Lovelace",1815-12-10,ada@example.com,red))x",
     .kinds = kind_bit(ValueKind::record),
     .shows_part = true},
    make};

}  // namespace confiture::mask
