#include "mask/data/regions.h"

namespace confiture::mask {

namespace {

constexpr Region regions_us[] = {
    {"Alabama", "AL", "35"},        {"Alaska", "AK", "995"},        {"Arizona", "AZ", "85"},
    {"Arkansas", "AR", "72"},       {"California", "CA", "93"},     {"Colorado", "CO", "80"},
    {"Connecticut", "CT", "06"},    {"Delaware", "DE", "197"},      {"Florida", "FL", "33"},
    {"Georgia", "GA", "30"},        {"Hawaii", "HI", "967"},        {"Idaho", "ID", "83"},
    {"Illinois", "IL", "61"},       {"Indiana", "IN", "46"},        {"Iowa", "IA", "50"},
    {"Kansas", "KS", "67"},         {"Kentucky", "KY", "41"},       {"Louisiana", "LA", "70"},
    {"Maine", "ME", "044"},         {"Maryland", "MD", "21"},       {"Massachusetts", "MA", "01"},
    {"Michigan", "MI", "48"},       {"Minnesota", "MN", "55"},      {"Mississippi", "MS", "39"},
    {"Missouri", "MO", "64"},       {"Montana", "MT", "59"},        {"Nebraska", "NE", "68"},
    {"Nevada", "NV", "89"},         {"New Hampshire", "NH", "032"}, {"New Jersey", "NJ", "08"},
    {"New Mexico", "NM", "87"},     {"New York", "NY", "12"},       {"North Carolina", "NC", "28"},
    {"North Dakota", "ND", "58"},   {"Ohio", "OH", "44"},           {"Oklahoma", "OK", "74"},
    {"Oregon", "OR", "97"},         {"Pennsylvania", "PA", "17"},   {"Rhode Island", "RI", "028"},
    {"South Carolina", "SC", "29"}, {"South Dakota", "SD", "57"},   {"Tennessee", "TN", "37"},
    {"Texas", "TX", "76"},          {"Utah", "UT", "84"},           {"Vermont", "VT", "054"},
    {"Virginia", "VA", "23"},       {"Washington", "WA", "98"},     {"West Virginia", "WV", "25"},
    {"Wisconsin", "WI", "54"},      {"Wyoming", "WY", "820"}};
constexpr Region regions_gb[] = {{"Kent", "KEN", "CT"},     {"Devon", "DEV", "EX"},      {"Essex", "ESS", "CM"},
                                 {"Norfolk", "NFK", "NR"},  {"Cornwall", "CON", "TR"},   {"Edinburgh", "EDH", "EH"},
                                 {"Fife", "FIF", "KY"},     {"Gwynedd", "GWN", "LL"},    {"Cardiff", "CRF", "CF"},
                                 {"Leeds", "LDS", "LS"},    {"Lancashire", "LAN", "PR"}, {"Surrey", "SRY", "GU"},
                                 {"Somerset", "SOM", "TA"}, {"Belfast", "BFS", "BT"},    {"Cumbria", "CMA", "CA"}};
constexpr Region regions_ca[] = {{"Newfoundland and Labrador", "NL", "A"},
                                 {"Nova Scotia", "NS", "B"},
                                 {"Prince Edward Island", "PE", "C"},
                                 {"New Brunswick", "NB", "E"},
                                 {"Quebec", "QC", "G"},
                                 {"Ontario", "ON", "K"},
                                 {"Manitoba", "MB", "R"},
                                 {"Saskatchewan", "SK", "S"},
                                 {"Alberta", "AB", "T"},
                                 {"British Columbia", "BC", "V"},
                                 {"Yukon", "YT", "Y"}};
constexpr Region regions_au[] = {{"New South Wales", "NSW", "2"},  {"Victoria", "VIC", "3"},
                                 {"Queensland", "QLD", "4"},       {"South Australia", "SA", "5"},
                                 {"Western Australia", "WA", "6"}, {"Tasmania", "TAS", "7"}};
constexpr Region regions_de[] = {{"Baden-Wuerttemberg", "BW", "7"},
                                 {"Bayern", "BY", "8"},
                                 {"Berlin", "BE", "10"},
                                 {"Brandenburg", "BB", "15"},
                                 {"Bremen", "HB", "28"},
                                 {"Hamburg", "HH", "22"},
                                 {"Hessen", "HE", "60"},
                                 {"Mecklenburg-Vorpommern", "MV", "18"},
                                 {"Niedersachsen", "NI", "30"},
                                 {"Nordrhein-Westfalen", "NW", "5"},
                                 {"Rheinland-Pfalz", "RP", "55"},
                                 {"Saarland", "SL", "66"},
                                 {"Sachsen", "SN", "04"},
                                 {"Sachsen-Anhalt", "ST", "39"},
                                 {"Schleswig-Holstein", "SH", "24"},
                                 {"Thueringen", "TH", "99"}};
constexpr Region regions_at[] = {
    {"Wien", "9", "1"},    {"Niederoesterreich", "3", "3"}, {"Oberoesterreich", "4", "4"}, {"Salzburg", "5", "5"},
    {"Tirol", "7", "60"},  {"Vorarlberg", "8", "68"},       {"Burgenland", "1", "7"},      {"Steiermark", "6", "8"},
    {"Kaernten", "2", "9"}};
constexpr Region regions_ch[] = {{"Zuerich", "ZH", "80"},    {"Bern", "BE", "30"},        {"Geneve", "GE", "12"},
                                 {"Vaud", "VD", "10"},       {"Basel-Stadt", "BS", "40"}, {"Luzern", "LU", "60"},
                                 {"St. Gallen", "SG", "90"}, {"Ticino", "TI", "66"},      {"Aargau", "AG", "50"},
                                 {"Valais", "VS", "19"}};
constexpr Region regions_fr[] = {{"Ile-de-France", "IDF", "77"},
                                 {"Provence-Alpes-Cote d'Azur", "PAC", "13"},
                                 {"Auvergne-Rhone-Alpes", "ARA", "69"},
                                 {"Bretagne", "BRE", "35"},
                                 {"Normandie", "NOR", "76"},
                                 {"Occitanie", "OCC", "31"},
                                 {"Nouvelle-Aquitaine", "NAQ", "33"},
                                 {"Grand Est", "GES", "67"},
                                 {"Hauts-de-France", "HDF", "59"},
                                 {"Pays de la Loire", "PDL", "44"},
                                 {"Bourgogne-Franche-Comte", "BFC", "21"},
                                 {"Centre-Val de Loire", "CVL", "45"}};
constexpr Region regions_es[] = {{"Andalucia", "AN", "41"},       {"Aragon", "AR", "50"},
                                 {"Asturias", "AS", "33"},        {"Illes Balears", "IB", "07"},
                                 {"Canarias", "CN", "35"},        {"Cantabria", "CB", "39"},
                                 {"Castilla y Leon", "CL", "47"}, {"Castilla-La Mancha", "CM", "45"},
                                 {"Catalunya", "CT", "08"},       {"Valencia", "VC", "46"},
                                 {"Extremadura", "EX", "06"},     {"Galicia", "GA", "15"},
                                 {"Madrid", "MD", "28"},          {"Murcia", "MC", "30"},
                                 {"Navarra", "NC", "31"},         {"Pais Vasco", "PV", "48"},
                                 {"La Rioja", "RI", "26"}};
constexpr Region regions_it[] = {{"Lazio", "62", "00"},    {"Lombardia", "25", "20"},      {"Piemonte", "21", "10"},
                                 {"Veneto", "34", "30"},   {"Emilia-Romagna", "45", "40"}, {"Toscana", "52", "50"},
                                 {"Campania", "72", "80"}, {"Puglia", "75", "70"},         {"Sicilia", "82", "90"},
                                 {"Sardegna", "88", "09"}, {"Liguria", "42", "16"},        {"Umbria", "55", "06"},
                                 {"Marche", "57", "60"},   {"Abruzzo", "65", "65"},        {"Calabria", "78", "88"}};
constexpr Region regions_nl[] = {{"Noord-Holland", "NH", "1"}, {"Zuid-Holland", "ZH", "2"},  {"Utrecht", "UT", "3"},
                                 {"Zeeland", "ZE", "43"},      {"Noord-Brabant", "NB", "5"}, {"Limburg", "LI", "60"},
                                 {"Gelderland", "GE", "68"},   {"Overijssel", "OV", "7"},    {"Drenthe", "DR", "94"},
                                 {"Friesland", "FR", "8"},     {"Groningen", "GR", "97"}};
constexpr Region regions_be[] = {{"Bruxelles", "BRU", "10"},      {"Antwerpen", "VAN", "2"},
                                 {"Limburg", "VLI", "35"},        {"Oost-Vlaanderen", "VOV", "9"},
                                 {"West-Vlaanderen", "VWV", "8"}, {"Vlaams-Brabant", "VBR", "30"},
                                 {"Hainaut", "WHT", "7"},         {"Liege", "WLG", "4"},
                                 {"Namur", "WNA", "5"},           {"Luxembourg", "WLX", "6"}};

constexpr AddressCountry countries[] = {
    {"AT", "9999", false, regions_at},   {"AU", "9999", true, regions_au},     {"BE", "9999", false, regions_be},
    {"CA", "A9A 9A9", true, regions_ca}, {"CH", "9999", false, regions_ch},    {"DE", "99999", false, regions_de},
    {"ES", "99999", false, regions_es},  {"FR", "99999", false, regions_fr},   {"GB", "AA9 9AA", true, regions_gb},
    {"IT", "99999", false, regions_it},  {"NL", "9999 AA", false, regions_nl}, {"US", "99999", true, regions_us},
};

}  // namespace

std::span<const AddressCountry> address_countries() { return countries; }

const AddressCountry *find_address_country(std::string_view code) {
  for (const AddressCountry &country : countries)
    if (country.code == code) return &country;
  return nullptr;
}

}  // namespace confiture::mask
