#include "sample.h"

#include <array>

#include "source.h"

namespace client {

namespace {

struct ValueKind {
  const char *pattern;  // of a value; ^ and $ stand around it
  const char *check;    // SQL over the value v, nullptr for none
  const char *description;
  const char *strategy;
  int percent;  // the share of the non-NULL values from which on a column is suspected
};

// A card's digits by the check digit of ISO/IEC 7812-1, annex B (Luhn).
constexpr char is_card[] = R"((
    SELECT sum(CASE WHEN (length(d) - i) % 2 = 0 THEN n WHEN n > 4 THEN 2 * n - 9 ELSE 2 * n END) % 10 = 0
    FROM (SELECT translate(v, ' -', '') AS d) AS digits
    CROSS JOIN LATERAL generate_series(1, length(d)) AS i
    CROSS JOIN LATERAL (SELECT substr(d, i, 1)::integer AS n) AS digit))";

// An IBAN by its check digits, ISO 13616 (modulo 97).
constexpr char is_iban[] = R"((
    SELECT string_agg(CASE WHEN c ~ '[0-9]' THEN c ELSE (ascii(c) - 55)::text END, '' ORDER BY n)::numeric % 97 = 1
    FROM (SELECT translate(v, ' ', '') AS iban) AS value
    CROSS JOIN LATERAL regexp_split_to_table(substr(iban, 5) || substr(iban, 1, 4), '') WITH ORDINALITY AS t(c, n)))";

// The first kind that reaches its share wins. Dates, versions and plain numbers must match none: cards want the prefix
// and the length of a brand (Visa, Mastercard, American Express, Diners Club, JCB, Discover, UnionPay) and the check
// digit.
constexpr std::array kinds = {
    ValueKind{R"([^@\s"'<>,;:(){}]+@[^@\s"'<>,;:(){}]+\.[A-Za-z]{2,})", nullptr, "are e-mail addresses", "email", 20},
    ValueKind{R"((?:(?:\+|00)[0-9][0-9 ()./-]{6,18}|\(?0[0-9]{1,5}[)/ -] ?[0-9][0-9 -]{3,12}))", nullptr,
              "look like telephone numbers", "phone", 20},
    ValueKind{R"([A-Z]{2}[0-9]{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4})", is_iban, "look like bank accounts (IBAN)",
              "iban", 20},
    ValueKind{R"((?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|35[0-9]{2}|6(?:011|2[0-9]{2}|4[4-9][0-9]|5[0-9]{2}))[ -]?)"
              R"([0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}|)"
              R"(3(?:0[0-5]|[689][0-9])[0-9][ -]?[0-9]{6}[ -]?[0-9]{4})",
              is_card, "look like card numbers", "card", 20},
    ValueKind{R"((?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))", nullptr,
              "are network addresses", "hash", 20},
};
constexpr ValueKind contains = {R"([^@\s]+@[^@\s]+\.[A-Za-z]{2,})", nullptr, "contain e-mail addresses", "redact", 2};

// Documents, arrays and composites hold values between brackets, quotes and commas of their text form.
constexpr char before[] = R"((?:^|["'{(\[,:>=]))";
constexpr char behind[] = R"((?=$|["'})\],:<]))";

std::string fits(const std::string &text, const ValueKind &kind, bool compound) {
  std::string value = "(" + std::string(kind.pattern) + ")";
  std::string pattern = quote_literal(compound ? before + value + behind : "^" + value + "$");
  if (kind.check == nullptr) return text + " ~ " + pattern;
  return "EXISTS (SELECT FROM regexp_matches(" + text + ", " + pattern +
         ", 'g') AS m CROSS JOIN LATERAL (SELECT m[1] AS v) "
         "AS one WHERE " +
         kind.check + ")";
}

std::string counts_of(const SampleTarget &target) {
  std::string column = quote_identifier(target.column);
  std::string text = column + "::text";
  std::string counts = ", count(" + column + ")";
  for (const ValueKind &kind : kinds) counts += ", count(*) FILTER (WHERE " + fits(text, kind, target.compound) + ")";
  return counts + ", count(*) FILTER (WHERE " + text + " ~ " + quote_literal(contains.pattern) + ")";
}

std::string described(const ValueKind &kind, bool compound) {
  std::string words = kind.description;
  if (!compound || words.starts_with("contain")) return words;
  return words.starts_with("are ") ? "hold " + words.substr(4) : "hold what " + words;
}

}  // namespace

std::vector<SampledColumn> sample_columns(Connection &source, const std::string &relation,
                                          const std::vector<SampleTarget> &columns, int rows) {
  if (columns.empty()) return {};
  std::string list;
  std::string counts;
  for (const SampleTarget &each : columns) {
    list += (list.empty() ? "" : ", ") + quote_identifier(each.column);
    counts += counts_of(each);
  }
  Result result = query_source(source, "SELECT count(*)" + counts + " FROM (SELECT " + list + " FROM " + relation +
                                           " LIMIT " + std::to_string(rows) + ") s");
  std::vector<SampledColumn> suspects;
  int field = 1;
  for (const SampleTarget &each : columns) {
    long long values = std::atoll(result.text(0, field++).c_str());
    bool found = false;
    for (size_t i = 0; i <= kinds.size(); i++) {
      const ValueKind &kind = i < kinds.size() ? kinds[i] : contains;
      long long hits = std::atoll(result.text(0, field++).c_str());
      if (found || hits == 0 || hits * 100 < values * kind.percent) continue;
      found = true;
      suspects.push_back({each.column, each.compound ? "null" : kind.strategy,
                          std::to_string(hits * 100 / values) + "% of " + std::to_string(values) + " sampled values " +
                              described(kind, each.compound)});
    }
  }
  return suspects;
}

}  // namespace client
