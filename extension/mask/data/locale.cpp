#include "mask/data/locale.h"

namespace confiture::mask {

extern const Locale locale_cs, locale_de, locale_en, locale_es, locale_fr, locale_it, locale_ja, locale_nl, locale_pl,
    locale_pt, locale_ru, locale_sv, locale_tr, locale_zh;

namespace {

constexpr const Locale *locales[] = {&locale_cs, &locale_de, &locale_en, &locale_es, &locale_fr,
                                     &locale_it, &locale_ja, &locale_nl, &locale_pl, &locale_pt,
                                     &locale_ru, &locale_sv, &locale_tr, &locale_zh};

}  // namespace

std::span<const Locale *const> all_locales() { return locales; }

const Locale *find_locale(std::string_view code) {
  for (const Locale *locale : locales)
    if (locale->code == code) return locale;
  return nullptr;
}

}  // namespace confiture::mask
