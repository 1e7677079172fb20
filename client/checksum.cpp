#include "checksum.h"

#include "source.h"

namespace client {

namespace {

std::string value(const ComparedTable &of, const ComparedColumn &column) {
  std::string name = quote_identifier(column.name);
  return of.cast && !column.cast.empty() ? name + "::" + column.cast : name;
}

// MD5 gives the same on every version and platform, unlike the server's own hash functions. Sums do not depend on the
// order of rows, and unlike XOR they notice rows that are there twice.
std::string sum_of(const ComparedTable &of, const std::string &text) {
  std::string digest = "md5(" + (of.recode ? "convert_to(" + text + ", 'UTF8')" : text) + ")";
  auto half = [&](const char *from) {
    return "coalesce(sum(('x' || substr(" + digest + ", " + from + ", 16))::bit(64)::bigint::numeric), 0)";
  };
  return half("1") + " || ' ' || " + half("17");
}

Checksum read(Connection &in, const ComparedTable &of, const std::vector<std::string> &sums) {
  std::string sql = "SELECT count(*)";
  for (const std::string &each : sums) sql += ", " + each;
  sql += " FROM " + of.relation + (of.condition.empty() ? "" : " WHERE (" + of.condition + "\n)");
  Result got = query_source(in, sql);
  Checksum sum{got.text(0, 0), {}};
  for (int i = 1; i < got.columns(); i++) sum.sums.push_back(got.text(0, i));
  return sum;
}

}  // namespace

Checksum sum_rows(Connection &in, const ComparedTable &of) {
  if (of.columns.empty()) return read(in, of, {});
  std::string row;
  for (const ComparedColumn &each : of.columns) row += (row.empty() ? "" : ", ") + value(of, each);
  return read(in, of, {sum_of(of, "ROW(" + row + ")::text")});
}

Checksum sum_columns(Connection &in, const ComparedTable &of) {
  std::vector<std::string> sums;
  for (const ComparedColumn &each : of.columns) sums.push_back(sum_of(of, "ROW(" + value(of, each) + ")::text"));
  return read(in, of, sums);
}

}  // namespace client
