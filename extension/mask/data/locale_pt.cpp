// Portuguese. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "José João António Francisco Manuel Pedro Luís Carlos Paulo Jorge Rui Miguel Tiago Nuno Fernando Ricardo Bruno "
    "André Hugo Diogo Gonçalo Rafael Daniel Filipe Marco Sérgio Vítor Joaquim Mário Duarte Bernardo Tomás Rodrigo "
    "Martim Afonso Guilherme Gabriel Lucas Mateus Gustavo Leonardo Vinícius Eduardo Thiago Felipe Caio Matheus "
    "Davi Enzo Arthur Heitor Bento Simão Salvador Lourenço Vicente Santiago Dinis Henrique Xavier Artur Álvaro "
    "Américo Armando Augusto Adriano Alexandre Alfredo Anselmo Baltazar Belmiro Celso César Cristiano Domingos "
    "Elias Emanuel Ernesto Estêvão Fábio Flávio Frederico Germano Gil Horácio Ivo Jaime Júlio Leandro Luciano "
    "Marcelo Márcio Narciso Octávio Orlando Renato Roberto Rogério Samuel Valter Zeferino", Umlauts::bare);
LOCALE_NAMES(female,
    "Maria Ana Joana Catarina Inês Sofia Marta Beatriz Rita Sara Carolina Mariana Margarida Leonor Matilde Teresa "
    "Isabel Helena Cristina Paula Sandra Carla Susana Patrícia Mónica Vera Cláudia Sónia Filipa Raquel Daniela "
    "Andreia Diana Vanessa Tânia Cátia Liliana Alice Francisca Lara Clara Laura Júlia Luísa Benedita Constança "
    "Madalena Aurora Camila Valentina Heloísa Letícia Larissa Fernanda Juliana Adriana Aline Amanda Bruna Gabriela "
    "Isadora Jéssica Lívia Lorena Manuela Natália Priscila Rafaela Renata Tatiana Viviane Yasmin Conceição Graça "
    "Fátima Lurdes Glória Rosa Antónia Amélia Angelina Alzira Balbina Celeste Dália Emília Esperança Eugénia "
    "Felícia Gracinda Idalina Irene Joaquina Lídia Lúcia Noémia Olívia Palmira Piedade Rosária Zulmira", Umlauts::bare);
#define LAST_NAMES \
    "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes " \
    "Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro " \
    "Cardoso Rocha Raposo Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca Machado Araújo " \
    "Barbosa Tavares Lourenço Castro Figueiredo Azevedo Freitas Henriques Magalhães Esteves Barros Campos " \
    "Guerreiro Borges Batista Pinheiro Miranda Morais Nogueira Faria Leite Baptista Brito Melo Andrade Lima Souza " \
    "Nascimento Cavalcante Dias Duarte Sales Peixoto Sampaio Serra Torres Valente Vaz Xavier Abreu Aguiar " \
    "Alcântara Amaral Amorim Arruda Assunção Barreto Bastos Bento Bessa Bezerra Branco Brandão Bragança Cabral " \
    "Caldeira Câmara Camacho Caetano Calado Cordeiro Carneiro Carreira Cerqueira Chaves Conceição Coutinho " \
    "Damasceno Domingues Dourado Escobar Espírito Estrela Falcão Farias Feitosa Feijó Félix Ferraz Fidalgo " \
    "Figueira Fontes Franco Frade Furtado Gaspar Gouveia Graça Guedes Guimarães Godinho Inácio Jardim Lacerda Leal " \
    "Leitão Lemos Lobo Louro Macedo Maciel Madeira Maia Malheiro Marinho Martinho Mascarenhas Mata Meireles " \
    "Menezes Mesquita Moniz Moraes Mota Mourão Moura Negrão Norte Novais Noronha Pacheco Paiva Palma Paixão " \
    "Parreira Passos Patrício Penha Pestana Pimenta Pimentel Porto Prado Proença Queirós Quintas Rangel Rebelo " \
    "Rego Resende Rosa Sá Salgado Saraiva Seabra Sequeira Severino Siqueira Taborda Toledo Trindade Varela " \
    "Vasconcelos Veiga Viana Vidal Vilela"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "Sr.|Dr.|Eng.");
LOCALE_TITLES(female, "Sra.|Dra.|Eng.ª");
// clang-format on

}  // namespace

extern constexpr Locale locale_pt = {.code = "pt",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
