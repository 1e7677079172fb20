#include "plan/forms.h"

#include "pg/list.h"

namespace confiture {

// '#' stands for a digit, '^' and '~' for a letter, '&' and '%' for a hexadecimal digit, upper case first.
static const char *const text_forms[] = {
    // numbers, telephone numbers
    "+###########", "+############", "+1##########", "+49##########", "0#########", "0##########", "(###) ###-####",
    "###-###-####", "### ### ####", "## ## ## ## ##", "+## ### #######",
    // identity and account numbers
    "###-##-####", "##-#######", "###.###.###-##", "##.###.###/####-##", "########^", "^#######^", "^########",
    "^^######^", "^^^^^^##^##^###^", "^^^^######^^^^^^##", "DE#########", "FR###########", "^^##########",
    "DE####################", "FR#########################", "GB##^^^^##############", "^^##^^^^################",
    "^^^^DE^^", "^^^^DE^^###", "^^^^^^^^", "#### #### #### ####", "####-####-####-####",
    // postal codes, plates
    "^## #^^", "^^# #^^", "^#^ #^#", "#### ^^", "##-###", "#####-###", "#####-####", "^-####", "^^^-###", "^^ ## ^^",
    "^^-###-^^", "^-^^ ####", "##-^^-##", "#^^^###",
    // addresses of mail and networks, logins
    "~~~~##@example.com", "~~~.~~~~@example.org", "http://~~~~.example/~~~", "https://~~~~~.example/~~/##?~=#",
    "https://~~~~.example", "~~~~.example", "192.168.1#.#", "1#.#.2##.9", "2001:db8::%%%%", "%%:%%:%%:%%:%%:%%",
    "&&:&&:&&:&&:&&:&&", "&&-&&-&&-&&-&&-&&", "~~~~##", "~~~.~~~~", "~~~_~~~#", "@~~~~", "~~-~~~~",
    // secrets
    "$2b$10$~~~^^^###~~~^^^###~~~^^^###~~~^^^###~~~^^^###~~~^^^##~~~", "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%",
    "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%", "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%",
    "%%%%%%%%-%%%%-4%%%-8%%%-%%%%%%%%%%%%", "~~_~~~~_~#^#~#^#~^~^#~#^",
    // dates, words
    "19##-0#-1#", "1#.0#.19##", "0#/1#/19##", "1985", "##", "^~~~~~", "^~~~ ^~~~~~", "^~~-^~~~", "^^_^^^", "~~_^^",
    "~~-^^", "^^^-#####", "^^^-####-####"};

static constexpr int variants = 16;    // of each
static constexpr int most_alike = 20;  // characters of values of one class

// Any numbers will do, the same ones each time.
static uint32 next_number(uint32 *state) {
  *state = *state * 1664525 + 1013904223;
  return *state >> 8;
}

static char fill(char c, uint32 number) {
  switch (c) {
    case '#':
      return static_cast<char>('0' + number % 10);
    case '^':
      return static_cast<char>('A' + number % 26);
    case '~':
      return static_cast<char>('a' + number % 26);
    case '&':
      return "0123456789ABCDEF"[number % 16];
    case '%':
      return "0123456789abcdef"[number % 16];
    default:
      return c;
  }
}

static List *append_filled(List *values, const char *form) {
  uint32 state = static_cast<uint32>(strlen(form)) * 31 + static_cast<uint8>(form[0]);
  for (int i = 0; i < variants; i++) {
    char *value = pstrdup(form);
    for (char *c = value; *c != '\0'; c++) *c = fill(*c, next_number(&state));
    values = append(values, value);
  }
  return values;
}

static List *texts_of_forms() {
  List *values = NIL;
  for (const char *form : text_forms) values = append_filled(values, form);
  for (const char c : {'#', '^', '~', '%'})
    for (int n = 1; n <= most_alike; n++) {
      char form[most_alike + 1] = {};
      memset(form, c, static_cast<size_t>(n));
      values = append_filled(values, form);
    }
  return values;
}

static List *numbers_of_forms(int most_digits) {
  List *values = NIL;
  int64 power = 1;
  for (int digits = 0; digits <= Min(most_digits, 5);  // floating point of more has exponents
       digits++, power *= 10)
    for (int64 number : {power - 1, power, power * 2, power * 3, power * 5, power * 9}) {
      if (number >= power * 10 || (digits == most_digits && number >= power)) continue;
      values = append(values, psprintf("%lld", static_cast<long long>(number)));
      values = append(values, psprintf("-%lld", static_cast<long long>(number)));
    }
  return values;
}

static List *dates_of_forms() {
  List *values = NIL;
  for (int year = 1880; year < 2080; year += 3)
    values = append(values, psprintf("%d-%02d-%02d", year, year % 12 + 1, year % 28 + 1));
  return values;
}

List *values_of_forms(wall::ValueKind kind, int most_digits) {
  switch (kind) {
    case wall::ValueKind::text:
      return texts_of_forms();
    case wall::ValueKind::int2:
      return numbers_of_forms(4);
    case wall::ValueKind::int4:
    case wall::ValueKind::int8:
    case wall::ValueKind::numeric:
    case wall::ValueKind::float4:
    case wall::ValueKind::float8:
      return numbers_of_forms(most_digits);
    case wall::ValueKind::date:
    case wall::ValueKind::timestamp:
    case wall::ValueKind::timestamptz:
      return dates_of_forms();
    default:
      return NIL;
  }
}

}  // namespace confiture
