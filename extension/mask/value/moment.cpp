#include "mask/value/moment.h"

namespace confiture::mask {

namespace {

// Years begin on the first of March, so that the leap day is their last, and repeat after 400 of them.
constexpr int64_t days_in_era = 146097;
constexpr int64_t era_start = 730425;  // days from 0000-03-01 to 2000-01-01

int64_t floor_divide(int64_t number, int64_t by) { return number / by - (number % by < 0 ? 1 : 0); }

bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

}  // namespace

// Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days and days_from_civil.
CivilDate civil_date(int64_t day) {
  day += era_start;
  const int64_t era = floor_divide(day, days_in_era);
  const int64_t day_of_era = day - era * days_in_era;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (days_in_era - 1)) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;  // from March
  const int civil_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  return {year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0), civil_month,
          static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1)};
}

int64_t day_of(const CivilDate &date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = floor_divide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_in_era + day_of_era - era_start;
}

Year year_of(int64_t day) {
  // From 1901 to 2099 every fourth year is a leap year, 2000 too, so that the years before a day are a matter of one
  // division.
  constexpr int64_t first = -36159, last = 36524, years_of_cycle = 4, days_of_cycle = 1461, cycles = 25;
  if (day >= first && day <= last) {
    const int64_t from_1900 = day + cycles * days_of_cycle;
    const int64_t year = years_of_cycle * from_1900 / days_of_cycle;
    const int64_t start = (days_of_cycle * year + years_of_cycle - 1) / years_of_cycle;
    return {1900 + year, start - cycles * days_of_cycle, year % years_of_cycle == 0 ? 366 : 365};
  }
  const int64_t year = civil_date(day).year;
  return {year, day_of({year, 1, 1}), is_leap(year) ? 366 : 365};
}

int days_in_month(int64_t year, int month) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

}  // namespace confiture::mask
