#include "plan/relation_patterns.h"

#include "pg/list.h"
#include "pg/memory.h"

namespace confiture {

struct PatternPart {
  StringInfoData regex, literal;
};

static char folded(char c, bool quoted) {
  return quoted ? c : static_cast<char>(pg_tolower(static_cast<unsigned char>(c)));
}

// What psql's processSQLRelationPattern() does: outside double quotes letters are folded, * and ? are wildcards and a
// dot separates schema and name; other characters keep the meaning they have in a regular expression, but for $. Within
// quotes every character stands for itself.
static void append_character(PatternPart *part, char c, bool quoted) {
  StringInfo regex = &part->regex;
  appendStringInfoChar(&part->literal, folded(c, quoted));
  if (!quoted && c == '*') {
    appendStringInfoString(regex, ".*");
  } else if (!quoted && c == '?') {
    appendStringInfoChar(regex, '.');
  } else {
    if (c == '$' || (quoted && strchr("|*+?()[]{}.^\\", c) != nullptr)) appendStringInfoChar(regex, '\\');
    appendStringInfoChar(regex, folded(c, quoted));
  }
}

static text *anchored(const PatternPart *part) { return cstring_to_text(psprintf("^(%s)$", part->regex.data)); }

static PatternPart begin_part() {
  PatternPart part;
  initStringInfo(&part.regex);
  initStringInfo(&part.literal);
  return part;
}

static bool is_wildcard(char c) { return strchr("|*+?()[]{}^\\", c) != nullptr; }

static RelationPattern *parse_pattern(const char *written, int max_parts, const char *argument) {
  RelationPattern *pattern = make<RelationPattern>();
  pattern->written = written;
  PatternPart part = begin_part();
  bool quoted = false;
  int parts = 1;
  for (const char *c = written; *c != '\0'; c++) {
    if (*c == '"' && quoted && c[1] == '"')
      append_character(&part, *c++, true);
    else if (*c == '"')
      quoted = !quoted;
    else if (*c == '.' && !quoted) {
      pattern->schema = anchored(&part);
      pattern->literal_schema = part.literal.data;
      part = begin_part();
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
  pattern->literal_name = part.literal.data;
  if (quoted || parts > max_parts || part.literal.len == 0)
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

// The server keeps 32 compiled regular expressions: compared with each name of a database, more of them would be
// compiled each time.
static bool matches(const RelationPattern *pattern, const char *schema, const char *name) {
  if (!pattern->has_wildcard)
    return strcmp(pattern->literal_name, name) == 0 &&
           (pattern->schema == nullptr || strcmp(pattern->literal_schema, schema) == 0);
  return matches(pattern->name, name) && (pattern->schema == nullptr || matches(pattern->schema, schema));
}

static bool matches_one_of(List *patterns, const char *schema, const char *name, bool literally) {
  bool found = false;
  for (RelationPattern *pattern : each<RelationPattern>(patterns)) {
    if (literally && pattern->has_wildcard) continue;
    if (!matches(pattern, schema, name)) continue;
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
