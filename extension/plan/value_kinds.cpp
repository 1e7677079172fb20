#include "plan/value_kinds.h"

#include "pg/list.h"
#include "pg/relations.h"

namespace confiture {

struct ValueKind {
  const char *pattern;  // of a value; ^ and $ stand around it
  const char *check;    // SQL over the value v, nullptr for none
  const char *verb, *description;
  const char *strategy;
  int percent;  // the share of the non-NULL values from which on a column is suspected
};

// A card's digits by the check digit of ISO/IEC 7812-1, annex B (Luhn).
static constexpr char is_card[] = R"((
    SELECT sum(CASE WHEN (length(d) - i) % 2 = 0 THEN n WHEN n > 4 THEN 2 * n - 9 ELSE 2 * n END) % 10 = 0
    FROM (SELECT translate(v, ' -', '') AS d) AS digits
    CROSS JOIN LATERAL generate_series(1, length(d)) AS i
    CROSS JOIN LATERAL (SELECT substr(d, i, 1)::integer AS n) AS digit))";

// An IBAN by its check digits, ISO 13616 (modulo 97).
static constexpr char is_iban[] = R"((
    SELECT string_agg(CASE WHEN c ~ '[0-9]' THEN c ELSE (ascii(c) - 55)::text END, '' ORDER BY n)::numeric % 97 = 1
    FROM (SELECT translate(v, ' ', '') AS iban) AS value
    CROSS JOIN LATERAL regexp_split_to_table(substr(iban, 5) || substr(iban, 1, 4), '') WITH ORDINALITY AS t(c, n)))";

// The first kind that reaches its share wins. Dates, versions and plain numbers must match none: cards want the prefix
// and the length of a brand (Visa, Mastercard, American Express, Diners Club, JCB, Discover, UnionPay) and the check
// digit. Those inside a text come last.
static constexpr ValueKind kinds[] = {
    {R"([^@\s"'<>,;:(){}]+@[^@\s"'<>,;:(){}]+\.[A-Za-z]{2,})", nullptr, "are", "e-mail addresses", "email", 20},
    {R"((?:(?:\+|00)[0-9][0-9 ()./-]{6,18}|\(?0[0-9]{1,5}[)/ -] ?[0-9][0-9 -]{3,12}))", nullptr, "look like",
     "telephone numbers", "phone", 20},
    {R"([A-Z]{2}[0-9]{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4})", is_iban, "look like", "bank accounts (IBAN)", "iban",
     20},
    {R"((?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|35[0-9]{2}|6(?:011|2[0-9]{2}|4[4-9][0-9]|5[0-9]{2}))[ -]?)"
     R"([0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}|)"
     R"(3(?:0[0-5]|[689][0-9])[0-9][ -]?[0-9]{6}[ -]?[0-9]{4})",
     is_card, "look like", "card numbers", "card", 20},
    {R"((?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))", nullptr, "are",
     "network addresses", "ip", 20},
    {R"([^@\s]+@[^@\s]+\.[A-Za-z]{2,})", nullptr, "contain", "e-mail addresses", "redact", 2},
};

// Documents, arrays and composites hold values between brackets, quotes and commas of their text form.
static constexpr char before[] = R"((?:^|["'{(\[,:>=]))";
static constexpr char behind[] = R"((?=$|["'})\],:<]))";

static bool is_inside(const ValueKind &kind) { return strcmp(kind.verb, "contain") == 0; }

static const char *fits(const char *text, const ValueKind &kind, bool is_compound) {
  if (is_inside(kind)) return psprintf("%s ~ %s", text, quote_literal_cstr(kind.pattern));
  const char *pattern =
      quote_literal_cstr(psprintf("%s(%s)%s", is_compound ? before : "^", kind.pattern, is_compound ? behind : "$"));
  if (kind.check == nullptr) return psprintf("%s ~ %s", text, pattern);
  return psprintf(
      "EXISTS (SELECT FROM regexp_matches(%s, %s, 'g') AS m CROSS JOIN LATERAL (SELECT m[1] AS v) AS one WHERE %s)",
      text, pattern, kind.check);
}

// ---- which columns

