#include "mask/data/domains.h"

#include <algorithm>
#include <iterator>

namespace confiture::mask {

namespace {

constexpr std::string_view freemail[] = {
    "126.com",        "163.com",        "aol.com",       "arcor.de",       "bluewin.ch",  "btinternet.com",
    "centrum.cz",     "comcast.net",    "duck.com",      "fastmail.com",   "free.fr",     "freenet.de",
    "gmail.com",      "gmx.at",         "gmx.ch",        "gmx.com",        "gmx.de",      "gmx.net",
    "googlemail.com", "hey.com",        "hotmail.co.uk", "hotmail.com",    "hotmail.de",  "hotmail.es",
    "hotmail.fr",     "hotmail.it",     "icloud.com",    "inbox.lv",       "interia.pl",  "laposte.net",
    "libero.it",      "live.com",       "live.fr",       "live.nl",        "mac.com",     "mail.com",
    "mail.ru",        "me.com",         "msn.com",       "naver.com",      "o2.pl",       "onet.pl",
    "orange.fr",      "outlook.com",    "outlook.de",    "outlook.fr",     "pm.me",       "posteo.de",
    "proton.me",      "protonmail.com", "qq.com",        "rediffmail.com", "sapo.pt",     "seznam.cz",
    "sfr.fr",         "t-online.de",    "tutanota.com",  "uol.com.br",     "virgilio.it", "wanadoo.fr",
    "web.de",         "wp.pl",          "yahoo.co.jp",   "yahoo.co.uk",    "yahoo.com",   "yahoo.com.br",
    "yahoo.de",       "yahoo.es",       "yahoo.fr",      "yahoo.it",       "yandex.ru",   "ymail.com",
    "ziggo.nl",       "zoho.com"};
static_assert(std::is_sorted(std::begin(freemail), std::end(freemail)));

}  // namespace

bool is_freemail(std::string_view domain) {
  return std::binary_search(std::begin(freemail), std::end(freemail), domain);
}

}  // namespace confiture::mask
