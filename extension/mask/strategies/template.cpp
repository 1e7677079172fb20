// template: a text in which other columns of the row stand, as they are masked. The value itself never leaves the
// source.
//
// Where the column is too narrow, texts of the row are cut, the longest first; what the template says itself, and
// numbers, of which a part would be another number, are always whole.
#include <algorithm>
#include <string>
#include <vector>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"
#include "mask/shown_value.h"
#include "mask/template_strategy.h"

namespace confiture::mask {

namespace {

constexpr size_t most_pieces = 100;

// A text of the template's own, or a column.
struct Piece {
  bool is_column;
  size_t column;  // as columns() has it
  std::string text;
};

struct Parsed {
  std::vector<Piece> pieces;
  std::vector<std::string> columns;

  void add_text(std::string_view text) {
    if (pieces.empty() || pieces.back().is_column) pieces.push_back({false, 0, {}});
    pieces.back().text.append(text);
  }
  void add_column(const std::string &name) {
    const auto found = std::find(columns.begin(), columns.end(), name);
    pieces.push_back({true, static_cast<size_t>(found - columns.begin()), {}});
    if (found == columns.end()) columns.push_back(name);
  }
};

class TemplateMask final : public TemplateStrategy {
 public:
  TemplateMask(Parsed parsed, const ColumnFit &fit)
      : pieces_(std::move(parsed.pieces)),
        columns_(std::move(parsed.columns)),
        kinds_(columns_.size(), ValueKind::text),
        values_(columns_.size(), "a"),
        room_(fit.max_chars),
        encoding_(fit.encoding) {
    check_room();
  }

  std::span<const std::string> columns() const override { return columns_; }

  void set_type(size_t column, ValueType type) override {
    if (type.is_array || (shown_kinds & kind_bit(type.kind)) == 0)
      fail(Code::unsuitable_type,
           "strategy \"template\": column " + in_quotes(columns_[column]) + " is of a type that no template shows",
           "Texts, enums, integers, uuids and dates may be named.");
    kinds_[column] = type.kind;
    if (longest_shown(type.kind) != 0) values_[column] = "1";
    check_room();
  }

  void set_value(size_t column, std::string_view value) override { values_[column].assign(value); }

  bool is_told_apart_by(size_t column) const override {
    if ((kind_bit(kinds_[column]) & (integer_kinds | kind_bit(ValueKind::uuid))) == 0) return false;
    const auto is_column = [](const Piece &piece) { return piece.is_column; };
    const auto first = std::find_if(pieces_.begin(), pieces_.end(), is_column);
    const auto last = std::find_if(pieces_.rbegin(), pieces_.rend(), is_column).base() - 1;
    if (first == last) return true;
    // At an end of the template, and what stands on its other side is no part of a number.
    const auto next = first + 1, before = last - 1;
    return (first->column == column && !next->is_column && !may_be_in_number(next->text.front())) ||
           (last->column == column && !before->is_column && !may_be_in_number(before->text.back()));
  }

  void mask_text(std::string_view, ByteSink &out) const override {
    const size_t longest = longest_part();
    for (const Piece &piece : pieces_) {
      std::string_view text = piece.is_column ? std::string_view(values_[piece.column]) : piece.text;
      out.append(piece.is_column && is_cut(piece) && text.size() > longest ? cut(text, longest) : text);
    }
  }

 private:
  // Where the size of characters is not known, none but ASCII's is cut off the next.
  std::string_view cut(std::string_view text, size_t longest) const {
    size_t size = prefix_size(text, longest, encoding_);
    if (encoding_ == CharEncoding::other)
      size = std::min<size_t>(
          size, static_cast<size_t>(std::find_if(text.begin(), text.end(), is_beyond_ascii) - text.begin()));
    return text.substr(0, size);
  }
  static bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) > 0x7f; }
  static bool may_be_in_number(char c) { return is_alphanumeric(c) || c == '-'; }
  bool is_cut(const Piece &piece) const { return longest_shown(kinds_[piece.column]) == 0; }