// Types whose text form is that of one number, moment or the like, below domains.
static bool is_plain_type(Oid type) {
  char category;
  bool is_preferred;
  get_type_category_preferred(type, &category, &is_preferred);
  switch (type) {
    case BOOLOID:
    case BYTEAOID:
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case OIDOID:
    case FLOAT4OID:
    case FLOAT8OID:
    case NUMERICOID:
    case MONEYOID:
    case DATEOID:
    case TIMEOID:
    case TIMETZOID:
    case TIMESTAMPOID:
    case TIMESTAMPTZOID:
    case INTERVALOID:
    case UUIDOID:
    case INETOID:
    case CIDROID:
    case MACADDROID:
    case MACADDR8OID:
    case BITOID:
    case VARBITOID:
    case PG_LSNOID:
      return true;
    default:
      return get_typtype(type) == TYPTYPE_ENUM || get_typtype(type) == TYPTYPE_RANGE ||
             (type < FirstNormalObjectId && strchr("GDTN", category) != nullptr);
  }
}

bool can_be_sampled(const PlanColumn *column, bool *is_compound) {
  if (column->source == nullptr || column->number == 0 || column->is_generated || !column->source->is_readable)
    return false;
  Oid type = getBaseType(column->type), element = get_element_type(type);
  *is_compound = kind_of_type(type) != wall::ValueKind::text || OidIsValid(element);
  return !is_plain_type(OidIsValid(element) ? getBaseType(element) : type);
}

// ---- the query

static const char *counts_of(const SampledColumn *sampled) {
  StringInfoData counts;
  initStringInfo(&counts);
  const char *column = source_name(sampled->column->source->name);
  appendStringInfo(&counts, ", count(%s)", column);
  for (const ValueKind &kind : kinds)
    appendStringInfo(&counts, ", count(*) FILTER (WHERE %s)",
                     fits(psprintf("%s::text", column), kind, sampled->is_compound));
  return counts.data;
}

// The source counts, and may lie: no count is above that of what it is a part of.
static int64 count_at(const PGresult *result, int field, int64 most) {
  int64 count = static_cast<int64>(strtoll(PQgetvalue(result, 0, field), nullptr, 10));
  return Min(Max(count, 0), most);
}

static void judge(SampledColumn *sampled, const PGresult *result, int64 rows, int *field) {
  sampled->values = count_at(result, (*field)++, rows);
  for (const ValueKind &kind : kinds) {
    int64 alike = count_at(result, (*field)++, sampled->values);
    if (sampled->words != nullptr || alike <= 0 || alike * 100 < sampled->values * kind.percent) continue;
    bool holds = sampled->is_compound && !is_inside(kind);
    const char *verb = !holds ? kind.verb : strcmp(kind.verb, "are") == 0 ? "hold" : "hold what look like";
    sampled->alike = alike;
    sampled->kind = kind.description;
    sampled->strategy = kind.strategy;
    sampled->words = psprintf(INT64_FORMAT "%% of " INT64_FORMAT " sampled values %s %s", alike * 100 / sampled->values,
                              sampled->values, verb, kind.description);
  }
}

int64 sample_columns(Source *source, const SyncPlan *plan, List *columns, int32 rows) {
  StringInfoData sql, names;
  initStringInfo(&sql);
  initStringInfo(&names);
  appendStringInfoString(&sql, "SELECT count(*)");
  int fields = 1;
  for (const SampledColumn *each_column : each<SampledColumn>(columns)) {
    appendStringInfoString(&sql, counts_of(each_column));
    appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", source_name(each_column->column->source->name));
    fields += 1 + static_cast<int>(lengthof(kinds));
  }
  const char *filter = plan->request.filter;
  appendStringInfo(&sql, " FROM (SELECT %s FROM %s%s%s LIMIT %d) s", names.data, only_itself(plan->source->kind),
                   plan->source->qualified, filter != nullptr ? psprintf(" WHERE (%s\n)", filter) : "", rows);
  const PGresult *result = expect_shape(source, source_query_rows(source, sql.data), fields, 1);
  int64 n_rows = count_at(result, 0, rows);
  int field = 1;
  for (SampledColumn *each_column : each<SampledColumn>(columns)) judge(each_column, result, n_rows, &field);
  return n_rows;
}

}  // namespace confiture
