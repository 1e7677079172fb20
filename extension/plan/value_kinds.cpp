#include "plan/value_kinds.h"

#include "pg/list.h"
#include "pg/relations.h"
#include "plan/value_names.h"

namespace confiture {

struct ValueKind {
  const char *pattern;  // of a value; ^ and $ stand around it
  const char *check;    // SQL over the value v, nullptr for none
  const char *verb, *description;
  const char *strategy;
  int percent;  // the share of the non-NULL values from which on a column is suspected
  // Of words as people write them, which say little one by one: looked for in texts alone, in any case, and in more
  // values than a few. `names`: an array literal that has the value's first word, or the one behind its comma.
  bool is_wording = false;
  const char *names = nullptr;
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

// A Spanish number by its letter; those of other countries are told by their form.
// CASE, since what is evaluated first may fail, and the server's message would have the value.
static constexpr char is_identity[] = R"((
    CASE
      WHEN v ~ '^[0-9XYZ][0-9]{7}-?[A-Z]$'
        THEN substr('TRWAGMYFPDXBNJZSQVHLCKE', translate(substr(v, 1, 8), 'XYZ', '012')::integer % 23 + 1, 1) = right(v, 1)
      ELSE true
    END))";

// The first kind that reaches its share wins. Dates, versions and plain numbers must match none: cards want the prefix
// and the length of a brand (Visa, Mastercard, American Express, Diners Club, JCB, Discover, UnionPay) and the check
// digit. Those inside a text come last.
static constexpr ValueKind kinds[] = {
    {R"([^@\s"'<>,;:(){}]+@[^@\s"'<>,;:(){}]+\.[A-Za-z]{2,})", nullptr, "are", "e-mail addresses", "email", 20},
    {R"((?:(?:\+|00)[0-9][0-9 ()./-]{6,18}|\(?0[0-9]{1,5}[)/ -] ?[0-9][0-9 -]{3,12}|\([0-9]{1,4}\) ?[0-9][0-9 .-]{4,12}|)"
     R"([2-9][0-9]{2}[ .-][2-9][0-9]{2}[ .-][0-9]{4}))",
     nullptr, "look like", "telephone numbers", "phone", 20},
    {R"([A-Z]{2}[0-9]{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4})", is_iban, "look like", "bank accounts (IBAN)", "iban",
     20},
    {R"((?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|35[0-9]{2}|6(?:011|2[0-9]{2}|4[4-9][0-9]|5[0-9]{2}))[ -]?)"
     R"([0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}|)"
     R"(3(?:0[0-5]|[689][0-9])[0-9][ -]?[0-9]{6}[ -]?[0-9]{4})",
     is_card, "look like", "card numbers", "card", 20},
    {R"((?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:/[0-9]{1,2})?|)"
     R"((?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}:(?:[0-9A-Fa-f]{1,4}:){0,5}[0-9A-Fa-f]{1,4})",
     nullptr, "are", "network addresses", "ip", 20},
    {R"([0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})",
     nullptr, "are", "hardware addresses", "mac", 20},
    // SSN, NINO, codice fiscale, CPF and CNPJ, NIF and NIE, CURP.
    {R"([0-9]{3}-[0-9]{2}-[0-9]{4}|[A-CEGHJ-PR-TW-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]|)"
     R"([A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z]|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|)"
     R"([0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}|[0-9XYZ][0-9]{7}-?[A-Z]|[A-Z]{4}[0-9]{6}[HM][A-Z]{5}[0-9A-Z]{2})",
     is_identity, "look like", "identity numbers", "national_id", 20},
    // bcrypt, crypt, Argon2, scrypt, PBKDF2, LDAP, SCRAM; JWT, keys of well-known services, PEM.
    {R"(\$(?:2[abxy]?|[156y]|argon2[a-z]*|scrypt|pbkdf2[a-z0-9-]*)\$.{20,}|(?:pbkdf2|argon2|bcrypt|scrypt)[a-z0-9_]*\$.{20,}|)"
     R"(\{S?SHA(?:256|512)?\}.{20,}|SCRAM-SHA-256\$.+|eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*|(?:sk|rk|pk)_(?:live|test)_\w{10,}|)"
     R"((?:gh[opsu]|glpat|xox[abpr]|SG)[_.-][\w.-]{16,}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----.*)",
     nullptr, "look like", "passwords or keys", "redact", 20},
    {R"((?:Mozilla|Opera|Dalvik|okhttp)/[0-9].{4,})", nullptr, "look like", "user agents", "user_agent", 20},
    {R"(https?://(?:www\.|m\.)?(?:facebook|linkedin|twitter|x|instagram|github|t|tiktok|vk|gravatar)\.(?:com|me)/[^/\s]+.*)",
     nullptr, "look like", "accounts at other services", "hash", 20},
    {R"((?:male|female|mr|mrs|ms|miss|dr|herr|frau|mme|mlle|sr|sra|sig|dhr|mevr)\.?)", nullptr, "look like",
     "genders or salutations", "redact", 60, true},
    // A street and a number, a number and a street.
    {R"(.*(?:\m(?:street|st|avenue|ave|av|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|parkway|manor|rue|avenida|calle|)"
     R"(via|viale|piazza|rua|plaza|paseo|carrera|ulica|ul|allee|chemin|impasse|quai|alameda|travessa)\M|)"
     R"((?:stra.{1,2}e|strasse|str\.|gasse|weg|platz|laan|straat|gracht|gatan|vej|veien|gade|katu|utca)\M).*)",
     "v ~ '[0-9]'", "look like", "street addresses", "redact", 30, true},
    {R"([A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[1-9][0-9]{3} [A-Z]{2}|[0-9]{5}-[0-9]{3,4}|)"
     R"([0-9]{2}-[0-9]{3})",
     nullptr, "look like", "postal codes", "postcode", 30, true},
    {R"([[:alpha:]'.-]+)", nullptr, "look like", "first names", "first_name", 30, true, common_first_names},
    {R"([[:alpha:]'.-]+)", nullptr, "look like", "last names", "last_name", 20, true, common_last_names},
    {R"([[:alpha:]'.-]+,?(?: [[:alpha:]'.-]+){1,3})", nullptr, "look like", "names of persons", "name", 30, true,
     common_first_names},
    {R"(\s*(?:\{\s*"[^"]*"\s*:.*\}|\[\s*\{.*\}\s*\])\s*)", nullptr, "hold", "documents (JSON)", "json", 50},
    {R"([^@\s]+@[^@\s]+\.[A-Za-z]{2,})", nullptr, "contain", "e-mail addresses", "redact", 2},
};