  // At the least one character of each text.
  void check_room() const {
    if (room_ == 0) return;
    size_t needed = 0;
    for (const Piece &piece : pieces_)
      needed += piece.is_column ? std::max<size_t>(longest_shown(kinds_[piece.column]), 1)
                                : count_characters(piece.text, encoding_);
    if (needed > room_)
      fail(Code::does_not_fit,
           "strategy \"template\": a column of " + std::to_string(room_) + " characters has no room for its " +
               std::to_string(needed),
           "Shorten option \"template\": its own text and numbers are not cut.");
  }

  // How many characters a text may have so that all of it fits.
  size_t longest_part() const {
    if (room_ == 0) return SIZE_MAX;
    size_t whole = 0, longest = 0, sum = 0;
    std::vector<size_t> &sizes = sizes_;
    sizes.clear();
    for (const Piece &piece : pieces_) {
      const std::string_view text = piece.is_column ? std::string_view(values_[piece.column]) : piece.text;
      const size_t size = count_characters(text, encoding_);
      if (!piece.is_column || !is_cut(piece)) {
        whole += size;
        continue;
      }
      sizes.push_back(size);
      sum += size;
      longest = std::max(longest, size);
    }
    const size_t left = room_ > whole ? room_ - whole : 0;
    if (sum <= left) return SIZE_MAX;
    size_t fits = 0;
    while (fits + 1 < longest) {  // `longest` does not fit
      const size_t middle = fits + (longest - fits) / 2;
      size_t all = 0;
      for (const size_t size : sizes) all += std::min(size, middle);
      (all <= left ? fits : longest) = middle;
    }
    return fits;
  }

  const std::vector<Piece> pieces_;
  const std::vector<std::string> columns_;
  std::vector<ValueKind> kinds_;
  std::vector<std::string> values_;
  const size_t room_;  // in characters; 0: no limit
  const CharEncoding encoding_;
  mutable std::vector<size_t> sizes_;  // kept for its memory
};

// {name} is a column, {{ and }} are braces.
Parsed parse(const StrategyArgs &args, std::string_view text) {
  const std::vector<OptionReader::Member> given = args.options.members("values");
  std::vector<bool> is_used(given.size());
  Parsed parsed;
  bool names_any = false;
  for (size_t at = 0; at < text.size();) {
    const size_t brace = std::min(text.find_first_of("{}", at), text.size());
    if (brace > at) parsed.add_text(text.substr(at, brace - at));
    if (brace == text.size()) break;
    if (text.substr(brace + 1, 1) == text.substr(brace, 1)) {
      parsed.add_text(text.substr(brace, 1));
      at = brace + 2;
      continue;
    }
    const size_t end = text.find('}', brace);
    if (text[brace] == '}' || end == std::string_view::npos || end == brace + 1)
      args.options.refuse("template", "has a brace that is no part of a {column}: write it twice");
    const std::string name(text.substr(brace + 1, end - brace - 1));
    const auto value =
        std::find_if(given.begin(), given.end(), [&](const auto &member) { return member.name == name; });
    if (value == given.end()) {
      parsed.add_column(name);
    } else {
      is_used[static_cast<size_t>(value - given.begin())] = true;
      parsed.add_text(value->text);
    }
    names_any = true;
    at = end + 1;
  }
  if (!names_any) args.options.refuse("template", "names no {column}: strategy constant has the same text in all rows");
  if (parsed.pieces.size() > most_pieces) args.options.refuse("template", "names more than 50 columns");
  for (size_t i = 0; i < given.size(); ++i)
    if (given[i].is_object || !is_used[i])
      args.options.refuse("values", "has " + in_quotes(given[i].name) + ", which is " +
                                        (given[i].is_object ? "an object" : "not in the template"));
  return parsed;
}

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  if (!args.options.has("template")) args.options.refuse("template", "is missing");
  return std::make_unique<TemplateMask>(parse(args, args.options.string("template", "")), args.fit);
}

}  // namespace

extern constinit const RegistryEntry template_strategy = {
    {.name = "template",
     .summary = "A text made of other columns of the row, as they are masked",
     .options_help = "template: the text, with {column} where one stands, and braces written twice (required); values: "
                     "an object of what stands for a name instead of the column",
     .example = "ada@example.com",
     .required_options = R"({"template": "{login}@example.com", "values": {"login": "ada"}})",
     .keyed = false,
     .needs_value = false,
     .names_columns = true},
    make};

}  // namespace confiture::mask
