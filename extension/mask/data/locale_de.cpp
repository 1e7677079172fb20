// German. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank Dieter "
    "Manfred Gerhard Hans Bernd Thorsten Matthias Helmut Walter Heinz Martin Jörg Rolf Jens Sven Alexander Jan "
    "Rainer Holger Karl Dirk Joachim Ralf Carsten Herbert Oliver Wilhelm Kurt Markus Heinrich Harald Paul Hermann "
    "Norbert Rudolf Marco Siegfried Bernhard Daniel Florian Sebastian Tobias Benjamin Philipp Maximilian Felix "
    "Lukas Jonas Leon Finn Elias Noah Ben Luis Moritz Julian Niklas Fabian Simon Jakob Anton Emil Oskar Henrik "
    "Johannes Friedrich Ludwig Konrad Ulrich Volker Götz Jörn Björn Sönke Torben Malte Lennart Kilian Korbinian "
    "Leopold Valentin Vinzenz Bastian Roland Reinhard Eberhard Gernot Hartmut Lothar Armin Erwin Egon Gottfried "
    "Kai Lars", Umlauts::with_e);
LOCALE_NAMES(female,
    "Ursula Monika Petra Elisabeth Sabine Renate Helga Karin Brigitte Ingrid Erika Andrea Gisela Claudia Susanne "
    "Gabriele Christa Christine Hildegard Anna Birgit Barbara Martina Stefanie Gertrud Heike Ute Angelika Ilse "
    "Irmgard Maria Marion Nicole Silke Kerstin Ruth Jutta Heidi Ulrike Anja Katrin Edith Doris Simone Melanie "
    "Tanja Bettina Julia Sandra Sonja Cornelia Katharina Eva Inge Margarete Marie Sophie Lena Lea Hannah Mia Emma "
    "Leonie Laura Sarah Johanna Charlotte Clara Frieda Mathilda Greta Ida Paula Luisa Pauline Franziska Jana Nele "
    "Merle Wiebke Antje Imke Dörte Käthe Bärbel Änne Grete Rosemarie Liselotte Annegret Waltraud Edeltraud "
    "Kunigunde Theresa Veronika Magdalena Annika Svenja Carolin Verena Miriam Rebekka Judith Friederike Henriette "
    "Elfriede", Umlauts::with_e);
#define LAST_NAMES \
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein " \
    "Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause " \
    "Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz " \
    "Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann " \
    "Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer " \
    "Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch " \
    "Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Ernst Lindner Hübner Kramer Franz Beyer Wenzel Jansen Paul " \
    "Barth Peter Hermann Heinz Kern Böttcher Nowak Förster Lutz Schilling Ritter Reuter Bach Kunz Ebert Marx Götz " \
    "Thiel Kohl Grimm Schütz Dietz Bock Kurz Brinkmann Rose Fiedler Hesse Bender Gerlach Hanke Seifert Naumann " \
    "Büttner Unger Ahrens Reichert Moser Noack Steiner Eckert Frey Geiger Körner Kirchner Lohmann Röder Hering " \
    "Petersen Hinz Nagel Wirth Janssen Rieger Fröhlich Gruber Kiefer Opitz Rauch Stark Steffens Siebert Thomsen " \
    "Ullrich Völker Wegner Weiss Zander Adler Blum Bremer Burkhardt Dreyer Falk Gebhardt Giese Harms Heller Jahn " \
    "Kessler Klose Krebs Löffler Michel Nickel Oswald Pape Rohde Schade Sievers Stahl Strauß Tiedemann Urban Wiese " \
    "Witt Zeller"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::with_e);
LOCALE_TITLES(male, "Herr|Dr.|Prof.");
LOCALE_TITLES(female, "Frau|Dr.|Prof.");
// clang-format on

}  // namespace

extern constexpr Locale locale_de = {.code = "de",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
