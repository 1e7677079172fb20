#include "mask/data/calling_codes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <span>

#include "mask/characters.h"

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

// Where numbers begin otherwise than with 00, which is free everywhere else: 0 is the prefix of trunk calls there, and
// two of them, as software drops one behind a calling code. Sources: the countries' plans as notified to ITU-T (E.129),
// libphonenumber's metadata.
struct Start {
  std::string_view code, numbers;
};
constexpr Start other_starts[] = {
    {"1", "0"},     {"225", "1"}, {"226", "1"}, {"227", "1"},  {"229", "3"}, {"241", "9"}, {"242", "1"}, {"247", ""},
    {"250", "1"},   {"267", "1"}, {"268", "1"}, {"359", "1"},  {"378", "1"}, {"39", "9"},  {"47", "1"},  {"501", "1"},
    {"507", "000"}, {"598", "3"}, {"61", "6"},  {"62", "000"}, {"676", "1"}, {"679", "1"}, {"687", "1"}, {"800", ""},
    {"81", "000"},  {"82", "9"},  {"853", "1"}, {"881", "4"},  {"888", ""},  {"974", "1"}, {"992", "60"}};

constexpr size_t longest_code = 3;

constexpr size_t to_number(char digit) { return static_cast<size_t>(digit - '0'); }
constexpr size_t number_of(std::string_view code) {
  size_t number = 0;
  for (const char c : code) number = number * 10 + to_number(c);
  return number;
}

// By the first three digits of a number, 0 where it begins with no code. The plan is prefix-free: one size can match.
constexpr auto code_sizes = [] {
  std::array<uint8_t, 1000> sizes{};
  for (size_t i = 0; i < 100; i++) sizes[100 + i] = sizes[700 + i] = 1;
  for (const size_t code : two_digits)
    for (size_t i = 0; i < 10; i++) sizes[10 * code + i] = 2;
  for (const size_t code : three_digits) sizes[code] = 3;
  return sizes;
}();

// By calling code, which is asked for with every number: the row of other_starts, from 1; 0: none.
constexpr auto start_rows = [] {
  std::array<uint8_t, 1000> rows{};
  for (size_t i = 0; i < std::size(other_starts); i++)
    rows[number_of(other_starts[i].code)] = static_cast<uint8_t>(i + 1);
  return rows;
}();

// Countries where nobody dials a 0 before a national number, so that one with it is none; others where it is left out
// in writing have a start of their own.
constexpr uint16_t without_trunk[] = {30,  34,  45,  48,  52,  56,  65,  216, 220, 221, 222, 223, 224, 228, 230, 235,
                                      236, 237, 238, 239, 240, 244, 245, 246, 248, 253, 257, 258, 266, 269, 290, 297,
                                      298, 299, 350, 351, 352, 354, 356, 357, 371, 372, 376, 420, 500, 502, 503, 504,
                                      505, 506, 509, 592, 597, 599, 670, 672, 673, 674, 675, 677, 678, 680, 681, 682,
                                      683, 685, 688, 689, 690, 691, 852, 960, 965, 968, 973, 975, 998};
constexpr Start starts_at_home[] = {{"1", "02"},  {"230", "08"}, {"238", "1"}, {"248", "1"}, {"55", "20"},
                                    {"61", "66"}, {"65", "04"},  {"685", "1"}, {"86", "12"}, {"91", "10"}};

// Trunk prefixes that are no single zero.
constexpr Start trunks[] = {{"1", "1"}, {"36", "06"}, {"692", "1"}, {"7", "8"}, {"993", "8"}};

constexpr std::string_view keeping_zero[] = {"225", "226", "227", "229", "241", "242", "378", "39", "47"};

// Sources: 1 NANPA (555-0100 to 555-0199); 33 Arcep, decision 2022-1583; 353 ComReg 15/136; 44 Ofcom, numbers for use
// in TV and radio drama; 46 PTS; 49 Bundesnetzagentur, Drama-Rufnummern; 61 ACMA.
constexpr Start fiction[] = {
    {"1",
     "20255501## 21255501## 21355501## 21455501## 21555501## 30355501## 30555501## 31255501## 40455501## 41255501## "
     "41555501## 41655501## 50355501## 51255501## 51455501## 60255501## 60455501## 61455501## 61555501## 61755501## "
     "70255501## 70355501## 70455501## 71355501## 80255501## 80855501## 81655501## 90155501## 91655501## 91955501## "},
    {"33", "19900#### 26191#### 35301#### 46571#### 53649#### 63998#### "},
    {"353", "2091##### "},
    {"44",
     "7700900### 2079460### 1134960### 1144960### 1154960### 1164960### 1174960### 1184960### 1214960### 1314960### "
     "1414960### 1514960### 1614960### 1914980### 1632960### 2896496### 2920180### "},
    {"46", "3139006## 4062804## 8465004## 9803192## "},
    {"49", "3023125### 6990009### 4066969### 2214710### 8999998### "},
    {"61", "25550#### 27010#### 35550#### 37010#### 75550#### 77010#### 85550#### 87010#### "},
};

std::string_view find_start(std::span<const Start> table, std::string_view code, std::string_view otherwise) {
  for (const Start &row : table)
    if (row.code == code) return row.numbers;
  return otherwise;
}

}  // namespace

std::string_view unassigned_start(std::string_view calling_code) {
  const bool is_code =
      calling_code.size() <= longest_code && std::all_of(calling_code.begin(), calling_code.end(), is_digit);
  const size_t row = is_code ? start_rows[number_of(calling_code)] : 0;
  return row > 0 && other_starts[row - 1].code == calling_code ? other_starts[row - 1].numbers : "00";
}
std::string_view fictional_numbers(std::string_view calling_code) { return find_start(fiction, calling_code, {}); }

std::string_view unassigned_start_at_home(std::string_view calling_code) {
  if (const std::string_view own = find_start(starts_at_home, calling_code, {}); !own.empty()) return own;
  const std::string_view start = unassigned_start(calling_code);
  if (!start.starts_with('0')) return start;
  const bool has_trunk =
      std::find(std::begin(without_trunk), std::end(without_trunk), number_of(calling_code)) == std::end(without_trunk);
  return has_trunk ? "000" : "02";
}

char behind_trunk_zero(std::string_view calling_code) {
  const bool dials_000 = calling_code == "254" || calling_code == "255" || calling_code == "256";
  return dials_000 ? '2' : '0';
}

size_t trunk_size(std::string_view calling_code, std::string_view national) {
  // None begins with another digit.
  if (national.empty() || (national[0] != '0' && national[0] != '1' && national[0] != '8')) return 0;
  const std::string_view trunk = find_start(trunks, calling_code, {});
  if (!trunk.empty() && national.starts_with(trunk) && !has_length(calling_code, national.size()) &&
      has_length(calling_code, national.size() - trunk.size()))
    return trunk.size();
  const bool keeps_zero =
      std::find(std::begin(keeping_zero), std::end(keeping_zero), calling_code) != std::end(keeping_zero);
  return national.starts_with('0') && !keeps_zero ? 1 : 0;
}

size_t calling_code_size(std::string_view digits) {
  size_t number = 0, n = 0;
  while (n < longest_code && n < digits.size() && is_digit(digits[n])) number = number * 10 + to_number(digits[n++]);
  for (size_t i = n; i < longest_code; i++) number *= 10;
  const size_t size = code_sizes[number];
  return size <= n ? size : 0;
}

}  // namespace confiture::mask
