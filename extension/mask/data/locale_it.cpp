// Italian. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "Giuseppe Giovanni Antonio Mario Luigi Francesco Angelo Vincenzo Pietro Salvatore Carlo Franco Domenico Bruno "
    "Paolo Michele Giorgio Aldo Sergio Luciano Andrea Marco Alessandro Roberto Stefano Matteo Davide Luca Lorenzo "
    "Simone Fabio Massimo Claudio Alberto Federico Gianluca Maurizio Riccardo Daniele Alessio Nicola Enrico "
    "Gabriele Leonardo Emanuele Filippo Tommaso Edoardo Mattia Christian Diego Samuele Jacopo Nicolò Pasquale "
    "Raffaele Renato Umberto Vittorio Walter Gino Guido Ettore Dario Ivan Cesare Corrado Cristiano Donato Elio "
    "Emilio Ernesto Fabrizio Fausto Gaetano Gennaro Giacomo Gianni Giuliano Ignazio Lino Livio Manuel Mauro Natale "
    "Nino Oreste Ottavio Remo Rocco Rosario Santo Silvio Ugo Valerio Vito Gioele Brando Niccolò", Umlauts::bare);
LOCALE_NAMES(female,
    "Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina Francesca Antonietta Carla Elena "
    "Concetta Rita Margherita Franca Paola Laura Giulia Chiara Sara Martina Federica Silvia Alessandra Valentina "
    "Elisa Roberta Simona Barbara Cristina Patrizia Daniela Monica Stefania Sabrina Sofia Aurora Alice Ginevra "
    "Emma Giorgia Beatrice Greta Vittoria Matilde Ludovica Camilla Gaia Bianca Noemi Arianna Eleonora Serena "
    "Ilaria Michela Marta Nicoletta Donatella Antonella Raffaella Emanuela Marina Manuela Luisa Lidia Liliana "
    "Luciana Loredana Loretta Mirella Nadia Ornella Pina Renata Rosanna Rossella Sandra Sonia Tiziana Vanessa Vera "
    "Veronica Viviana Adele Agnese Amalia Assunta Benedetta Celeste Cecilia Clara Debora Diana Edda Fabiana Flavia "
    "Gabriella Graziella Irene Nives", Umlauts::bare);
#define LAST_NAMES \
    "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Costa Giordano " \
    "Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone " \
    "Longo Gentile Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte Ferraro Ferri Fabbri " \
    "Bianco Marini Grasso Valentini Messina Sala Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo " \
    "Morelli Amato Silvestri Mazza Testa Grassi Pellegrino Carbone Giuliani Benedetti Barone Rossetti Caputo " \
    "Montanari Guerra Palmieri Bernardi Martino Fiore Ferretti Bellini Basile Riva Donati Piras Vitali Battaglia " \
    "Sartori Neri Costantini Milani Pagano Ruggiero Sorrentino Orlando Damico Negri Mantovani Valente Grimaldi " \
    "Bruni Sacco Rocca Castelli Marchi Ferro Orsini Guidi Bassi Piazza Fusco Pozzi Giorgi Ventura Sanchini " \
    "Amendola Antonelli Arena Baldi Balducci Barbato Baroni Bartoli Bertoni Biondi Bonetti Boni Borghi Bosco " \
    "Brambilla Calabrese Campana Cappelli Carli Carta Casini Cavallo Ceccarelli Cirillo Colonna Cocco Corsi " \
    "Cristiani Dagostino Denaro Diana Fabris Falcone Fasano Fava Felici Ferrero Filippi Forte Franchi Fumagalli " \
    "Garofalo Gasparini Gavazzi Gennari Giacomelli Graziani Grillo Innocenti Lanza Latini Lazzari Locatelli Lupi " \
    "Luppi Maggi Magnani Maio Manfredi Manzoni Marconi Masi Mauri Meloni Merlo Micheli Molinari Morandi Motta " \
    "Napoli Nardi Natale Olivieri Pace Paolini Papa Pasini Perrone Pini Poli Porta Proietti Puglisi Raimondi " \
    "Ranieri Rota Salerno Salvi Simonetti Spina Stella Tedesco Tosi Trevisan Turco Viola Volpe Zanella Zani"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "Sig.|Dott.|Prof.|Ing.");
LOCALE_TITLES(female, "Sig.ra|Dott.ssa|Prof.ssa|Avv.");
// clang-format on

}  // namespace

extern constexpr Locale locale_it = {.code = "it",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
