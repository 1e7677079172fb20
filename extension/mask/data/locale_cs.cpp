// Czech. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// Novák and Nováková, Novotný and Novotná.
constexpr void feminine(Letters &name) {
  if (name.view().ends_with("í")) return;
  if (name.change_ending("ý", "á")) return;
  // An e before the last consonant is left out.
  for (const std::string_view consonant : {"k", "c"}) {
    const std::string_view stem = name.view().substr(0, name.size - 1);
    if (name.size > 3 && name.view().ends_with(consonant) && stem.ends_with("e")) {
      name.size -= 2;
      name.add(consonant);
      name.add("ová");
      return;
    }
  }
  if (!name.change_ending("a", "ová")) name.add("ová");
}

// clang-format off
LOCALE_NAMES(male,
    "Jiří Jan Petr Josef Pavel Martin Tomáš Jaroslav Miroslav Zdeněk Václav František Michal Milan Karel Jakub "
    "Lukáš David Ladislav Roman Ondřej Marek Stanislav Radek Daniel Antonín Vojtěch Filip Adam Matěj Miloslav "
    "Dominik Aleš Patrik Libor Jaromír Rudolf Jindřich Vladimír Luboš Ivan Oldřich Rostislav Bohumil Bohuslav "
    "Vlastimil Robert Richard Kryštof Šimon Štěpán Dalibor Kamil Marcel Viktor René Emil Alois Eduard Ivo Vít "
    "Lubomír Otakar Radim Svatopluk Zbyněk Čestmír Řehoř Matyáš Tobiáš Samuel Sebastian Mikuláš Oliver Hynek "
    "Jáchym Albert Alexandr Benjamin Bořivoj Dušan Evžen Felix Hugo Igor Kvido Leoš Leo Maxmilián Norbert Oskar "
    "Prokop Radovan Soběslav Teodor Vendelín Vratislav Walter Zikmund Živko Ctirad", Umlauts::bare);
LOCALE_NAMES(female,
    "Jana Marie Eva Hana Anna Věra Lenka Alena Kateřina Petra Lucie Jaroslava Ludmila Helena Jitka Martina "
    "Veronika Jarmila Zdeňka Michaela Ivana Jiřina Monika Tereza Zuzana Eliška Markéta Marcela Barbora Dagmar Dana "
    "Kristýna Vlasta Božena Irena Miroslava Libuše Růžena Marta Andrea Pavla Šárka Simona Nikola Karolína Natálie "
    "Adéla Klára Denisa Květa Romana Olga Blanka Iveta Radka Renata Daniela Naděžda Milada Soňa Gabriela Alžběta "
    "Drahomíra Vendula Štěpánka Emílie Ema Sofie Viktorie Julie Amálie Rozálie Laura Nela Stella Anežka Magdaléna "
    "Aneta Bohumila Blažena Dita Dorota Edita Erika Františka Hedvika Ilona Johana Kamila Lada Leona Linda Ljuba "
    "Milena Miluše Oldřiška Patricie Stanislava Taťána Vladimíra Žaneta Zora", Umlauts::bare);
#define LAST_NAMES \
    "Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Pospíšil Marek Hájek Jelínek " \
    "Král Růžička Beneš Fiala Sedláček Doležal Zeman Kolář Krejčí Navrátil Čermák Vaněk Urban Kratochvíl Šimek " \
    "Kříž Kopecký Kovář Blažek Říha Konečný Malý Vlček Musil Polák Bartoš Šťastný Čech Holub Staněk Kadlec " \
    "Štěpánek Dostál Soukup Šťovíček Sýkora Moravec Tichý Valenta Matoušek Bureš Ševčík Hruška Pavlík Mašek Dušek " \
    "Hrubý Janda Mareš Toman Bláha Vávra Kašpar Bednář Tůma Kraus Havlíček Kubát Vacek Strnad Macháček Slavík " \
    "Vítek Havel Hladík Kubíček Zelenka Šebesta Suchánek Machala Jaroš Slezák Bartoň Stejskal Šmíd Stránský " \
    "Slavíček Kozák Vondra Kunc Hlaváček Nový Žák Pešek Lukáš Vlk Šafařík Beran Brož Kohout Kubík Jiroušek " \
    "Hrdlička Vondráček Hanák Petr Knotek Kopřiva Hejný Koudelka Jirásek Hofman Peterka Rada Švec Souček Kovařík " \
    "Adámek Bílek Kalina Prokop Fišer Zach Vrba Pecha Horký Panek Vlach Kavka Liška Skála Sova Zajíček Vojtíšek " \
    "Tesař Vašek Sklenář Karásek Mikeš Štefan Ptáček Pích Hora Macek Mach Martínek Kovanda Pavelka Hynek Koubek " \
    "Langer Majer Mráz Michálek Oliva Ondráček Paleček Petráček Plachý Rezek Roubal Rybář Smetana Smutný Srb " \
    "Straka Šíma Šindelář Šrámek Štros Švarc Tomášek Trnka Vaníček Vašíček Vojta Vorel Výborný Zedník Zima"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_NAMES(last_female, LAST_NAMES, Umlauts::bare, feminine);
LOCALE_TITLES(male, "Pan|Ing.|Mgr.|MUDr.");
LOCALE_TITLES(female, "Paní|Ing.|Mgr.|MUDr.");
// clang-format on

}  // namespace

extern constexpr Locale locale_cs = {.code = "cs",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_female_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
