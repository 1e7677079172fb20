// Words that places, firms and texts are made of. Changing a list changes what every value is masked to.
#include "mask/data/word_list.h"

namespace confiture::mask {

namespace {

#define WORDS(name, list)                        \
  constexpr std::string_view name##_text = list; \
  constexpr auto name##_words = split_words<count_words(name##_text)>(name##_text)

WORDS(town_starts, "North|South|East|West|New|Old|Upper|Lower|Great|Little|Port|Lake|Mount|Saint|Fort|High");
WORDS(
    town_stems,
    "Ash|Elm|Oak|Fern|Glen|Hart|Birch|Cedar|Maple|Hazel|Alder|Willow|Raven|Falcon|Otter|Heron|Swan|Wolf|Bear|Stag|"
    "Stone|Clay|Sand|Flint|Silver|Copper|Iron|Amber|Coal|Salt|Mill|Bridge|Church|Castle|Abbey|Market|King|Queen|Bishop|"
    "Baron|Green|White|Black|Red|Gold|Grey|Clear|Bright|Fair|Long|Broad|Deep|Winter|Summer|Spring|Har|Wen|Tor|Bel|Cal|"
    "Dun|Eld|Fal|Gar|Hol|Kel|Lan|Mar|Nor|Pem|Quin|Ros|Sel|Tam|Ul|Var|Wes|Yar|Brook|Moor|Marsh|Heath|Cliff|Thorn|"
    "Rose|Lark|Wren|Badger|Beaver|Sparrow|Orchard|Meadow|Shep|Plow|Wheat|Barley|Honey|Apple");
WORDS(town_ends,
      "ford|ham|bury|ton|ville|field|dale|wood|port|mouth|stead|worth|bridge|ley|wick|by|thorpe|haven|burg|dorf|heim|"
      "berg|court|brook|gate|hurst|minster|more|combe|pool");
WORDS(street_types,
      "Street|Road|Lane|Avenue|Drive|Court|Way|Close|Place|Square|Hill|Grove|Terrace|Walk|Crescent|Gardens|Row|Mews");
WORDS(states,
      "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|"
      "Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|"
      "Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|"
      "Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|"
      "West Virginia|Wisconsin|Wyoming");
WORDS(state_codes,
      "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|"
      "PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY");

WORDS(company_stems,
      "Acme|Alder|Amber|Anchor|Apex|Arbor|Argon|Aspen|Atlas|Aurora|Axiom|Basalt|Beacon|Birch|Bolt|Boreal|Bright|Cedar|"
      "Cobalt|Comet|Copper|Coral|Crest|Delta|Dune|Echo|Ember|Falcon|Fjord|Flint|Forge|Garnet|Glacier|Granite|Harbor|"
      "Hazel|Helix|Horizon|Indigo|Iris|Juniper|Kestrel|Lantern|Lumen|Maple|Meridian|Nimbus|Nova|Oak|Onyx|Orbit|Pebble|"
      "Pine|Prism|Quartz|Ridge|River|Saffron|Sierra|Summit|Tundra|Vertex|Willow|Zenith");
WORDS(company_fields,
      "Systems|Labs|Logistics|Foods|Energy|Media|Partners|Holdings|Software|Analytics|Robotics|Textiles|Motors|Marine|"
      "Health|Insurance|Travel|Retail|Trading|Consulting|Design|Studios|Networks|Optics|Chemicals|Paper|Steel|Tools|"
      "Instruments|Ventures|Capital|Services|Works|Farms|Press|Brewing|Ceramics|Timber|Freight|Security");
WORDS(company_forms, "Ltd|Inc|LLC|PLC|GmbH|AG|SA|SARL|SL|SpA|BV|AB|Oy|Group|Co");

WORDS(job_levels, "Junior|Senior|Lead|Principal|Chief|Deputy|Assistant|Associate|Head|Staff|Regional|Global");
WORDS(
    job_fields,
    "Sales|Marketing|Product|Data|Software|Quality|Finance|Legal|Security|Network|Purchasing|Logistics|Design|Support|"
    "Research|Process|Systems|Content|Training|Payroll|Customer|Project|Operations|Safety|Facility|Compliance|Tax|"
    "Audit|Brand|Field|Test|Web|Supply|Risk|Events|Media|Service|Account");
WORDS(job_roles,
      "Manager|Engineer|Analyst|Officer|Director|Specialist|Consultant|Coordinator|Administrator|Architect|Designer|"
      "Developer|Planner|Advisor|Clerk|Technician|Trainer|Editor|Scientist|Inspector|Buyer|Agent|Auditor|Partner");
WORDS(titles, "Mr|Ms|Mrs|Dr|Mx|Prof");

// From "Lorem ipsum", after Cicero.
WORDS(
    latin_words,
    "a|ab|ad|at|et|ex|id|in|ut|eu|ac|nec|non|sed|sit|est|qui|quo|vel|eos|aut|cum|hic|nam|rem|sint|amet|anim|aute|elit|"
    "enim|esse|ipsa|iste|modi|nisi|nemo|odit|quae|quia|quam|quis|sunt|unde|vero|vita|culpa|dolor|error|fugit|ipsum|irure|"
    "lorem|magna|minim|nulla|natus|omnis|porro|quasi|rerum|saepe|velit|totam|aliqua|aliquip|animi|beatae|cillum|commodo|"
    "dolore|eiusmod|fugiat|harum|illum|ipsam|labore|laborum|maxime|mollit|nostrud|numquam|officia|optio|placeat|"
    "proident|quaerat|ratione|sequi|soluta|tempor|tempora|ullamco|veniam|voluptas|voluptate|architecto|consequat|"
    "consectetur|cupidatat|deserunt|excepteur|explicabo|incididunt|inventore|laboriosam|occaecat|pariatur|"
    "perspiciatis|praesentium|reprehenderit|temporibus|accusantium|adipiscing|exercitation|necessitatibus");

#undef WORDS

}  // namespace

#define LIST(name) extern constexpr WordList name(name##_words)
LIST(town_starts);
LIST(town_stems);
LIST(town_ends);
LIST(street_types);
LIST(states);
LIST(state_codes);
LIST(company_stems);
LIST(company_fields);
LIST(company_forms);
LIST(job_levels);
LIST(job_fields);
LIST(job_roles);
LIST(titles);
LIST(latin_words);
#undef LIST

}  // namespace confiture::mask
