// Polish. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// Kowalski and Kowalska: what is an adjective has two forms.
constexpr void feminine(Letters &name) {
  for (const std::string_view stem : {"sk", "ck", "dzk"})
    if (name.view().ends_with("i") && name.view().substr(0, name.size - 1).ends_with(stem)) {
      name.change_ending("i", "a");
      return;
    }
  name.change_ending("ny", "na");
}

// clang-format off
LOCALE_NAMES(male,
    "Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Stanisław Jakub Adam Marek Łukasz Grzegorz Mateusz "
    "Wojciech Mariusz Dariusz Zbigniew Jerzy Maciej Rafał Robert Kamil Józef Jacek Dawid Szymon Tadeusz Ryszard "
    "Kacper Bartosz Jarosław Janusz Sławomir Artur Mirosław Damian Sebastian Henryk Patryk Daniel Przemysław "
    "Kazimierz Roman Filip Antoni Karol Aleksander Wiesław Franciszek Leszek Adrian Marian Arkadiusz Edward "
    "Dominik Mikołaj Waldemar Zdzisław Bogdan Krystian Radosław Czesław Zygmunt Ireneusz Hubert Bogusław Igor Leon "
    "Konrad Witold Eugeniusz Oskar Ignacy Sylwester Miłosz Włodzimierz Zenon Oliwier Bartłomiej Cezary Norbert "
    "Tymon Wiktor Kajetan Borys Gustaw Juliusz Lech Lesław Norman Olgierd Remigiusz Seweryn Tytus Wit Wacław "
    "Żegota Bolesław Dobiesław Emil", Umlauts::bare);
LOCALE_NAMES(female,
    "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna Aleksandra Zofia "
    "Monika Teresa Danuta Natalia Karolina Marta Julia Beata Dorota Janina Jadwiga Alicja Jolanta Halina Iwona "
    "Irena Paulina Grażyna Bożena Justyna Zuzanna Hanna Urszula Renata Wiktoria Agata Sylwia Helena Patrycja Maja "
    "Amelia Emilia Stanisława Oliwia Lena Wiesława Izabela Marianna Weronika Marzena Klaudia Gabriela Stefania "
    "Wanda Genowefa Ewelina Kamila Nikola Mirosława Lucyna Milena Kinga Dominika Aneta Józefa Nadia Martyna "
    "Kazimiera Laura Adrianna Antonina Sabina Łucja Kornelia Róża Bronisława Czesława Leokadia Bogumiła Celina "
    "Daria Edyta Franciszka Grażka Henryka Ilona Jagoda Kaja Ludwika Liliana Matylda Olga Pola Regina Sandra "
    "Tamara Violetta Żaneta", Umlauts::bare);
#define LAST_NAMES \
    "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski " \
    "Kozłowski Jankowski Mazur Kwiatkowski Wojciechowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski " \
    "Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk " \
    "Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski " \
    "Pietrzak Zalewski Wróblewski Marciniak Jasiński Zawadzki Bąk Jakubowski Sadowski Duda Włodarczyk Chmielewski " \
    "Borkowski Sokołowski Szczepański Sawicki Kucharski Lis Kubiak Kalinowski Wysocki Maciejewski Czarnecki " \
    "Kołodziej Kaźmierczak Urban Sobczak Głowacki Krajewski Sikorski Zakrzewski Wasilewski Gajewski Laskowski " \
    "Ziółkowski Makowski Szulc Mróz Baranowski Brzeziński Kaczmarczyk Przybylski Kozak Borowski Błaszczyk Adamski " \
    "Górecki Szymczak Chojnacki Czerwiński Leszczyński Wilk Kania Andrzejewski Cieślak Mikołajczyk Markowski " \
    "Konieczny Jarosz Kowalewski Zięba Musiał Tomczak Kołodziejczyk Kopeć Żak Wolski Domański Kurek Polak " \
    "Stankiewicz Urbański Łuczak Ciesielski Bielecki Kruk Zych Wójtowicz Wrona Morawski Stasiak Karpiński Kosiński " \
    "Domagała Sowa Gołębiowski Skowroński Owczarek Madej Wawrzyniak Murawski Stachowiak Białek Kot Czajka " \
    "Szczepaniak Nawrocki Dziedzic Stefański Cichoń Janicki Socha Bednarczyk Kasprzak Skiba Bednarek Marek " \
    "Rogowski Orłowski Maj Jurek Kacprzak Piątek Sroka Jastrzębski Podgórski Kujawa Mazurek Banaś Rakowski Leśniak " \
    "Pająk Bielawski Kędzierski Żukowski Niemiec Rybak Sobolewski Drozd Świątek Milewski Matuszewski Grzelak " \
    "Tkaczyk Olejniczak Zaremba Gawroński Koziołek Lipiński Przybysz Romanowski Słowik Trojanowski Wierzbicki Żurek"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_NAMES(last_female, LAST_NAMES, Umlauts::bare, feminine);
LOCALE_TITLES(male, "Pan|dr|prof.|inż.");
LOCALE_TITLES(female, "Pani|dr|prof.|mgr");
// clang-format on

}  // namespace

extern constexpr Locale locale_pl = {.code = "pl",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_female_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
