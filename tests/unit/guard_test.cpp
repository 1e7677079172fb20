// What the guard takes for personal data, and what it leaves alone.
#include "mask/guard/guard.h"

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mask/guard/patterns.h"
#include "mask/guard/words.h"
#include "strategy_fixture.h"

namespace confiture::mask {
namespace {

std::vector<std::string> split(const char *list) {
  std::vector<std::string> names;
  std::istringstream stream(list);
  for (std::string name; stream >> name;) names.push_back(name);
  return names;
}

std::string verdict(std::string_view column, std::string_view type = "text", std::string_view relation = "") {
  auto found = match_personal_data(column, type, relation);
  return found ? std::string(found->reason) + " / " + found->suggested_strategy : "-";
}

TEST(guard_words, are_split_at_case_digits_and_whatever_is_no_letter) {
  auto words = [](const char *name) {
    std::string joined;
    NameWords split(name);
    for (std::string_view word : split.all()) joined.append(joined.empty() ? "" : " ").append(word);
    return joined;
  };
  EXPECT_EQ(words("cust_email_2"), "cust email");
  EXPECT_EQ(words("emailAddress"), "email address");
  EXPECT_EQ(words("EMailAddress"), "e mail address");
  EXPECT_EQ(words("HTTPProxyIP"), "http proxy ip");
  EXPECT_EQ(words("E-Mail"), "e mail");
  EXPECT_EQ(words("address2"), "address");
  EXPECT_EQ(words("nom_de_famille"), "nom famille");
  EXPECT_EQ(words("date_of_birth"), "date birth");
  EXPECT_EQ(words("de"), "de");
  EXPECT_EQ(words("Stra\xc3\x9f"
                  "e"),
            "strasse");
  EXPECT_EQ(words("Stra\xdf"
                  "e"),
            "strasse");
  EXPECT_EQ(words("pr\xc3\xa9nom"), "prenom");
  EXPECT_EQ(words("pr\xe9nom"), "prenom");
  EXPECT_EQ(words("contrase\xc3\xb1"
                  "a"),
            "contrasena");
  EXPECT_EQ(words("\xc3\x9c"
                  "bername"),
            "ubername");
  EXPECT_EQ(words("numero\xc3\x89t\xc3\xa9"), "numero ete");
  EXPECT_EQ(words("\xc5\x93uvre \xc4\xb3s"), "oeuvre ijs");
  EXPECT_EQ(words("\xe5\x90\x8d\xe5\x89\x8d"), "");
  EXPECT_EQ(words(""), "");
  EXPECT_EQ(words("123"), "");
}

TEST(guard_words, take_names_of_any_length_and_bytes) {
  for (size_t size : {63, 255, 256, 257, 5000}) {
    EXPECT_FALSE(match_personal_data(std::string(size, 'x'), "text"));
    std::string alternating, foreign(size, '\xc3'), accents;
    for (size_t i = 0; i < size; i++) alternating += i % 2 ? 'a' : 'B', accents += i % 2 ? '\x86' : '\xc3';
    for (const std::string &name : {alternating, foreign, accents}) match_personal_data(name, name, name);
  }
}

struct Expectation {
  const char *verdict;
  const char *type;
  const char *columns;
};

const Expectation personal[] = {
    {"name matches e-mail address / email", "text",
     "email e_mail EMAIL Email emailAddress email_address cust_email_2 contact_email user_mail mail emails workEmail "
     "email_lower billing_email E-Mail emailadresse mail_address courriel correo correo_electronico posta_elettronica "
     "customeremail"},
    {"name matches first name / first_name", "character varying",
     "first_name firstname FirstName given_name forename middle_name fname vorname Vorname pr\xc3\xa9nom voornaam "
     "primer_nombre kunde_vorname shippingFirstName"},
    {"name matches last name / last_name", "text",
     "last_name lastname LastName surname family_name maiden_name lname nachname familienname geburtsname birth_name "
     "nom_de_naissance "
     "nom_de_famille apellido apellidos primer_apellido cognome sobrenome achternaam M\xc3\xa4"
     "dchenname zuname"},
    {"name matches name of a person / name", "text",
     "full_name fullname customer_name contact_name patientName employee_name name nom_complet nombre_completo "
     "nombre_cliente nom_client nome_cliente naam klant_naam kundenname mitarbeitername cardholder card_holder "
     "account_holder emergency_contact next_of_kin ship_name ansprechpartner recipient nom_du_patient beneficiary"},
    {"name matches user name / username", "text",
     "username user_name userName nickname nick screen_name display_name login user_login benutzername "
     "nom_utilisateur nombre_usuario gebruikersnaam handle"},
    {"name matches telephone number / phone", "text",
     "phone phone_number phoneNumber home_phone mobile mobile_number cell_phone tel telephone fax work_fax telefon "
     "telefonnummer mobiltelefon handynummer t\xc3\xa9l\xc3\xa9phone telefono tel\xc3\xa9"
     "fono telefoonnummer celular movil "
     "num_tel msisdn whatsapp"},
    {"name matches postal address / redact", "text",
     "address Address address1 address_line_2 street street_address streetName addr shipping_address city ship_city "
     "town "
     "house_number apartment po_box strasse Stra\xc3\x9f"
     "e hausnummer anschrift adresse wohnort ort adresse_livraison ville rue "
     "direccion direcci\xc3\xb3n calle ciudad indirizzo citt\xc3\xa0 endereco endere\xc3\xa7o cidade bairro straatnaam "
     "adres "
     "woonplaats"},
    {"name matches postal code / postcode", "text",
     "zip zip_code zipcode postal_code postalCode postcode plz postleitzahl code_postal codigo_postal cep"},
    {"name matches date of birth or age / redact", "text",
     "birth_date birthdate date_of_birth dob birthday geburtsdatum geburtsort date_de_naissance fecha_nacimiento "
     "data_di_nascita data_nascimento geboortedatum place_of_birth"},
    {"name matches date of birth or age / birthdate", "date",
     "birth_date dob geburtsdatum birthday naissance fecha_de_nacimiento date_of_death"},
    {"name matches date of birth or age / birthdate", "timestamp without time zone", "birth_date BirthDate born_at"},
    {"name matches date of birth or age / null", "integer", "age birth_year year_of_birth edad"},
    {"name matches identity number / vat", "text", "vat_number vatId ust_id partita_iva"},
    {"name matches identity number / national_id", "text",
     "ssn SSN social_security_number nino national_id nationalId passport passport_number tax_id taxId dni nif nie cpf "
     "cnpj "
     "curp codice_fiscale bsn steuernummer steuer_id ausweisnummer sozialversicherungsnummer num_securite_sociale nir "
     "id_card_number aadhaar insurance_number nhs_number"},
    {"name matches identity number / hash", "bigint", "ssn national_id tax_id steuer_id passport_number"},
    {"name matches bank account or card / iban", "text", "iban IBAN"},
    {"name matches bank account or card / bic", "text", "bic swift_code"},
    {"name matches bank account or card / card", "text",
     "credit_card card_number cardNumber cc_number card_last4 kreditkartennummer numero_carte pan"},
    {"name matches bank account or card / hash", "text",
     "account_number bank_account routing_number sort_code cvv kontonummer bankverbindung numero_cuenta"},
    {"name matches bank account or card / null", "numeric", "card_number account_number"},
    {"name matches password or other secret / redact", "text",
     "password passwd pwd password_hash passwordHash encrypted_password user_password token access_token refresh_token "
     "api_key apiKey secret client_secret private_key otp otp_secret reset_token passwort kennwort mot_de_passe "
     "contrase\xc3\xb1"
     "a senha wachtwoord salt recovery_codes security_answer pin"},
    {"name matches password or other secret / null", "bytea", "password_digest password private_key secret_key"},
    {"name matches password or other secret / hash", "uuid", "api_key reset_token access_token"},
    {"name matches password or other secret / null", "integer", "pin"},
    {"name matches network or device identifier / ip", "text", "ip ip_address ipAddress client_ip last_ip remote_addr"},
    {"name matches network or device identifier / user_agent", "text", "user_agent userAgent ua comment_agent"},
    {"name matches network or device identifier / mac", "text", "mac_address mac"},
    {"name matches network or device identifier / hash", "text",
     "device_id deviceId imei "
     "cookie session_id session_data browser_fingerprint"},
    {"name matches geographic location / location", "double precision",
     "lat lng latitude longitude home_latitude gps_lat"},
    {"name matches geographic location / location", "point", "location position coordinates home last_location"},
    {"name matches geographic location / redact", "text", "gps_coordinates geolocation last_known_location"},
    {"name matches health / redact", "text",
     "diagnosis blood_type allergies medication medical_history disability krankheit blutgruppe health_notes icd_code"},
    {"name matches health / null", "date", "diagnosis_date vaccination_date"},
    {"name matches gender, origin, belief or family / redact", "text",
     "gender sex geschlecht sexe sexo religion religious_affiliation ethnicity nationality staatsangeh\xc3\xb6rigkeit "
     "marital_status familienstand sexual_orientation political_party trade_union citizenship race estado_civil "
     "nationalit\xc3\xa9 salutation"},
    {"name matches gender, origin, belief or family / null", "smallint", "gender sex marital_status"},
    {"name matches income / noise", "numeric",
     "salary base_salary annual_income gehalt monatsgehalt salaire salario wage"},
    {"name matches account at another service / hash", "text",
     "facebook_url twitter linkedin_profile instagram skype github_username google_id"},
    {"name matches vehicle or licence / hash", "text", "license_plate licensePlate drivers_license kennzeichen vin"},
    {"name matches picture or signature of a person / null", "bytea",
     "photo avatar signature picture unterschrift fingerprint_template passport_photo"},
    {"name matches picture or signature of a person / redact", "text",
     "avatar_url photo_path profile_picture selfie_url"},
    {"name matches free text / lorem", "text",
     "notes note comment comments customer_comment message remarks bio biography about about_me feedback complaint "
     "bemerkung bemerkungen notizen kommentar commentaire observaciones observa\xc3\xa7\xc3\xb5"
     "es opmerkingen resume "
     "delivery_instructions internal_notes"},
    {"type holds network addresses / ip", "inet", "x ip last_seen_from is_local"},
    {"type holds network addresses / ip", "cidr", "block"},
    {"type holds network addresses / mac", "macaddr", "hw"},
    {"type holds network addresses / mac", "macaddr8[]", "hw"},
    {"name matches e-mail address / null", "jsonb", "email emails"},
    {"type holds documents, as free text / json", "jsonb",
     "settings metadata config preferences email_settings notification_settings permissions"},
    {"name matches free text / null", "jsonb", "payload headers old_values row_data args"},
    {"type holds documents, as free text / null", "tsvector", "fulltext search"},
    {"type holds documents, as free text / null", "xml", "layout"},
    {"type holds documents, as free text / hstore", "hstore", "attributes"},
    {"type holds documents, as free text / json", "json[]", "variants"},
    {"name matches e-mail address / email", "text[]", "emails cc_email"},
    {"name matches telephone number / hash", "bigint", "phone mobile_number msisdn"},
};

const Expectation harmless[] = {
    {"-", "text",
     "id title description status state product_name productName file_name filename table_name event_name company_name "
     "category_name column_name schema_name role_name group_name domain_name display_order tag tags slug sku url path "
     "code "
     "currency country country_code region province locale language timezone type kind version color size unit summary "
     "content body text label icon theme layout template subject headline keywords priority severity reference_number "
     "order_number invoice_number tracking_number serial_number batch_number model brand manufacturer department team "
     "hostname database_name index_name migration_name job_name queue_name plan_name campaign_name feature_name "
     "content_type mime_type checksum file_hash content_hash commit_hash etag md5 sha256 error_message commit_message "
     "release_notes credit_note status_message email_template email_type email_status email_domain phone_type "
     "phone_country_code address_type address_id note_type comment_count message_id message_type token_type "
     "password_policy session_type cookie_policy gender_type language_code currency_code variant discount_code coupon "
     "storefront mailing_list_type headphone_model microphone saxophone interface surface contract_address "
     "memory_address "
     "page_name genre composer website_title course_name room_name building_name special_features rating "
     "parent_category nombre_producto nom_produit produktname nome_prodotto dateiname firmenname bezeichnung "
     "beschreibung "
     "titel libelle descripcion importe betrag anzahl menge farbe groesse marque couleur prezzo"},
    {"-", "integer",
     "id user_id customer_id email_count phone_count name_id city_id address_id session_id device_id message_count "
     "comments_count notes_count quantity amount total year release_year length rank level version port max_age "
     "email_id contact_id photo_id country_id login_count retries weight height score"},
    {"-", "bigint", "id file_size tweet_count employee_id session_id comment_id"},
    {"-", "uuid", "id user_id customer_id session_id device_id order_uuid tenant_id address_id photo_id"},
    {"-", "boolean",
     "email_verified has_phone is_email_public phone email name gender smoker disabled password_set newsletter"},
    {"-", "timestamp with time zone",
     "created_at updated_at email_sent_at email_verified_at password_changed_at last_login_at deleted_at "
     "phone_verified_at "
     "birth_date_updated_at message_read_at name_changed_at token_expires_at"},
    {"-", "date", "hire_date order_date start_date due_date shipped_date email_date"},
    {"-", "numeric", "price amount total tax discount rate freight min_salary_ratio balance"},
    {"-", "double precision", "score ratio weight width height temperature"},
    {"-", "bytea", "data content thumbnail file_content product_photo category_picture"},
    {"-", "point", "origin_offset anchor"},
    {"-", "interval", "age session_length birth"},
    {"-", "int4range", "age"},
    {"-", "tsquery", "email"},
    {"-", "regclass", "name"},
    {"-", "text[]", "tags special_features roles permissions"},
};

int check(std::span<const Expectation> expectations) {
  int checked = 0;
  for (const Expectation &e : expectations)
    for (const std::string &column : split(e.columns)) {
      EXPECT_EQ(verdict(column, e.type), e.verdict) << column << " " << e.type;
      checked++;
    }
  return checked;
}

TEST(guard, finds_personal_data) { EXPECT_GE(check(personal), 150); }
TEST(guard, leaves_the_rest_alone) { EXPECT_GE(check(harmless), 150); }

// Every suggestion must be possible for the type, as far as types go.
TEST(guard, suggests_strategies_that_take_the_type) {
  std::pair<const char *, ValueKind> types[] = {{"text", ValueKind::text},
                                                {"character varying", ValueKind::text},
                                                {"integer", ValueKind::int4},
                                                {"bigint", ValueKind::int8},
                                                {"uuid", ValueKind::uuid},
                                                {"date", ValueKind::date},
                                                {"jsonb", ValueKind::jsonb},
                                                {"bytea", ValueKind::bytea},
                                                {"numeric", ValueKind::numeric},
                                                {"inet", ValueKind::inet},
                                                {"point", ValueKind::point},
                                                {"text[]", ValueKind::text},
                                                {"mood", ValueKind::other},
                                                {"citext", ValueKind::text},
                                                {"public.email_address", ValueKind::other}};
  for (const Expectation &e : personal)
    for (const std::string &column : split(e.columns))
      for (auto [type, kind] : types)
        if (auto found = match_personal_data(column, type)) {
          const RegistryEntry *suggested = find_strategy(found->suggested_strategy);
          ASSERT_NE(suggested, nullptr) << found->suggested_strategy;
          EXPECT_TRUE(suggested->row.kinds & kind_bit(kind)) << column << " " << type;
        }
}

TEST(guard, judges_types_of_the_users_own) {
  EXPECT_EQ(verdict("contact", "public.email_address"), "name matches name of a person / null");
  EXPECT_EQ(verdict("value", "public.email_address"), "type matches e-mail address / null");
  EXPECT_EQ(verdict("value", "crm.\"PhoneNumber\""), "type matches telephone number / null");
  EXPECT_EQ(verdict("g", "gender[]"), "type matches gender, origin, belief or family / null");
  EXPECT_EQ(verdict("rating", "public.mpaa_rating"), "-");
  EXPECT_EQ(verdict("release_year", "public.year"), "-");
  EXPECT_EQ(verdict("status", "email_status"), "-");
}

TEST(guard, lets_the_relation_decide_vague_names) {
  EXPECT_NE(verdict("name", "text"), "-");
  for (const char *relation : {"users", "customer", "Employees", "team_member", "artist", "people", "unknown"})
    EXPECT_NE(verdict("name", "text", relation), "-") << relation;
  for (const char *relation :
       {"products", "genre", "category", "product_category", "MediaType", "order_status", "cities"})
    EXPECT_EQ(verdict("name", "text", relation), "-") << relation;
  EXPECT_EQ(verdict("city", "text", "city"), "-");
  EXPECT_EQ(verdict("picture", "bytea", "categories"), "-");
  EXPECT_NE(verdict("email", "text", "products"), "-");
  EXPECT_NE(verdict("first_name", "text", "products"), "-");
  EXPECT_NE(verdict("body", "text", "messages"), "-");
  EXPECT_NE(verdict("subject", "text", "support_tickets"), "-");
  EXPECT_NE(verdict("body_html", "text", "MailEvent"), "-");
  EXPECT_EQ(verdict("body", "text", "articles"), "-");
  EXPECT_NE(verdict("line2", "text", "Address"), "-");
  EXPECT_EQ(verdict("line2", "text", "invoice"), "-");
  EXPECT_NE(verdict("number", "text", "payment_card"), "-");
}

// Columns of well known sample databases, one relation a line: those to be found, then those not to be.
struct RelationColumns {
  const char *relation, *personal, *harmless;
};

constexpr RelationColumns samples[] = {
    {"chinook.customer", "first_name last_name address city postal_code phone fax email", "company state country"},
    {"chinook.employee", "last_name first_name address city postal_code phone fax email", "title state country"},
    {"chinook.invoice", "billing_address billing_city billing_postal_code", "billing_state billing_country"},
    {"chinook.artist", "name", ""},
    {"chinook.album", "", "title"},
    {"chinook.genre", "", "name"},
    {"chinook.media_type", "", "name"},
    {"chinook.playlist", "", "name"},
    {"chinook.track", "", "name composer"},
    {"northwind.customers", "contact_name address city postal_code phone fax",
     "customer_id company_name contact_title region country"},
    {"northwind.employees",
     "last_name first_name title_of_courtesy address city postal_code home_phone notes photo_path",
     "title region country"},
    {"northwind.orders", "ship_name ship_address ship_city ship_postal_code", "customer_id ship_region ship_country"},
    {"northwind.suppliers", "contact_name address postal_code phone fax", "company_name contact_title region country"},
    {"northwind.categories", "", "category_name description"},
    {"northwind.products", "", "product_name quantity_per_unit"},
    {"northwind.us_states", "", "state_name state_abbr state_region"},
    {"dvdrental.customer", "first_name last_name email", ""},
    {"dvdrental.staff", "first_name last_name email username password", ""},
    {"dvdrental.actor", "first_name last_name", ""},
    {"dvdrental.address", "address address2 postal_code phone", "district"},
    {"dvdrental.city", "", "city"},
    {"dvdrental.country", "", "country"},
    {"dvdrental.category", "", "name"},
    {"dvdrental.language", "", "name"},
    {"dvdrental.film", "", "title description"},
};

TEST(guard, knows_the_sample_databases) {
  for (const RelationColumns &sample : samples) {
    std::string relation(std::string_view(sample.relation).substr(std::string_view(sample.relation).find('.') + 1));
    for (const std::string &column : split(sample.personal))
      EXPECT_NE(verdict(column, "character varying", relation), "-") << sample.relation << "." << column;
    for (const std::string &column : split(sample.harmless))
      EXPECT_EQ(verdict(column, "character varying", relation), "-") << sample.relation << "." << column;
  }
  EXPECT_EQ(verdict("birth_date", "timestamp without time zone", "employee"),
            "name matches date of birth or age / birthdate");
  EXPECT_EQ(verdict("hire_date", "timestamp without time zone", "employee"), "-");
  EXPECT_EQ(verdict("last_update", "timestamp without time zone", "customer"), "-");
  EXPECT_EQ(verdict("picture", "bytea", "staff"), "name matches picture or signature of a person / null");
  EXPECT_EQ(verdict("photo", "bytea", "employees"), "name matches picture or signature of a person / null");
  EXPECT_EQ(verdict("picture", "bytea", "categories"), "-");
  EXPECT_EQ(verdict("special_features", "text[]", "film"), "-");
  EXPECT_EQ(verdict("fulltext", "tsvector", "film"), "type holds documents, as free text / null");
}

TEST(guard_patterns, are_written_as_names_are_split) {
  for (const PatternGroup *group : pattern_groups())
    for (const NamePattern &row : group->rows) {
      std::istringstream list{std::string(row.list)};
      std::set<std::string> seen;
      for (std::string pattern; std::getline(list, pattern, '|');) {
        EXPECT_TRUE(seen.insert(pattern).second) << "twice: " << pattern;
        std::string joined;
        NameWords words(pattern);
        for (std::string_view word : words.all()) joined.append(joined.empty() ? "" : " ").append(word);
        EXPECT_EQ(joined, pattern) << "can never match";
        EXPECT_TRUE(row.where != Place::part || pattern.size() >= 4)
            << "too short to be looked for within words: " << pattern;
      }
    }
}

}  // namespace
}  // namespace confiture::mask
