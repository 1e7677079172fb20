#include "sample.h"

#include <array>

#include "source.h"

namespace client {

namespace {

struct ValueKind {
  const char *pattern;
  const char *description;
  const char *strategy;
  int percent;  // the share of the non-NULL values from which on a column is suspected
};

// The first kind that reaches its share wins. Dates and plain numbers must match none.
constexpr std::array kinds = {
    ValueKind{R"(^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$)", "are e-mail addresses", "email", 20},
    ValueKind{R"(^(\+|00)[0-9][0-9 ()./-]{6,18}$|^\(?0[0-9]{1,5}[)/ -] ?[0-9][0-9 -]{3,12}$)",
              "look like telephone numbers", "phone", 20},
    ValueKind{R"(^[A-Z]{2}[0-9]{2} ?([A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}$)", "look like bank accounts (IBAN)", "hash", 20},
    ValueKind{R"(^[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{1,7}$)", "look like card numbers", "hash", 20},
    ValueKind{R"(^([0-9]{1,3}\.){3}[0-9]{1,3}$)", "are network addresses", "hash", 20},
    ValueKind{R"([^@\s]+@[^@\s]+\.[A-Za-z]{2,})", "contain e-mail addresses", "redact", 2},
};

std::string counts_of(const std::string &column) {
  std::string text = ", count(" + column + ")";
  for (const ValueKind &kind : kinds)
    text += ", count(*) FILTER (WHERE " + column + "::text ~ " + quote_literal(kind.pattern) + ")";
  return text;
}

}  // namespace

std::vector<SampledColumn> sample_columns(Connection &source, const std::string &relation,
                                          const std::vector<std::string> &columns, int rows) {
  if (columns.empty()) return {};
  std::string list;
  std::string counts;
  for (const std::string &each : columns) {
    list += (list.empty() ? "" : ", ") + quote_identifier(each);
    counts += counts_of(quote_identifier(each));
  }
  Result result = query_source(source, "SELECT count(*)" + counts + " FROM (SELECT " + list + " FROM " + relation +
                                           " LIMIT " + std::to_string(rows) + ") s");
  std::vector<SampledColumn> suspects;
  int field = 1;
  for (const std::string &each : columns) {
    long long values = std::atoll(result.text(0, field++).c_str());
    bool found = false;
    for (const ValueKind &kind : kinds) {
      long long hits = std::atoll(result.text(0, field++).c_str());
      if (found || hits == 0 || hits * 100 < values * kind.percent) continue;
      found = true;
      suspects.push_back({each, kind.strategy,
                          std::to_string(hits * 100 / values) + "% of " + std::to_string(values) + " sampled values " +
                              kind.description});
    }
  }
  return suspects;
}

}  // namespace client
