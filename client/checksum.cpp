#include "checksum.h"

#include "source.h"

namespace client {

namespace {

std::string comparable_value(const ComparedTable &table, const ComparedColumn &column) {
  std::string name = quote_identifier(column.name);
  return table.cast && !column.cast.empty() ? name + "::" + column.cast : name;
}

// MD5 is the same on every version and platform, unlike the server's own hash functions. Sums do not depend on the
// order of rows, and unlike XOR they notice duplicate rows.
std::string sum_of(const ComparedTable &table, const std::string &text) {
  std::string digest = "md5(" + (table.recode ? "convert_to(" + text + ", 'UTF8')" : text) + ")";
  auto half = [&](const char *begin) {
    return "coalesce(sum(('x' || substr(" + digest + ", " + begin + ", 16))::bit(64)::bigint::numeric), 0)";
  };
  return half("1") + " || ' ' || " + half("17");
}

Checksum read(Connection &connection, const ComparedTable &table, const std::vector<std::string> &sums) {
  std::string sql = "SELECT count(*)";
  for (const std::string &each : sums) sql += ", " + each;
  sql += " FROM " + table.relation + (table.condition.empty() ? "" : " WHERE (" + table.condition + "\n)");
  Result result = query_source(connection, sql);
  Checksum sum{result.text(0, 0), {}};
  for (int i = 1; i < result.columns(); i++) sum.sums.push_back(result.text(0, i));
  return sum;
}

}  // namespace

Checksum sum_rows(Connection &connection, const ComparedTable &table) {
  if (table.columns.empty()) return read(connection, table, {});
  std::string row;
  for (const ComparedColumn &each : table.columns) row += (row.empty() ? "" : ", ") + comparable_value(table, each);
  return read(connection, table, {sum_of(table, "ROW(" + row + ")::text")});
}

Checksum sum_columns(Connection &connection, const ComparedTable &table) {
  std::vector<std::string> sums;
  for (const ComparedColumn &each : table.columns)
    sums.push_back(sum_of(table, "ROW(" + comparable_value(table, each) + ")::text"));
  return read(connection, table, sums);
}

}  // namespace client
