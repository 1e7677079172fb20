// Fused names, short names, names that the columns beside them settle, and the splitter itself.
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mask/guard/dictionary.h"
#include "mask/guard/guard.h"
#include "mask/guard/patterns.h"
#include "mask/guard/words.h"

namespace confiture::mask {
namespace {

std::string verdict(std::string_view column, std::string_view type = "text", std::string_view relation = "") {
  auto found = match_personal_data(column, type, relation);
  if (!found) return "-";
  std::string reason = found->reason;
  return reason.substr(reason.rfind("name matches ", 0) == 0 ? 13 : 0);
}

void expect_all(const char *kind, const char *type, const char *columns, const char *relation = "") {
  std::istringstream list(columns);
  for (std::string column; list >> column;)
    EXPECT_EQ(verdict(column, type, relation), kind) << relation << " " << column << " " << type;
}

// A column of a table with these columns, all of type text unless "name:type".
std::string verdict_beside(std::string_view relation, const char *columns, std::string_view judged,
                           std::string_view judged_type = "text") {
  GuardTable table(relation);
  std::istringstream list(columns);
  for (std::string column; list >> column;) {
    size_t colon = column.find(':');
    std::string type = colon == column.npos ? "text" : column.substr(colon + 1);
    table.note({column.substr(0, colon), type, {}, {}, false});
  }
  auto found = table.match({judged, judged_type, {}, {}, false});
  return found ? std::string(found->reason) : "-";
}

std::string split(std::string_view name) {
  NameWords words(name);
  NameWords pieces(words, NameWords::Split{});
  std::string joined;
  for (std::string_view word : pieces.all()) joined.append(joined.empty() ? "" : " ").append(word);
  return joined;
}

TEST(guard_splitter, takes_fused_names_apart) {
  EXPECT_EQ(split("dateofbirth"), "date birth");
  EXPECT_EQ(split("emailaddress"), "email address");
  EXPECT_EQ(split("creditcardid"), "creditcard id");
  EXPECT_EQ(split("phonenumbertypeid"), "phone number type id");
  EXPECT_EQ(split("billingpostalcode"), "billing postal code");
  EXPECT_EQ(split("nomutilisateur"), "nom utilisateur");
  EXPECT_EQ(split("apellidoscliente"), "apellidos cliente");
  for (const char *whole :
       {"username", "description", "hotel", "cartel", "xylophone", "passenger", "straat", "monkey", "valid", "android",
        "uebername", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"})
    EXPECT_EQ(split(whole), whole);
}

TEST(guard_splitter, gives_back_every_letter_in_dictionary_words_and_is_linear) {
  std::mt19937 random(42);
  std::vector<std::string> some;
  for (const char *word : {"mail", "name", "card", "id", "of", "address", "a", "street", "number", "birth", "date"})
    some.emplace_back(word);
  std::array<std::string_view, most_pieces> pieces;
  for (int i = 0; i < 20000; i++) {
    std::string word;
    while (word.size() < random() % 90)
      if (random() % 4 == 0)
        word += static_cast<char>(random() % 256);
      else
        word += some[random() % some.size()];
    size_t n = split_fused(word, pieces);
    ASSERT_LE(n, most_pieces);
    std::string joined;
    for (size_t p = 0; p < n; p++) {
      EXPECT_TRUE(dictionary.holds(pieces[p])) << pieces[p];
      joined += pieces[p];
    }
    if (n > 0) {
      EXPECT_EQ(joined, word);
    }
    match_personal_data(word, word, word);
  }
  // The work for a letter is bounded by the words that begin alike, whatever the rest.
  size_t most = 0;
  for (char a = 'a'; a <= 'z'; a++)
    for (char b = 'a'; b <= 'z'; b++) most = std::max(most, dictionary.like(std::string{a, b}).size());
  EXPECT_LE(most, 180U);
}

TEST(guard_splitter, knows_all_words_of_the_tables) {
  auto check_words = [](std::string_view list) {
    NameWords words(list);
    std::string letters;
    auto check = [&] {
      if (letters.size() >= 4) {
        EXPECT_TRUE(dictionary.holds(letters)) << "not in the dictionary: " << letters;
      }
      letters.clear();
    };
    for (char c : list) c >= 'a' && c <= 'z' ? void(letters += c) : check();
    check();
  };
  for (const PatternGroup *group : pattern_groups())
    for (const NamePattern &row : group->rows)
      if (!looks_within(row.where)) check_words(row.list);
  for (const ContextPattern &row : context_patterns()) check_words(row.relations), check_words(row.columns);
  for (std::string_view list : {name_nouns, time_words, edit_words, flag_words}) check_words(list);
  for (const Index *index : {&person_words, &thing_words, &about_words, &harmless_phrases})
    for (char a = 'a'; a <= 'z'; a++)
      for (char b = 'a'; b <= 'z'; b++)
        for (const IndexedText &entry : index->like(std::string{a, b})) check_words(entry.text);
}

TEST(guard_names, fused) {
  expect_all("last name", "text", "lastname userlastname billinglastname nachname customersurname");
  expect_all("first name", "text", "firstname userfirstname deliveryfirstname");
  expect_all("password or other secret", "text",
             "userpassword dbpassword apikey useraccesstoken clientsecret secretkey privatekey resettoken userpwd "
             "passwordhash loginpassword sessionsecret backupcodes");
  expect_all("e-mail address", "text",
             "emailaddress useremail contactemail workemail emailadresse customeremailaddress");
  expect_all("telephone number", "text", "homephone workphone phonenumber mobilenumber contactphone faxnumber telno");
  expect_all("date of birth or age", "date", "dateofbirth birthdate customerbirthdate userdob fechanacimiento");
  expect_all("postal address", "text",
             "streetaddress homeaddress billingaddress shippingstreet addressline housenumber mailingaddress");
  expect_all("postal code", "text", "postalcode billingzip shippingpostalcode homezipcode codigopostal");
  expect_all("name of a person", "text", "customername patientname ownername nomclient nombrecliente contactperson");
  expect_all("identity number", "text",
             "socialsecuritynumber passportnumber nationalid taxid taxnumber identitynumber");
  expect_all("bank account or card", "text",
             "creditcardnumber bankaccountnumber accountnumber routingnumber cardnumber");
  expect_all("network or device identifier", "text",
             "ipaddress lastip clientip useragent deviceid macaddress sessionid");
  expect_all("gender, origin, belief or family", "text", "maritalstatus politicalparty sexualorientation");
  expect_all("user name", "text", "loginname userlogin screenname");
}

TEST(guard_names, fused_ones_about_things_are_quiet) {
  expect_all("-", "integer", "creditcardid phonenumbertypeid emailaddressid addressid customerid contactid cardtypeid");
  expect_all(
      "-", "text",
      "phonenumbertype emailtype addresstype creditcardtype passwordpolicy productname filename tablename hostname "
      "categoryname emailtemplate errormessage commitmessage notebook voicemail addressbook interface");
}

TEST(guard_names, secrets) {
  expect_all("password or other secret", "text",
             "activation_key hmac_key deploy_key encryption_key signing_key consumer_key master_key spree_api_key "
             "client_secret appsecret webhook_secret secrets pass_crypt crypt password_crypt salt pass_salt auth_data "
             "secret_data credential_data user_pass user_activation_key post_password encrypted_sad token privatetoken "
             "pubsub_token bot_token service_token_ciphertext two_factor_secret two_factor_backup_codes seed_phrase "
             "secret_question password_hint pickup_code");
  expect_all("-", "text",
             "sort_key primary_key foreign_key cache_key idempotency_key translation_key public_key s3_key object_key "
             "feature_key storage_key key token_count max_tokens");
  EXPECT_EQ(verdict("value", "text", "api_keys"), "password or other secret");
  EXPECT_EQ(verdict("hash", "text", "password_history"), "password or other secret");
  EXPECT_EQ(verdict("hash", "text", "commits"), "-");
}

TEST(guard_names, abbreviations) {
  expect_all("postal address", "text", "stras ort01 pfach house_num1 city1 county borough city_village");
  expect_all("postal code", "text", "pstlz pstl2 post_code1");
  expect_all("identity number", "text", "stceg stcd1 nin nric nat_id natid perid steuernr tax_code ein");
  expect_all("telephone number", "text", "telf1 telfx tel_number");
  expect_all("user name", "text", "user_nicename user_login bname");
  expect_all("last name", "text", "nachn maiden maiden_name");
  expect_all("first name", "text", "vorna rufnm");
  expect_all("date of birth or age", "text", "gbdat gbort yob");
  expect_all("date of birth or age", "integer", "yob");
  expect_all("gender, origin, belief or family", "text", "famst konfe natio gesch anred");
  expect_all("bank account or card", "text", "card cc acct bankn card_expiry cc_expiry expiry_month");
  expect_all("bank account or card", "date", "card_expiry card_expiration");
  expect_all("vehicle or licence", "text", "license_no plate plate_no dl_number license_plate");
  expect_all("health", "text", "diag dx_code allergen cause_of_death clinical_history");
  expect_all("employment", "text", "employer arbeitgeber employeur occupation");
  expect_all("gender, origin, belief or family", "integer", "children number_of_children");
  expect_all("free text", "text",
             "contact_info old_values new_values row_data payload headers args object_changes request_body");
}

TEST(guard_names, geometric_types_that_are_named_so) {
  for (const char *type : {"point", "path", "polygon", "circle", "box", "line", "lseg", "geometry"})
    EXPECT_EQ(verdict("home_location", type), "geographic location") << type;
  EXPECT_EQ(verdict("floor_plan", "polygon"), "-");
}

TEST(guard_tables, columns_beside_settle_it) {
  EXPECT_EQ(verdict_beside("stops", "lat:real long:real", "long", "real"), "name matches geographic location");
  EXPECT_EQ(verdict_beside("novels", "title long", "long", "text"), "-");
  for (const char *column : {"from", "to", "cc", "bcc", "sender"})
    EXPECT_EQ(verdict_beside("outgoing", "from to cc bcc sender subject body", column), "name matches e-mail address")
        << column;
  EXPECT_EQ(verdict_beside("moves", "from to at", "from"), "-");
  for (const char *column : {"body", "content", "text", "subject"}) {
    EXPECT_EQ(verdict_beside("entries", "sender_id:bigint sender body content text subject", column),
              "name matches free text")
        << column;
    EXPECT_EQ(verdict_beside("pages", "slug content", column), "-") << column;
  }
  EXPECT_EQ(verdict_beside("depots", "line1 line2 zip", "line1"), "name matches postal address");
  EXPECT_EQ(verdict_beside("poems", "line1 line2", "line1"), "-");
  EXPECT_EQ(verdict_beside("versions", "item_type event object", "object"), "name matches free text");
  EXPECT_EQ(verdict_beside("scenes", "object", "object"), "-");
  EXPECT_EQ(verdict_beside("logins", "provider uid", "uid"), "name matches account at another service");
}

// A bare name is a person's only where the relation says so, or another column is a person's too.
TEST(guard_tables, names_in_lookup_tables_are_quiet) {
  EXPECT_EQ(verdict_beside("breeds", "id:integer code name", "name"), "-");
  EXPECT_EQ(verdict_beside("breeds", "id:integer code name notes:text config:jsonb", "name"), "-");
  EXPECT_EQ(verdict_beside("breeds", "id:integer name email", "name"), "name matches name of a person");
  EXPECT_EQ(verdict_beside("breeds", "id:integer name birth_date:date", "name"), "name matches name of a person");
  EXPECT_EQ(verdict_beside("customers", "id:integer name", "name"), "name matches name of a person");
  EXPECT_EQ(verdict_beside("team_members", "id:integer name", "name"), "name matches name of a person");
  EXPECT_EQ(verdict_beside("products", "id:integer name email", "name"), "-");
  EXPECT_EQ(verdict("name"), "name of a person") << "alone, it counts";
}

TEST(guard_tables, what_most_columns_share_is_left_out) {
  const char *members = "id_adh:integer nom_adh prenom_adh cp_adh ville_adh adresse_adh gsm_adh login_adh statut_adh";
  EXPECT_EQ(verdict_beside("members", members, "nom_adh"), "name matches name of a person");
  EXPECT_EQ(verdict_beside("members", members, "cp_adh"), "name matches postal code");
  EXPECT_EQ(verdict_beside("members", members, "ville_adh"), "name matches postal address");
  EXPECT_EQ(verdict_beside("members", members, "gsm_adh"), "name matches telephone number");
  EXPECT_EQ(verdict_beside("members", members, "statut_adh"), "-");
  EXPECT_EQ(verdict_beside("members", "nom_adh prenom", "nom_adh"), "-") << "two columns are not most of a table";
  const char *mails = "mailing_id:integer mailing_subject mailing_body mailing_sender_name mailing_date:date";
  EXPECT_EQ(verdict_beside("mailing_history", mails, "mailing_subject"), "name matches free text");
  // Words that say what a column is are no affixes, nor is what only some columns share.
  EXPECT_EQ(verdict_beside("t", "customer_id:integer order_id:integer shop_id:integer user_id:integer", "customer_id",
                           "integer"),
            "-");
  EXPECT_EQ(verdict_beside("t", "product_name product_type product_size product_color email", "product_name"), "-");
  EXPECT_EQ(verdict_beside("t", "a_x b_x c_y d_z e_w cp_x email", "cp_x"), "-");
}

TEST(guard_tables, persons_beside_their_names_are_keys) {
  EXPECT_EQ(verdict_beside("claims", "employee employee_name amount:numeric", "employee"), "-");
  EXPECT_EQ(verdict_beside("claims", "employee employee_name", "employee_name"), "name matches name of a person");
  EXPECT_EQ(verdict_beside("claims", "employee amount:numeric", "employee"), "name matches name of a person");
  EXPECT_EQ(verdict_beside("claims", "employee customer_name", "employee"), "name matches name of a person");
  EXPECT_EQ(verdict("id_document", "integer"), "-");
  EXPECT_EQ(verdict("id_document", "text"), "identity number");
  EXPECT_EQ(verdict("id_number", "integer"), "identity number");
}

TEST(guard_tables, what_people_say_of_a_person) {
  for (const char *column : {"description", "reason", "purpose", "other_details", "motivo"})
    EXPECT_EQ(verdict_beside("travel_requests", "employee_id:integer", column), "name matches free text") << column;
  EXPECT_EQ(verdict_beside("travel_requests", "cost_center_id:integer", "description"), "-");
  EXPECT_EQ(verdict_beside("products", "customer_id:integer", "description"), "-");
  EXPECT_EQ(verdict_beside("checks", "patient_id:integer diagnosis", "weight_kg", "numeric"), "name matches health");
  EXPECT_EQ(verdict_beside("players", "id:integer", "height", "integer"), "name matches health");
  EXPECT_EQ(verdict_beside("parcels", "customer_id:integer", "weight_kg", "numeric"), "-");
  EXPECT_EQ(verdict_beside("payslips", "employee_id:integer", "total_deduction", "numeric"), "name matches income");
  EXPECT_EQ(verdict_beside("payslips", "employee_id:integer", "exchange_rate", "numeric"), "-");
  EXPECT_EQ(verdict_beside("employees", "id:integer", "image"), "name matches picture or signature of a person");
  EXPECT_EQ(verdict_beside("products", "id:integer", "image"), "-");
}

TEST(guard_tables, parts_of_an_address_want_others) {
  for (const char *column : {"numero", "complemento", "piso", "abs_str", "abs_ort", "cap"})
    EXPECT_NE(verdict_beside("sedi", "indirizzo plz", column), "-") << column;
  for (const char *column : {"numero", "complemento", "query_str", "cap"})
    EXPECT_EQ(verdict_beside("sedi", "a b", column), "-") << column;
  EXPECT_EQ(verdict_beside("orders", "bill_address_id:integer ship_address_id:integer number", "number"), "-");
}

TEST(guard_names, who_did_it) {
  expect_all("user name", "text", "created_by approved_by cancelledBy raised_by owner leave_approver modified_by");
  expect_all("-", "integer", "created_by owner");
  expect_all("-", "uuid", "created_by owner");
  expect_all("-", "text", "sort_by order_by group_by locked_by powered_by manufactured_by");
}

TEST(guard_names, short_words_of_other_trades_are_quiet) {
  expect_all("-", "bigint", "rx_bytes tx_bytes gpio_pin led_pin");
  expect_all("-", "numeric", "water_ph soil_ph mob_level");
  expect_all("-", "text", "cta_text cta_url query_str connection_str log_body_size");
  EXPECT_EQ(verdict_beside("goods", "sku herkunft", "herkunft"), "-");
  EXPECT_EQ(verdict_beside("monsters", "mob level:integer", "mob"), "-");
}

TEST(guard_names, numbers_in_words_are_as_digits) {
  expect_all("telephone number", "text", "phone_two mobile_one telefono_dos");
  EXPECT_EQ(verdict_beside("aluno", "nome autorizado_um autorizado_dois", "autorizado_dois"),
            "name matches name of a person");
  expect_all("-", "text", "one two step_two");
}

TEST(guard_names, of_contexts_also_whole_phrases) {
  EXPECT_EQ(verdict("image_url", "text", "users"), "picture or signature of a person");
  EXPECT_EQ(verdict("image_url", "text", "products"), "-");
  EXPECT_EQ(verdict_beside("identities", "provider provider_id", "provider_id"),
            "name matches account at another service");
  EXPECT_EQ(verdict("identifier", "text", "verification_tokens"), "e-mail address");
  EXPECT_EQ(verdict("value", "text", "access_tokens"), "password or other secret");
  EXPECT_EQ(verdict("slug", "text", "profiles"), "user name");
  EXPECT_EQ(verdict("slug", "text", "articles"), "-");
  EXPECT_EQ(verdict("value", "text", "customer_attributes"), "free text");
}

TEST(guard_names, packed_addresses_and_keys_count_as_texts_do) {
  expect_all("network or device identifier", "bigint", "user_ip last_ip ip");
  expect_all("network or device identifier", "bytea", "ip_address session_data");
  expect_all("-", "bigint", "ip_id ip_count");
}

TEST(guard_tables, who_changed_a_row_tells_nothing_about_the_table) {
  EXPECT_EQ(verdict_beside("tag_definitions", "name created_by updated_by", "name"), "-");
  EXPECT_EQ(verdict_beside("tag_definitions", "name phone created_by", "name"), "name matches name of a person");
}

TEST(guard_names, polish) {
  expect_all("first name", "text", "imie drugie_imie");
  expect_all("last name", "text", "nazwisko nazwisko_panienskie");
  expect_all("identity number", "text", "pesel nip nr_dowodu");
  expect_all("date of birth or age", "date", "data_urodzenia");
  expect_all("postal address", "text", "ulica nr_domu nr_mieszkania miejscowosc");
  expect_all("bank account or card", "text", "nr_rachunku numer_konta");
  expect_all("name of a person", "text", "nadawca odbiorca lekarz kierowca");
  expect_all("free text", "text", "uwagi notatka komentarz");
  expect_all("gender, origin, belief or family", "text", "plec stan_cywilny obywatelstwo");
  expect_all("-", "text", "nazwa_produktu nr_faktury kwota waluta opis_towaru data_wystawienia");
}

TEST(guard_tables, display_names_of_things_are_quiet) {
  for (const char *column : {"plan_display_name", "attribute_display_name", "product_display_name"})
    EXPECT_EQ(verdict(column), "-") << column;
  EXPECT_EQ(verdict_beside("plans", "code display_name", "display_name"), "-");
  EXPECT_EQ(verdict_beside("charges", "code invoice_display_name", "invoice_display_name"), "-");
  EXPECT_EQ(verdict_beside("users", "display_name", "display_name"), "name matches user name");
}

TEST(guard_types, of_the_users_own_are_looked_through) {
  auto match = [](GuardColumn column) {
    auto found = GuardTable("t").match(column);
    return found ? std::string(found->reason) : "-";
  };
  // An enum has few labels: they say something only of kinds where one label does.
  EXPECT_EQ(match({"channel", "public.email_kind", "public.email_kind", "", true}), "-");
  EXPECT_EQ(match({"contact", "contact_address", "contact_address", "", true}), "-");
  EXPECT_EQ(match({"address", "delivery", "delivery", "", true}), "-");
  EXPECT_EQ(match({"g", "gender", "gender", "", true}), "type matches gender, origin, belief or family");
  EXPECT_EQ(match({"gs", "gender[]", "gender[]", "", true}), "type matches gender, origin, belief or family");
  EXPECT_EQ(match({"sex", "abc", "abc", "", true}), "name matches gender, origin, belief or family");
  // A composite by its attributes, an array by its elements.
  EXPECT_EQ(match({"c", "pair", "pair", " pair, a -1 int4, b -1 text", false}), "-");
  EXPECT_EQ(match({"c", "pair", "pair", " pair, a -1 int4, \"E-Mail\" 24 varchar", false}),
            "type matches e-mail address");
  EXPECT_EQ(match({"c", "pair[]", "pair[]", " [],  pair, x -1 int4, birth_date -1 date", false}),
            "type matches date of birth or age");
  EXPECT_NE(match({"c", "pair[]", "pair[]", " [],  pair, birth_date -1 date, m -1 mood", true}), "-");
  EXPECT_EQ(match({"c", "pair", "pair", " pair, a -1 int4, b -1 jsonb", false}), "type holds documents, as free text");
  EXPECT_EQ(match({"c", "pair", "pair", " pair, a -1 int4, b -1 inet", false}), "type holds network addresses");
  // A domain by its name.
  EXPECT_EQ(match({"v", "text", "public.email_address", "", false}), "type matches e-mail address");
  EXPECT_EQ(match({"v", "character varying", "character varying(20)", "", false}), "-");
  EXPECT_EQ(match({"v", "integer", "public.order_count", "", false}), "-");
  const std::vector<std::string> broken = {
      ", , ", " ", "a", "a b", ",", "a -1 int4, ", std::string(5000, ' '), std::string(5000, 'x')};
  for (const std::string &shape : broken) match({"c", "pair", "pair", shape, false});
}

}  // namespace
}  // namespace confiture::mask
