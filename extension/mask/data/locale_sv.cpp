// Swedish. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "Lars Karl Anders Johan Per Nils Erik Jan Mikael Daniel Carl Hans Fredrik Peter Bengt Bo Gunnar Lennart Sven "
    "Andreas Mats Thomas Martin Magnus Stefan Björn Åke Göran Ulf Leif Jonas Mattias Christer Henrik Olof Jonny "
    "Jörgen Kjell Patrik Anton Sebastian Viktor Emil Oscar Filip Lucas Elias Hugo Liam William Noah Oliver "
    "Alexander Axel Ludvig Isak Gustav Albin Arvid Melker Theo Leon Edvin Vincent Valter Melvin Sixten Alfred "
    "Vidar Love Adrian Joel Robin Simon Rasmus Jakob Kristian Tobias Niklas Roger Tommy Kent Ingemar Ove Rolf Stig "
    "Sture Börje Håkan Östen Torbjörn Tord Torsten Urban Verner Yngve Folke Frans Gösta Hjalmar Ivar Kåre Knut "
    "Loke Måns Pär Sören", Umlauts::bare);
LOCALE_NAMES(female,
    "Maria Anna Margareta Elisabeth Eva Birgitta Kristina Karin Marie Ingrid Christina Sofia Linnéa Kerstin Lena "
    "Helena Marianne Emma Johanna Linda Inger Cecilia Elin Anita Ulla Gunilla Viktoria Louise Susanne Ida Malin "
    "Jenny Hanna Carina Elsa Sara Monica Elena Irene Annika Alice Ebba Julia Maja Wilma Ella Olivia Astrid Saga "
    "Freja Alva Signe Vera Selma Agnes Clara Ellen Lilly Stella Ester Iris Märta Tyra Tuva Nora Molly Stina Lovisa "
    "Felicia Moa Matilda Tilda Klara Ronja Nellie Meja Åsa Åse Gun Siv Barbro Berit Gudrun Gerd Britta Solveig Maj "
    "Rut Sigrid Viola Inga Ylva Ulrika Pernilla Petra Camilla Jessica Therese Josefin Sandra Frida Rebecka Hedvig "
    "Hjördis Märit", Umlauts::bare);
#define LAST_NAMES \
    "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson " \
    "Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Olofsson Lindström Lindqvist Lindgren Axelsson " \
    "Berg Bergström Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg " \
    "Sjöberg Wallin Engström Eklund Danielsson Lundin Håkansson Björk Bergman Gunnarsson Holm Wikström Samuelsson " \
    "Isaksson Fransson Bergqvist Nyström Holmberg Arvidsson Löfgren Söderberg Nyberg Blomqvist Claesson Nordström " \
    "Mårtensson Lundström Viklund Björklund Eliasson Berggren Sandström Nordin Lund Falk Ström Åberg Ekström " \
    "Hermansson Holmgren Dahlberg Hellström Hedlund Sundberg Sjögren Ek Blom Abrahamsson Martinsson Öberg " \
    "Andreasson Strömberg Månsson Åkesson Hansen Norberg Lindholm Dahl Jonasson Sundström Vikström Holmqvist " \
    "Bergstrand Dahlgren Edlund Ekman Englund Erlandsson Falkenberg Forslund Fors Friberg Fält Granberg Granström " \
    "Gren Grönlund Hagberg Hagström Hallberg Hammar Hedberg Hedin Hedman Hjelm Hult Höglund Hörnfeldt Ivarsson " \
    "Johnsson Josefsson Kjellberg Kling Knutsson Kvist Ljungberg Ljung Löfström Lövgren Malm Malmberg Melin Moberg " \
    "Modin Molin Norén Nordgren Norling Nylander Näslund Odén Oskarsson Palm Palmgren Qvist Rosén Rosenberg " \
    "Rydberg Rönnlund Sahlin Sand Segerström Skog Skoglund Stenberg Stenström Stark Strand Svärd Sällström " \
    "Söderlund Södergren Söderström Tapper Thorén Törnqvist Ulvaeus Wahlberg Wahlgren Wallgren Westerlund Westman " \
    "Wiberg Winberg Åkerlund Åström Ålund Öhman Östberg Östlund Ängqvist"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "Herr|Dr|Prof.");
LOCALE_TITLES(female, "Fru|Fröken|Dr|Prof.");
// clang-format on

}  // namespace

extern constexpr Locale locale_sv = {.code = "sv",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
