// Positions of rows that a lying source sends for a subset: a stream is taken only if it is exactly of the form that
// was asked for, in whatever slices it comes; then the sets have the rows in it and no others, within their budget. And
// packed positions of a chunk.
#include <map>
#include <optional>
#include <set>

#include "check.h"
#include "mask/error.h"
#include "mask/position_list.h"
#include "mask/row_sets.h"

namespace {

using namespace confiture::mask;

// Two relations of the table that is asked about, and one of another.
constexpr uint32_t first_oid = 0x41414141, second_oid = 0x42424242, other_oid = 0x43434343;
constexpr std::string_view header("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr size_t row_size = 28;
using Rows = std::map<uint32_t, std::set<Position>>;

uint64_t number_at(std::string_view bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (const char byte : bytes.substr(at, size)) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

// Read in another way than the one that is tested. Nothing: it is no such stream.
std::optional<Rows> rows_of(std::string_view stream) {
  if (!stream.starts_with(header) || !stream.ends_with("\xff\xff")) return std::nullopt;
  stream.remove_prefix(header.size());
  if (stream.size() % row_size != 2) return std::nullopt;
  Rows rows;
  for (; stream.size() > 2; stream.remove_prefix(row_size)) {
    const uint64_t oid = number_at(stream, 6, 4), block = number_at(stream, 14, 4), offset = number_at(stream, 18, 2);
    if (number_at(stream, 0, 2) != 3 || number_at(stream, 2, 4) != 4 || number_at(stream, 10, 4) != 6 ||
        number_at(stream, 20, 4) != 4 || (oid != first_oid && oid != second_oid) || offset < 1 || offset > 8191)
      return std::nullopt;
    rows[static_cast<uint32_t>(oid)].insert(block << 16 | offset);
  }
  return rows;
}

std::string slices_of(RowSets *sets, size_t relation) {
  std::string text;
  for (size_t rows = 1; rows > 0;) text += unpacked_text(sets->next_slice(relation, 3, &rows));
  return text;
}

// What became of it: the error's code, or all that the sets tell.
std::string outcome(std::string_view stream, size_t slice, uint64_t budget, bool followed, const Rows *expected) {
  RowSets sets(budget, 7);
  sets.add_relation(first_oid, 0, true, true);
  sets.add_relation(second_oid, 0, true, false);
  sets.add_relation(other_oid, 1, true, true);
  sets.record_arrivals();
  try {
    sets.begin(0, followed, 5, 1);
    for (size_t at = 0; at < stream.size(); at += slice) sets.feed(stream.substr(at, slice));
    sets.finish();
  } catch (const Error &failure) {
    check(sets.memory() <= budget, "memory stays in the budget");
    return "refused: " + std::to_string(static_cast<int>(failure.code));
  }
  check(expected != nullptr, "what is taken has the form");
  check(sets.size(2) == 0, "no row of another table");
  std::string told;
  for (size_t relation : {0, 1}) {
    const auto found = expected->find(relation == 0 ? first_oid : second_oid);
    const std::set<Position> positions = found != expected->end() ? found->second : std::set<Position>();
    check(sets.size(relation) == positions.size(), "the rows that came, each once");
    for (const Position position : positions)
      check(sets.arrival(relation, position, false).has_value(), "every row that came");
    size_t via = 5;
    for (const auto kind : {RowSets::Pending::fresh, RowSets::Pending::followed})
      while (sets.has_pending(relation, kind)) told += sets.next_batch(relation, kind, 2, &via) + ' ';
    check(via == 5, "what brought them");
    told += slices_of(&sets, relation) + std::to_string(sets.digest(relation)) + '\n';
  }
  return told;
}

void check_stream(std::string_view stream, size_t slice, bool followed) {
  const std::optional<Rows> expected = rows_of(stream);
  const Rows *rows = expected ? &*expected : nullptr;
  const std::string whole = outcome(stream, stream.size() + 1, 1 << 20, followed, rows);
  check(whole.starts_with("refused: ") == (rows == nullptr), "what has the form is taken");
  check(outcome(stream, slice, 1 << 20, followed, rows) == whole, "slices give what the whole gives");
  (void)outcome(stream, slice, 1000, followed, rows);
}

void check_packed(std::string_view packed) {
  try {
    const std::string text = unpacked_text(packed);
    check(text.starts_with('{') && text.ends_with('}'), "an array");
  } catch (const Error &) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  const std::string_view rest(reinterpret_cast<const char *>(data) + 2, size - 2);
  if ((data[0] & 4) != 0) {
    check_packed(rest);
    return 0;
  }
  // Inputs need not find header and end by chance.
  std::string stream(rest);
  if ((data[0] & 1) != 0) stream = std::string(header) + stream + "\xff\xff";
  check_stream(stream, 1 + data[1] % 64, (data[0] & 2) != 0);
  return 0;
}
