// French. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "Jean Pierre Michel André Philippe René Louis Alain Jacques Bernard Marcel Daniel Roger Robert Paul Claude "
    "Christian Henri Georges Nicolas François Patrick Gérard Christophe Joseph Julien Maurice Laurent Frédéric "
    "Éric David Stéphane Pascal Sébastien Alexandre Thierry Olivier Antoine Raymond Guillaume Dominique Serge "
    "Thomas Vincent Charles Maxime Guy Bruno Lucien Gilbert Kévin Jérôme Romain Fabrice Didier Anthony Jérémy Yves "
    "Franck Émile Denis Gilles Benjamin Cédric Benoît Marc Albert Hervé Arnaud Mathieu Clément Xavier Raphaël Hugo "
    "Lucas Théo Léo Gabriel Arthur Jules Adrien Quentin Florian Bastien Damien Loïc Rémi Grégory Gaël Yann Tristan "
    "Valentin Simon Baptiste Noé Étienne Édouard Félix Gaspard Timothée Corentin Aurélien Ludovic Fabien Régis "
    "Joël Noël Mickaël Sylvain", Umlauts::bare);
LOCALE_NAMES(female,
    "Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne Sylvie Martine Madeleine Nicole "
    "Suzanne Hélène Christine Marguerite Denise Louise Christiane Yvonne Valérie Sophie Sandrine Stéphanie "
    "Véronique Céline Chantal Simone Andrée Germaine Patricia Brigitte Julie Caroline Claire Émilie Virginie "
    "Marcelle Élodie Florence Laetitia Paulette Corinne Michèle Josette Pauline Camille Sarah Aurélie Geneviève "
    "Annie Laura Mathilde Odette Agnès Léa Manon Chloé Emma Inès Zoé Jade Lola Juliette Charlotte Lucie Alice "
    "Romane Clara Margaux Océane Anaïs Mélanie Amélie Noémie Delphine Béatrice Bénédicte Solène Maëlle Éloïse "
    "Héloïse Coralie Justine Marion Audrey Gaëlle Joëlle Danièle Fabienne Colette Thérèse Mireille Hortense "
    "Apolline Capucine Clémence Constance Eugénie Joséphine Léonie Adèle", Umlauts::bare);
#define LAST_NAMES \
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David " \
    "Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Müller Lefebvre Faure André " \
    "Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin " \
    "Nicolas Henry Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour " \
    "Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinet Gérard Roche Renard " \
    "Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe " \
    "Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert " \
    "Berger Carpentier Sanchez Dupuis Moulin Louis Deschamps Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet " \
    "Adam Paris Poirier Marty Aubry Guyot Carré Charles Renault Charpentier Ménard Maillard Baron Bertin Bailly " \
    "Hervé Schneider Fernandez Collet Léger Bouvier Julien Prévost Millet Perrot Daniel Cousin Germain Breton " \
    "Besson Langlois Rémy Pelletier Lévêque Perrier Leblanc Barré Lebrun Marchal Weber Mallet Hamon Boulanger " \
    "Jacob Monnier Michaud Rodier Guichard Gillet Étienne Grondin Poulain Tessier Chevallier Collin Chauvin " \
    "Bouchet Gay Lemaître Bénard Maréchal Humbert Reynaud Antoine Hoarau Perret Barthélemy Cordier Pichon Lejeune " \
    "Gilbert Lamy Delaunay Pasquier Carlier Laporte"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "M.|Dr|Pr|Me");
LOCALE_TITLES(female, "Mme|Mlle|Dr|Pr|Me");
// clang-format on

}  // namespace

extern constexpr Locale locale_fr = {.code = "fr",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
