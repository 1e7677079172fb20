#include "plan/relation_patterns.h"

#include "pg/list.h"
#include "pg/memory.h"

namespace confiture {

// What psql's processSQLRelationPattern() does: outside double quotes letters are folded, * and ? are wildcards and a
// dot separates schema and name; other characters keep the meaning they have in a regular expression, but for $. Within
// quotes every character stands for itself.
static void append_character(StringInfo regex, char c, bool quoted) {
  if (!quoted && c == '*') {
    appendStringInfoString(regex, ".*");
  } else if (!quoted && c == '?') {
    appendStringInfoChar(regex, '.');
  } else {
    if (c == '$' || (quoted && strchr("|*+?()[]{}.^\\", c) != nullptr)) appendStringInfoChar(regex, '\\');
    appendStringInfoChar(regex, quoted ? c : static_cast<char>(pg_tolower(static_cast<unsigned char>(c))));
  }
}

static text *anchored(const StringInfoData *regex) { return cstring_to_text(psprintf("^(%s)$", regex->data)); }

static bool is_wildcard(char c) { return strchr("|*+?()[]{}^\\", c) != nullptr; }

static RelationPattern *parse_pattern(const char *written, int max_parts, const char *argument) {
  RelationPattern *pattern = make<RelationPattern>();
  pattern->written = written;
  StringInfoData part;
  initStringInfo(&part);
  bool quoted = false;
  int parts = 1;
  for (const char *c = written; *c != '\0'; c++) {
    if (*c == '"' && quoted && c[1] == '"')
      append_character(&part, *c++, true);
    else if (*c == '"')
      quoted = !quoted;
    else if (*c == '.' && !quoted) {
      pattern->schema = anchored(&part);
      resetStringInfo(&part);
      parts++;
    } else {
      if (!quoted && is_wildcard(*c))
        pattern->has_wildcard = true;
      else
        pattern->letters++;
      append_character(&part, *c, quoted);
    }
  }
  pattern->name = anchored(&part);
  if (quoted || parts > max_parts || part.len == 0)
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s: \"%s\" is not a pattern of names", argument, written),
                    max_parts == 1 ? errhint("Patterns are as in psql, for example *email*, phone_?, \"Mixed Case\".")
                                   : errhint("Patterns are as in psql, for example public.*, sales.order_*, "
                                             "\"Mixed Case\".users.")));
  return pattern;
}

List *parse_patterns(List *written, const char *argument) {
  List *patterns = NIL;
  for (const char *pattern : each_text(written)) patterns = append(patterns, parse_pattern(pattern, 2, argument));
  return patterns;
}

RelationPattern *parse_name_pattern(const char *written, const char *argument) {
  return parse_pattern(written, 1, argument);
}

static bool matches(text *regex, const char *name) {
  return RE_compile_and_execute(regex, const_cast<char *>(name), static_cast<int>(strlen(name)), REG_ADVANCED,
                                C_COLLATION_OID, 0, nullptr);
}

static bool matches_one_of(List *patterns, const char *schema, const char *name, bool literally) {
  bool found = false;
  for (RelationPattern *pattern : each<RelationPattern>(patterns)) {
    if (literally && pattern->has_wildcard) continue;
    if ((pattern->schema != nullptr && !matches(pattern->schema, schema)) || !matches(pattern->name, name)) continue;
    found = pattern->has_matched = true;
  }
  return found;
}

bool matches_any(List *patterns, const char *schema, const char *name) {
  return matches_one_of(patterns, schema, name, false);
}

bool is_named_by_any(List *patterns, const char *schema, const char *name) {
  return matches_one_of(patterns, schema, name, true);
}

}  // namespace confiture
