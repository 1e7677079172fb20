// English. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark "
    "Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey Ryan Jacob "
    "Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Alexander "
    "Raymond Patrick Jack Dennis Jerry Tyler Aaron Adam Nathan Henry Douglas Zachary Peter Kyle Walter Ethan "
    "Jeremy Harold Keith Christian Roger Noah Gerald Carl Terry Sean Austin Arthur Lawrence Jesse Dylan Bryan Joe "
    "Jordan Billy Bruce Albert Willie Gabriel Logan Alan Juan Wayne Roy Ralph Randy Eugene Vincent Russell Elijah "
    "Louis Bobby Philip Oliver Harry Leo Oscar Archie Freddie Theo Alfie Toby Rory Callum Ewan Graham Stuart Nigel "
    "Clive Trevor Hugh Gavin Duncan Neil Ian Craig Dean", Umlauts::bare);
LOCALE_NAMES(female,
    "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Margaret Betty Sandra "
    "Ashley Dorothy Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Sharon "
    "Cynthia Kathleen Helen Amy Shirley Angela Anna Brenda Pamela Nicole Ruth Katherine Samantha Christine Emma "
    "Catherine Debra Virginia Rachel Carolyn Janet Maria Heather Diane Julie Joyce Victoria Kelly Christina Joan "
    "Evelyn Lauren Judith Olivia Frances Martha Cheryl Megan Andrea Hannah Jacqueline Ann Jean Alice Kathryn "
    "Gloria Teresa Doris Sara Janice Julia Marie Grace Judy Theresa Beverly Denise Marilyn Amber Danielle Abigail "
    "Brittany Rose Diana Natalie Sophia Alexis Lori Kayla Jane Isla Poppy Freya Phoebe Imogen Daisy Florence "
    "Harriet Matilda Beatrice Fiona Heidi Gemma Tracy Wendy Hazel Ivy Edith Nora Eliza", Umlauts::bare);
#define LAST_NAMES \
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Thomas Taylor Moore Jackson Martin Lee " \
    "Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Nelson Baker " \
    "Hall Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Collins Edwards Stewart Morris Murphy Cook " \
    "Rogers Morgan Cooper Peterson Bailey Reed Kelly Howard Cox Ward Richardson Watson Brooks Wood Bennett Gray " \
    "James Hughes Price Myers Long Foster Sanders Ross Powell Sullivan Russell Perry Butler Barnes Fisher " \
    "Henderson Coleman Simmons Patterson Jordan Reynolds Hamilton Graham Kim Ellis Stevens Porter Wallace West " \
    "Cole Owens Ford Gibson Mason Hunt Black Palmer Rice Mills Fox Webb Simpson Burton Harrison Lawson Elliott " \
    "Chapman Dixon Knight Barker Fletcher Marshall Ferguson Holmes Webster Pearson Hudson Spencer Gardner Payne " \
    "Hawkins Armstrong Bradley Carpenter Lane Riley Dunn Cunningham Berry Matthews Hart Wagner Willis Ray Watkins " \
    "Olson Carroll Duncan Snyder Lloyd Barrett Bishop Byrne Doyle Gallagher Kennedy Kerr Lynch MacDonald McCarthy " \
    "McKenzie Neill Paterson Pritchard Quinn Reid Sinclair Sutherland Swift Thornton Tucker Underwood Vaughan " \
    "Walsh Weaver Wheeler Whitaker Winters Yates Ashworth Bainbridge Barlow Bentley Bowen Brightman Caldwell " \
    "Clayton Crawford Dalton Drummond Eastwood Fairchild Garrison Goodwin Hancock Hargreaves Hartley Holloway " \
    "Kirkland Langley Lockwood Merritt Norwood Oakley Pemberton Radcliffe Sheffield Stafford Sterling Tate " \
    "Wakefield Whitmore Winslow Woodward"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "Mr|Dr|Prof");
LOCALE_TITLES(female, "Ms|Mrs|Miss|Dr|Prof");
// clang-format on

}  // namespace

extern constexpr Locale locale_en = {.code = "en",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
