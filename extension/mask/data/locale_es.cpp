// Spanish. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "Antonio José Manuel Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro Pablo Ángel "
    "Sergio Fernando Jorge Luis Alberto Álvaro Adrián Diego Raúl Iván Rubén Enrique Óscar Ramón Andrés Vicente "
    "Joaquín Santiago Víctor Mario Eduardo Roberto Jaime Marcos Ignacio Hugo Jordi Alfonso Ricardo Salvador "
    "Guillermo Gabriel Emilio Marc Gonzalo Julio Julián Mohamed Tomás Martín Agustín Nicolás Samuel Ismael Joan "
    "Cristian Félix Héctor Lucas Aitor Iker Alex Sebastián Rodrigo Mateo César Gregorio Xavier Domingo Felipe "
    "Alfredo Bruno Mariano Esteban Lorenzo Germán Arturo Borja Pau Isaac Leandro Benito Matías Ernesto Fermín Saúl "
    "Teodoro Valentín Abel Baltasar Elías Ezequiel Leonardo Simón", Umlauts::bare);
LOCALE_NAMES(female,
    "María Carmen Ana Isabel Dolores Laura Cristina Marta Josefa Pilar Francisca Lucía Antonia Mercedes Elena "
    "Rosario Raquel Sara Paula Juana Teresa Encarnación Rosa Beatriz Nuria Silvia Montserrat Patricia Julia Rocío "
    "Mónica Andrea Margarita Alba Irene Ángeles Sonia Sandra Marina Susana Yolanda Natalia Alicia Inmaculada Eva "
    "Esther Claudia Ángela Verónica Carolina Sofía Alejandra Inés Daniela Noelia Victoria Lorena Amparo Luisa "
    "Nerea Consuelo Valeria Manuela Martina Olga Catalina Celia Ainhoa Emilia Gloria Miriam Lidia Elisa Carla "
    "Blanca Esperanza Vanesa Gema Leire Ariadna Candela Jimena Noa Vega Triana Olivia Mireia Berta Adriana Begoña "
    "Belén Estíbaliz Fátima Guadalupe Itziar Macarena Nieves Paloma Remedios Soledad Visitación Ximena", Umlauts::bare);
#define LAST_NAMES \
    "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz " \
    "Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Ramírez Gil Serrano " \
    "Morales Molina Blanco Suárez Castro Ortega Delgado Ortiz Marín Rubio Núñez Medina Sanz Castillo Iglesias " \
    "Cortés Garrido Santos Guerrero Lozano Cano Cruz Méndez Flores Prieto Herrera Peña León Márquez Cabrera " \
    "Gallego Calvo Vidal Campos Reyes Vega Fuentes Carrasco Díez Aguilar Caballero Nieto Santana Vargas Pascual " \
    "Giménez Herrero Hidalgo Montero Lorenzo Santiago Benítez Durán Ibáñez Arias Mora Ferrer Carmona Vicente Rojas " \
    "Soto Crespo Román Pastor Velasco Parra Sáez Moya Bravo Rivera Gallardo Soler Esteban Silva Franco Rivas Lara " \
    "Merino Espinosa Camacho Mendoza Vera Izquierdo Arroyo Ríos Casado Sierra Redondo Luque Montes Carrillo Rey " \
    "Segura Galán Quintana Heredia Otero Bernal Marcos Robles Palacios Contreras Soriano Macías Valero Vila Benito " \
    "Bermúdez Andrés Guerra Varela Exposito Pacheco Roldán Salazar Plaza Miranda Escudero Villanueva Guillén Mateo " \
    "Menéndez Simón Santamaría Aparicio Rincón Avila Acosta Salas Lázaro Beltrán Conde Trujillo Manzano Bueno " \
    "Blasco Costa Quintero Salvador Miguel Tomás Calderón Serra Gracia Pardo Jurado Padilla Amador Zamora Aranda " \
    "Asensio Cuesta Estévez Galindo Paredes Rosado Toledo Valverde Zapata"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "Sr.|D.|Dr.");
LOCALE_TITLES(female, "Sra.|Srta.|Dña.|Dra.");
// clang-format on

}  // namespace

extern constexpr Locale locale_es = {.code = "es",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