static constexpr int64 fewest_words = 3;
// In bytes; of values, that of a private key.
static constexpr int longest_wording = 200, longest_value = 4096, longest_document = 65536;

// Documents, arrays and composites hold values between brackets, quotes and commas of their text form.
static constexpr char before[] = R"((?:^|["'{(\[,:>=]))";
static constexpr char behind[] = R"((?=$|["'})\],:<]))";

static bool is_inside(const ValueKind &kind) { return strcmp(kind.verb, "contain") == 0; }

// The first word, or the one behind a comma: Lovelace, Ada.
static constexpr char given_name[] =
    "split_part(CASE WHEN v LIKE '%, %' THEN split_part(v, ', ', 2) ELSE v END, ' ', 1)";

static const char *check_of(const ValueKind &kind) {
  if (kind.names == nullptr) return kind.check;
  return psprintf("lower(%s) = ANY (%s::text[])", given_name, quote_literal_cstr(kind.names));
}

static const char *fits(const char *text, const ValueKind &kind, bool is_compound) {
  const bool is_document = strcmp(kind.strategy, "json") == 0;
  if ((kind.is_wording || is_document) && is_compound) return "false";
  if (is_inside(kind)) return psprintf("%s ~ %s", text, quote_literal_cstr(kind.pattern));
  const char *pattern =
      quote_literal_cstr(psprintf("%s(%s)%s", is_compound ? before : "^", kind.pattern, is_compound ? behind : "$"));
  // Nothing that is one of the kinds as a whole is long, but for documents; what is long costs much to match.
  const int longest = is_document ? longest_document : kind.is_wording ? longest_wording : longest_value;
  const char *is_short = is_compound ? "true" : psprintf("octet_length(%s) <= %d", text, longest);
  const char *check = check_of(kind);
  if (check == nullptr) return psprintf("%s AND %s %s %s", is_short, text, kind.is_wording ? "~*" : "~", pattern);
  return psprintf(
      "%s AND EXISTS (SELECT FROM regexp_matches(%s, %s, '%s') AS m CROSS JOIN LATERAL (SELECT m[1] AS v) AS one WHERE "
      "%s)",
      is_short, text, pattern, kind.is_wording ? "gi" : "g", check);
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

// Types whose midnight hangs on no time zone.
static bool is_of_days(const PlanColumn *column) {
  const SourceColumn *source = column->source;
  return strcmp(source->base_schema, "pg_catalog") == 0 &&
         (strcmp(source->base_name, "date") == 0 || strcmp(source->base_name, "timestamp") == 0);
}

bool can_be_sampled(const PlanColumn *column, bool *is_compound) {
  if (column->source == nullptr || column->number == 0 || column->is_generated || !column->source->is_readable)
    return false;
  if (is_of_days(column)) return true;
  Oid type = getBaseType(column->type), element = get_element_type(type);
  *is_compound = kind_of_type(type) != wall::ValueKind::text || OidIsValid(element);
  return !is_plain_type(OidIsValid(element) ? getBaseType(element) : type);
}

// ---- the query

// Days of birth are told by how they are spread: back from ten years ago, over more than fifteen years, on many days
// of the year. A time of day speaks against it.
static const char *births_of(const char *column) {
  const char *is_past = psprintf(
      "WHERE %s = %s::date AND %s::date BETWEEN current_date - 40000 AND current_date - 3652", column, column, column);
  return psprintf(R"(
    CASE
      WHEN max(%s::date) FILTER (%s) - min(%s::date) FILTER (%s) > 5479
           AND count(DISTINCT to_char(%s, 'MMDD')) FILTER (%s) * 2 >= least(count(*) FILTER (%s), 300)
        THEN count(*) FILTER (%s)
      ELSE 0
    END)",
                  column, is_past, column, is_past, column, is_past, is_past, is_past);
}

