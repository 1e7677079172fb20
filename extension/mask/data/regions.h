// Countries whose addresses are invented as a whole: the shape of their postal codes, and their regions with the
// beginning that the codes there have.
#pragma once

#include <span>
#include <string_view>

namespace confiture::mask {

struct Region {
  std::string_view name, code;  // in ASCII; of ISO 3166-2, behind the country's
  std::string_view postcodes;   // how postal codes of the region begin: of several beginnings one
};

struct AddressCountry {
  std::string_view code;
  std::string_view postcode;  // 9 stands for a digit, A for a letter
  bool number_first;          // 5 Oak Lane, Springford, OH 44123; else Oak Lane 5, 44123 Springford
  std::span<const Region> regions;
};

std::span<const AddressCountry> address_countries();
// By code, in upper case; nullptr when it is none of them.
const AddressCountry *find_address_country(std::string_view code);

}  // namespace confiture::mask
