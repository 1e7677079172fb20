// How many digits the numbers of a country have. Sources: the countries' plans as notified to ITU-T (E.129),
// libphonenumber's metadata.
#include <array>
#include <cstdint>

#include "mask/characters.h"
#include "mask/check_digits.h"
#include "mask/data/calling_codes.h"

namespace confiture::mask {

namespace {

// Lengths as hexadecimal digits, from 5 on, and the calling codes of the countries that have numbers of these.
constexpr struct {
  std::string_view lengths, codes;
} plans[] = {
    {"5", "290 500 682"},
    {"56", "247"},
    {"567", "688 690"},
    {"5678", "386"},
    {"56789a", "27 64"},
    {"56789ab", "31 352"},
    {"56789abc", "358 598 971"},
    {"56789abcd", "43 49"},
    {"56789ac", "61"},
    {"56789b", "852"},
    {"567a", "685 98"},
    {"5689abcd", "82"},
    {"57", "676 677 678"},
    {"58", "47 686"},
    {"6", "298 299 672 687"},
    {"67", "597"},
    {"6789", "252 355"},
    {"6789a", "48 880 95"},
    {"6789ab", "375 595"},
    {"6789abc", "381 39"},
    {"6789ac", "46"},
    {"6789c", "359"},
    {"678a", "53"},
    {"679", "421"},
    {"689", "376 689"},
    {"689abcd", "63"},
    {"69", "40 508 681"},
    {"7", "238 239 246 248 269 291 297 592 673 674 680 683 691 692"},
    {"78", "241 599 670 675 853 961 965 975"},
    {"789", "231 385 967 968"},
    {"789a", "243 254 353 84"},
    {"789ab", "886"},
    {"789abc", "86 972"},
    {"789abcd", "62"},
    {"789b", "974"},
    {"78a", "230 267 372"},
    {"78ab", "507"},
    {"78b", "503"},
    {"79", "220 245 265 354 423"},
    {"79a", "263 44"},
    {"7a", "960"},
    {"7acd", "90"},
    {"7b", "501 679"},
    {"8", "216 222 223 226 227 228 232 235 236 253 257 266 350 356 357 370 371 373 374 389 45 505 509 973 993"},
    {"89", "213 224 233 237 250 258 264 268 32 36 377 382 387 51 591 962 963"},
    {"89a", "20 60 855 856 964 970 976"},
    {"89ab", "55 593"},
    {"89abc", "383 92"},
    {"89abcd", "81 91"},
    {"89ad", "66"},
    {"8a", "378 506 850"},
    {"8ab", "57 65 977"},
    {"8b", "502 504"},
    {"9", "211 212 218 221 240 242 244 249 251 255 256 260 261 262 33 34 351 590 594 596 93 94 992 994 995 998"},
    {"9a", "380 966 996"},
    {"9ab", "56"},
    {"9abc", "420"},
    {"9c", "41"},
    {"a", "1 225 229 52 58"},
    {"ab", "54"},
    {"abc", "234 30"},
    {"ae", "7"},
};

// By calling code: bit n for numbers of n digits; 0: any.
constexpr auto lengths_by_code = [] {
  std::array<uint16_t, 1000> table{};
  for (const auto &[lengths, codes] : plans) {
    uint16_t bits = 0;
    for (const char c : lengths) bits |= static_cast<uint16_t>(1 << (is_digit(c) ? c - '0' : c - 'a' + 10));
    size_t code = 0;
    for (const char c : codes) {
      if (c != ' ') {
        code = code * 10 + static_cast<size_t>(c - '0');
        continue;
      }
      table[code] = bits;
      code = 0;
    }
    table[code] = bits;
  }
  return table;
}();

uint16_t lengths_of(std::string_view calling_code) { return lengths_by_code[number_of(calling_code)]; }

}  // namespace

bool has_length(std::string_view calling_code, size_t n) {
  const uint16_t lengths = lengths_of(calling_code);
  return lengths == 0 || (n < 16 && (lengths >> n & 1) != 0);
}

size_t nearest_length(std::string_view calling_code, size_t n) {
  for (size_t distance = 0;; distance++) {
    if (distance <= n && has_length(calling_code, n - distance)) return n - distance;
    if (has_length(calling_code, n + distance)) return n + distance;
  }
}

}  // namespace confiture::mask