static constexpr ValueKind births = {nullptr, nullptr, "look like", "dates of birth", "birthdate", 90};
static constexpr int64 fewest_births = 8;

static const char *counts_of(const SampledColumn *sampled) {
  StringInfoData counts;
  initStringInfo(&counts);
  const char *column = source_name(sampled->column->source->name);
  // Regular expressions refuse some collations; the default one is none of those.
  const char *text = psprintf(R"(%s::text COLLATE pg_catalog."default")", column);
  appendStringInfo(&counts, ", count(%s)", column);
  if (is_of_days(sampled->column)) {
    appendStringInfo(&counts, ", %s", births_of(column));
    return counts.data;
  }
  for (const ValueKind &kind : kinds)
    appendStringInfo(&counts, ", count(*) FILTER (WHERE %s)", fits(text, kind, sampled->is_compound));
  return counts.data;
}

// The source counts, and may lie: no count is above that of what it is a part of.
static int64 count_at(const PGresult *result, int field, int64 most) {
  int64 count = static_cast<int64>(strtoll(PQgetvalue(result, 0, field), nullptr, 10));
  return Min(Max(count, 0), most);
}

static void judge_as(SampledColumn *sampled, const ValueKind &kind, int64 alike, int64 fewest, bool is_faint) {
  if (sampled->words != nullptr || alike < fewest || alike * 100 < sampled->values * kind.percent) return;
  bool holds = sampled->is_compound && !is_inside(kind);
  const char *verb = !holds ? kind.verb : strcmp(kind.verb, "are") == 0 ? "hold" : "hold what look like";
  sampled->alike = alike;
  sampled->kind = kind.description;
  sampled->strategy = kind.strategy;
  sampled->is_faint = is_faint;
  sampled->words = psprintf(INT64_FORMAT "%% of " INT64_FORMAT " sampled values %s %s", alike * 100 / sampled->values,
                            sampled->values, verb, kind.description);
}

static void judge(SampledColumn *sampled, const PGresult *result, int64 rows, int *field) {
  sampled->values = count_at(result, (*field)++, rows);
  auto next_count = [&] { return count_at(result, (*field)++, sampled->values); };
  if (is_of_days(sampled->column)) return judge_as(sampled, births, next_count(), fewest_births, true);
  for (const ValueKind &kind : kinds)
    judge_as(sampled, kind, next_count(), kind.is_wording ? fewest_words : 1, is_inside(kind));
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
    fields += 1 + (is_of_days(each_column->column) ? 1 : static_cast<int>(lengthof(kinds)));
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
