#include "mask/company.h"

#include <algorithm>

#include "mask/characters.h"

namespace confiture::mask {

// Called after a person, or by a word; what it does, or its legal form.
void compose_company(std::string_view, Draws &draws, Phrase &phrase) {
  if (draws(2) == 0)
    phrase.add(last_names, draws);
  else
    phrase.add(company_stems, draws);
  phrase.add(" ");
  phrase.add(company_fields, draws);
  if (draws(2) == 0) {
    phrase.add(" ");
    phrase.add(company_forms, draws);
  }
}

bool looks_like_company(std::string_view value) {
  // Some of them are names of people too when they are not the last word.
  constexpr std::string_view forms[] = {
      "ab",    "ag",          "aps",  "as",      "asa",        "bank",         "bv",       "bvba",    "co",   "company",
      "corp",  "corporation", "ev",   "gbr",     "ges",        "gmbh",         "group",    "holding", "inc",  "kft",
      "kg",    "kk",          "lda",  "limited", "llc",        "llp",          "lp",       "ltd",     "ltda", "mbh",
      "nv",    "oao",         "ohg",  "oo",      "ooo",        "oy",           "oyj",      "plc",     "pty",  "sa",
      "sarl",  "sas",         "scrl", "se",      "sicav",      "sl",           "slu",      "snc",     "sp",   "spa",
      "spzoo", "sro",         "srl",  "ug",      "university", "gesellschaft", "holdings", "partners"};
  if (value.find(" & ") != value.npos) return true;
  while (!value.empty() && !is_letter(value.back())) value.remove_suffix(1);
  const size_t blank = value.rfind(' ');
  if (blank == value.npos) return false;
  char word[16];
  size_t size = 0;
  for (const char c : value.substr(blank + 1)) {
    if (c == '.' || c == '/') continue;
    if (size == sizeof word) return false;
    word[size++] = to_lower(c);
  }
  return std::find(std::begin(forms), std::end(forms), std::string_view(word, size)) != std::end(forms);
}

}  // namespace confiture::mask
