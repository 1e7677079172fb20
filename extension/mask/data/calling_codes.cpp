#include "mask/data/calling_codes.h"

#include <algorithm>
#include <cstdint>

namespace confiture::mask {

namespace {

constexpr uint16_t two_digits[] = {20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46,
                                   47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61, 62, 63,
                                   64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98};

constexpr uint16_t three_digits[] = {
    211, 212, 213, 216, 218, 220, 221, 222, 223, 224, 225, 226, 227, 228, 229, 230, 231, 232, 233, 234, 235, 236,
    237, 238, 239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255, 256, 257, 258,
    260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 290, 291, 297, 298, 299, 350, 351, 352, 353, 354, 355, 356,
    357, 358, 359, 370, 371, 372, 373, 374, 375, 376, 377, 378, 379, 380, 381, 382, 383, 385, 386, 387, 389, 420,
    421, 423, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599,
    670, 672, 673, 674, 675, 676, 677, 678, 679, 680, 681, 682, 683, 685, 686, 687, 688, 689, 690, 691, 692, 800,
    808, 850, 852, 853, 855, 856, 870, 878, 880, 881, 882, 883, 886, 888, 960, 961, 962, 963, 964, 965, 966, 967,
    968, 970, 971, 972, 973, 974, 975, 976, 977, 979, 992, 993, 994, 995, 996, 998};

static_assert(std::is_sorted(std::begin(two_digits), std::end(two_digits)));
static_assert(std::is_sorted(std::begin(three_digits), std::end(three_digits)));

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// The plan is prefix-free: at most one length can match.
size_t calling_code_size(std::string_view digits) {
  if (digits.empty() || !is_digit(digits[0])) return 0;
  if (digits[0] == '1' || digits[0] == '7') return 1;
  if (digits.size() < 2 || !is_digit(digits[1])) return 0;
  auto code = static_cast<uint16_t>((digits[0] - '0') * 10 + (digits[1] - '0'));
  if (std::binary_search(std::begin(two_digits), std::end(two_digits), code)) return 2;
  if (digits.size() < 3 || !is_digit(digits[2])) return 0;
  code = static_cast<uint16_t>(code * 10 + (digits[2] - '0'));
  return std::binary_search(std::begin(three_digits), std::end(three_digits), code) ? 3 : 0;
}

}  // namespace confiture::mask
