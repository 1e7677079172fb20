// Figures as people read them.
#pragma once

#include <string>

namespace client {

// A whole number with commas: "1,234,567". What is negative is shown as 0.
std::string grouped(double number);

// A number and its noun: "1 row", "1,234 rows".
std::string counted(double number, const std::string &noun);

// Decimal units, one digit behind the point below ten: "999 B", "1.2 MB", "15 GB".
std::string bytes_text(double bytes);

// Seconds as minutes or hours: "0:07", "12:30", "3:05:00".
std::string clock(double seconds);

// A duration of any length, in seconds: "20 ms", "1.2 s", "38 s", "12:30".
std::string duration_text(double seconds);

}  // namespace client
