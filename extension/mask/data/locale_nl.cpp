// Dutch. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "Jan Johannes Cornelis Hendrik Willem Pieter Gerrit Jacobus Dirk Petrus Kees Henk Piet Klaas Wim Hans Peter "
    "Marcel Erik Mark Jeroen Martijn Bas Tim Thijs Daan Sem Lucas Levi Finn Bram Luuk Milan Jesse Ruben Lars "
    "Thomas Stijn Jasper Niels Rick Sander Wouter Joost Koen Maarten Rob Ronald Frank Gijs Teun Mees Noud Siem Pim "
    "Guus Jelle Sjoerd Wessel Sietse Tjeerd Douwe Folkert Gerben Harm Hidde Joris Jurgen Kasper Kevin Leendert "
    "Lennard Lieven Maurits Menno Merijn Michiel Nico Olivier Pascal Pepijn Quinten Reinier Roel Roeland Ruud "
    "Siebe Stefan Sybren Tijmen Ton Valentijn Victor Vincent Wietse Wilbert Ype Zeger Arjan Arend Barend Boudewijn "
    "Bartholomeus", Umlauts::bare);
LOCALE_NAMES(female,
    "Maria Johanna Anna Cornelia Elisabeth Wilhelmina Hendrika Catharina Adriana Petronella Emma Julia Sophie "
    "Lotte Lisa Anne Sanne Eva Fleur Isa Noa Tess Zoë Saar Evi Nora Lynn Mila Femke Maud Roos Iris Anouk Marieke "
    "Linda Monique Esther Ingrid Saskia Petra Yvonne Marjan Anneke Ans Bep Corrie Dirkje Els Fenna Geertje Greetje "
    "Hanneke Heleen Ilse Ineke Janneke Jet Josien Karin Katja Klaasje Lieke Liesbeth Loes Margriet Marijke Marleen "
    "Meike Mieke Mirjam Neeltje Nienke Noor Pleun Puck Renske Riet Rianne Rosalie Ruth Sietske Silke Sjoukje Suze "
    "Sterre Tineke Trijntje Truus Ursula Veerle Vera Wietske Willeke Wilma Yara Yfke Jolijn Madelief Geesje "
    "Annelies", Umlauts::bare);
#define LAST_NAMES \
    "Jong Jansen Vries Berg Bakker Dijk Visser Janssen Smit Meijer Boer Mulder Groot Bos Vos Peters Hendriks " \
    "Leeuwen Dekker Brouwer Wit Dijkstra Smits Graaf Meer Linden Kok Jacobs Haan Vermeulen Heuvel Veen Broek " \
    "Bruijn Bruin Heijden Schouten Beek Willems Vliet Ven Hoekstra Maas Verhoeven Koster Dam Prins Blom Huisman " \
    "Peeters Wal Jonge Kuijpers Kuiper Veenstra Postma Kramer Brink Scholten Wijk Post Martens Vink Hermans " \
    "Timmermans Groen Gerritsen Jonker Loon Boogaard Willemsen Velde Molenaar Bosch Hoek Evers Mol Ruiter Sanders " \
    "Schipper Leeuw Roos Veldhuizen Hofman Vermeer Verbeek Verhagen Groenendijk Hofstra Jager Kempen Klein Konings " \
    "Koning Kooij Koopman Kroon Kuipers Lange Maassen Mooij Nijhuis Nijland Ridder Roelofs Rooij Sluis Snijders " \
    "Spek Steen Swart Tol Tuinstra Valk Veldkamp Verburg Verdonk Verkerk Versteeg Vervoort Vissers Vogel Voorn " \
    "Vriend Wagenaar Weert Westerhof Wiersma Wolters Wouters Zanden Zwart Zwiers Aalbers Appelman Baars Balk " \
    "Bergsma Bijl Bloem Boersma Boon Brands Bronkhorst Buitenhuis Coenen Crommelin Dekkers Doorn Driessen Eijk " \
    "Elzinga Feenstra Fokkens Franken Geerts Goossens Haas Haverkamp Heemskerk Hogenboom Hoogland Huizinga " \
    "IJsselstein Jonkers Kamp Ketelaar Kloosterman Kooistra Kortekaas Kruijt Lammers Leenders Lubbers Mulders " \
    "Nauta Noordhoek Oosterhuis Oudejans Pauw Poelman Pronk Rijnders Ritsema Rozema Schaap Schenk Slagter Sluijter " \
    "Spaans Stam Stolk Terpstra Teunissen Tromp Uitenbogaard Verschuren"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "Dhr.|Dr.|Drs.|Ir.");
LOCALE_TITLES(female, "Mevr.|Dr.|Drs.|Ir.");
// clang-format on

}  // namespace

extern constexpr Locale locale_nl = {.code = "nl",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
