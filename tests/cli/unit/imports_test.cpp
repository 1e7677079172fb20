// Rules of other tools: what each becomes, what is listed because it becomes nothing, and how a file's kind is found.
#include <gtest/gtest.h>

#include "rules/kinds.h"
#include "rules/values.h"

using namespace client;

namespace {

// A line for each rule, then one for each thing without an equivalent, then the notes.
std::string imported(const std::string &text, const std::string &file, const std::optional<std::string> &from = {}) {
  rules::Imported all = rules::read_any_text(text, file, from);
  std::string lines;
  for (const rules::TableRules &table : all.rules.tables)
    for (const auto &column : rules::by_column(table.columns))
      lines += table.table + "." + column[0].column + ": " + rules::rules_text(column) + "\n";
  for (const rules::Unmatched &each : all.unmatched) lines += "! " + rules::unmatched_text(each) + "\n";
  for (const std::string &each : all.rules.notes) lines += "# " + each + "\n";
  return lines;
}

std::string problem_of(const std::string &text, const std::string &file, const std::optional<std::string> &from = {}) {
  try {
    rules::read_any_text(text, file, from);
  } catch (const Error &problem) {
    EXPECT_EQ(problem.code(), ExitCode::usage) << text;
    return std::string(problem.what()) + "\n" + problem.detail();
  }
  return "none";
}

// The transformers of one table, in Greenmask's shape.
std::string greenmask(const std::string &transformers) {
  return "common: {tmp_dir: /tmp}\ndump:\n  transformation:\n    - schema: public\n      name: people\n      transformers:\n" +
         transformers;
}

std::string pgstream(const std::string &columns) {
  return "transformations:\n  validation_mode: relaxed\n  table_transformers:\n    - schema: public\n      table: people\n"
         "      column_transformers:\n" +
         columns;
}

TEST(imports, labels_in_a_dump) {
  EXPECT_EQ(imported(R"(-- PostgreSQL database dump
\restrict AbC1'
SET standard_conforming_strings = on;
CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $_$ SELECT 'SECURITY LABEL; $1' $_$;
COPY public.notes (id, note) FROM stdin;
1	it's; "odd
SECURITY LABEL FOR anon ON COLUMN public.notes.note IS 'MASKED WITH VALUE NULL';
\.

/* a /* nested */ comment; */
SECURITY LABEL FOR anon ON COLUMN public.people.email IS 'MASKED WITH FUNCTION anon.fake_email()';
SECURITY LABEL FOR anon ON COLUMN public.people.born IS $$ MASKED WITH FUNCTION pg_catalog.date_trunc('year', born) $$;
SECURITY LABEL FOR anon ON COLUMN public.people.token IS 'MASKED WITH FUNCTION anon.md5(token)';
SECURITY LABEL FOR anon ON COLUMN public.people.plan IS 'MASKED WITH VALUE ''none''';
security label for anon on column "Odd one"."a.b"."it's ""x""" is E'MASKED WITH VALUE $$a\'b$$';
SECURITY LABEL FOR anon ON COLUMN public.people.color IS 'MASKED WITH FUNCTION anon.dummy_color()';
SECURITY LABEL FOR anon ON TABLE public.people IS 'MASKED WHEN id > 10';
SECURITY LABEL FOR anon ON TABLE public.bare IS 'MASKED WHEN a';
SECURITY LABEL FOR anon ON FUNCTION public.f() IS 'TRUSTED';
SECURITY LABEL FOR "other one" ON COLUMN public.people.city IS 'x';
SECURITY LABEL FOR anon ON COLUMN public.people.age IS 'NOT MASKED';
SECURITY LABEL FOR anon ON COLUMN public.people.age IS 'MASKED WITH FUNCTION anon.noise(age, 0.2)';
SECURITY LABEL FOR anon ON COLUMN public.people.id IS 'NOT MASKED';
SECURITY LABEL FOR anon ON COLUMN public.people.id IS NULL;
SECURITY LABEL FOR anon ON COLUMN email IS 'NOT MASKED';)",
                     "dump.sql"),
            R"x(public.people.email: email when id > 10, keep
public.people.born: truncate {"to":"year"} when id > 10, keep
public.people.token: hash when id > 10, keep
public.people.plan: constant {"value":"none"} when id > 10, keep
public.people.age: noise {"relative":0.2} when id > 10, keep
"Odd one"."a.b".it's "x": constant {"value":"a'b"}
! public.people.color: MASKED WITH FUNCTION anon.dummy_color() (nearest: choice)
! email: NOT MASKED (nearest: schema.table.column as the name)
! public.bare: MASKED WHEN a (nearest: "when" in the rules of its columns)
# Labels of schemas, functions, roles and views are not read: rules are of tables and columns.
# Labels for "other one" are not read, those for "anon" are.
)x");
}

TEST(imports, an_export_of_anonymizer) {
  const char *text = R"x({"schemas": {"shop": {"mask": "TRUSTED",
  "tables": {"Orders": {"mask": "MASKED WHEN total > 10", "columns": {"note": "MASKED WITH FUNCTION anon.ternary(id = 1, NULL, anon.lorem_ipsum(3))", "id": "NOT MASKED"}},
             "people": {"columns": {"email": "MASKED WITH FUNCTION anon.fake_email()", "odd \"one\"": "MASKED WITH VALUE NULL"}}},
  "views": {"v": {"columns": {"note": "MASKED WITH VALUE NULL"}}}},
  "pg_catalog": {"functions": {"pg_catalog.md5(text)": "TRUSTED"}}}})x";
  const char *expected = R"x(shop."Orders".note: null when (total > 10) AND (id = 1), lorem when total > 10, keep
shop."Orders".id: keep
shop.people.email: email
shop.people.odd "one": null
! shop."Orders".note: the number of paragraphs of anon.ternary (nearest: null without it)
! shop.v.note: MASKED WITH VALUE NULL, in views (nearest: rules of the tables it reads)
# Labels of schemas and of functions are not read: rules are of tables and columns.
)x";
  EXPECT_EQ(imported(text, "labels.json"), expected);
  EXPECT_EQ(imported(text, "standard input"), expected);
}

TEST(imports, transformers_of_greenmask) {
  EXPECT_EQ(imported(greenmask(R"(
        - {name: Hash, params: {column: login, function: sha1, salt: "0a0b", max_length: 12}}
        - {name: Masking, params: {column: card, type: credit_card}}
        - {name: NoiseDate, params: {column: born, ratio: 10 year 9 mon 1 day, engine: hash}}
        - {name: NoiseFloat, params: {column: salary, min_ratio: 0.1, max_ratio: 0.2, decimal: 2}}
        - {name: RandomInt, params: {column: age, min: "18", max: 99}}
        - {name: RandomDate, params: {column: seen, min: "2023-01-01 00:00:00.0+03", max: soon}}
        - {name: RandomChoice, params: {column: tier, values: [gold, silver], keep_null: false}}
        - {name: RandomString, params: {column: pin, min_length: 4, max_length: 6, symbols: "0123456789"}}
        - {name: RandomEmail, params: {column: email, domains: [shop.test]}}
        - {name: RandomPerson, params: {gender: Female, columns: [{name: first, hashing: true, unknown: 1, template: "{{ .FirstName }}"}, {name: full, template: "{{.FirstName}} {{.LastName}}"}, {name: x, template: "{{ .Title }}!"}]}}
        - {name: RealAddress, params: {columns: [{name: line, template: "{{.Address}}, {{.City}}"}, {name: town, template: "{{.City}}"}]}}
        - {name: RegexpReplace, params: {column: path, regexp: 'u(\d+)', replace: 'U$1\x'}}
        - {name: Dict, params: {column: grade, values: {a: b}, fail_not_matched: false}}
        - {name: Replace, params: {column: title, value: programmer}}
        - {name: SetNull, params: {column: photo}}
        - {name: RandomPerson, params: {columns: [{name: a, template: "{{.FirstName}}"}], gender_mapping: {Male: [m, "1"], Female: [w]}}, dynamic_params: {gender: {column: sex}}}
        - {name: RandomPerson, params: {columns: [{name: b, template: "{{.LastName}}"}]}, dynamic_params: {gender: {column: sex, cast_to: text}}}
        - {name: Masking, params: {column: idno, type: id}}
        - {name: RandomWord, params: {column: word}}
)"),
                     "greenmask.yml"),
            R"x(public.people.login: hash {"length":12}
public.people.card: partial {"preset":"card"}
public.people.born: shift {"days":3921}
public.people.salary: noise {"relative":0.2,"decimals":2}
public.people.age: random_number {"min":18,"max":99}
public.people.seen: random_date {"min":"2023-01-01"}
public.people.tier: choice {"values":["gold","silver"]}
public.people.pin: hash {"format":"digits","length":6}
public.people.email: email {"domain":"shop.test"}
public.people.first: first_name {"gender":"female","entity":["first"]}
public.people.full: name {"gender":"female","entity":["first"]}
public.people.line: address {"entity":["line","town"]}
public.people.town: city {"entity":["line","town"]}
public.people.path: regexp {"pattern":"u(\\d+)","with":"U\\1\\\\x","keep_others":true}
public.people.grade: map {"values":{"a":"b"},"keep_others":true}
public.people.title: constant {"value":"programmer"}
public.people.photo: null
public.people.a: first_name {"gender":{"column":"sex","map":{"m":"male","1":"male","w":"female"}}}
public.people.b: last_name
public.people.idno: partial {"keep_first":5,"keep_last":0}
public.people.word: lorem {"words":1}
! public.people.salary: parameter min_ratio of NoiseFloat (nearest: noise without it)
! public.people.seen: parameter max of RandomDate (nearest: random_date without it)
! public.people.first: unknown of RandomPerson (nearest: first_name without it)
! public.people.x: RandomPerson by a template (nearest: name)
! public.people: dynamic parameter gender of RandomPerson (nearest: sql)
)x");
}

TEST(imports, what_greenmask_has_alone) {
  EXPECT_EQ(imported(R"(
dump:
  pg_dump_options: {dbname: "password=s3cret", exclude-table-data: logs}
  virtual_references: [{schema: Sales, name: t, references: [{schema: public, name: users, columns: [{name: user_id}]}]}]
  transformation:
    - schema: Sales
      name: "odd \"name\""
      subset_conds: ["id < 10"]
      apply_for_inherited: true
      transformers:
        - {name: Cmd, params: {executable: /bin/x, columns: [{name: a}]}}
        - {name: TemplateRecord, params: {template: "s3cret"}}
        - {name: Json, params: {column: doc, operations: []}}
        - {name: RandomLatitude, params: {column: lat}}
        - {name: Replace, when: "record.a == 1", params: {column: a, value: s3cret}}
        - {name: RandomInt, params: {column: n}, dynamic_params: {min: {column: least}}}
        - {name: RandomUuid, apply_for_references: true, resolve_env: true, params: {column: n}}
    - {schema: Sales, name: t, when: "record.a == 1", transformers: [{name: Hash, params: {column: b}}]}
)",
                     "config.yml"),
            R"x("Sales"."odd ""name""".lat: random_number {"min":-90,"max":90,"decimals":6}
"Sales"."odd ""name""".n: random_number
! "Sales"."odd ""name""": subset_conds (nearest: a seed of a subset, or a filter of the table)
! "Sales"."odd ""name""".a: Cmd by a template (nearest: sql)
! "Sales"."odd ""name""": parameter executable of Cmd (nearest: the rules without it)
! "Sales"."odd ""name""": TemplateRecord (nearest: sql)
! "Sales"."odd ""name""".doc: Json (nearest: json)
! "Sales"."odd ""name""".a: Replace with a condition (nearest: constant with "when", in SQL)
! "Sales"."odd ""name""": dynamic parameter min of RandomInt (nearest: sql)
! "Sales"."odd ""name""": resolve_env of RandomUuid (nearest: the rules without it)
! "Sales"."odd ""name""".n: another rule for the column, hash (nearest: the first one, or one for some rows by "when")
! "Sales".t: when (nearest: "when" in the rules of its columns, in SQL)
! "Sales".t.b: Hash with a condition (nearest: hash with "when", in SQL)
! "Sales".t: a virtual reference to public.users (nearest: a declared reference)
! pg_dump_options: exclude-table-data (nearest: --include and --exclude of a sync)
)x");
}

TEST(imports, transformers_of_pgstream) {
  EXPECT_EQ(imported(pgstream(R"(
        email: {name: neosync_email, parameters: {preserve_length: true, preserve_domain: true, email_type: fullname, seed: 7}}
        mail: {name: email, parameters: {replacement_domain: "@shop.test", salt: s3cret}}
        work: {name: email, parameters: {replacement_domain: "@shop.com"}}
        first: {name: greenmask_firstname, parameters: {generator: deterministic, gender: Female}}
        second: {name: greenmask_firstname, dynamic_parameters: {gender: {column: sex}}}
        phone: {name: phone_number, dynamic_parameters: {gender: {column: sex}}}
        code: {name: masking, parameters: {type: custom, unmask_end: "3"}}
        part: {name: masking, parameters: {type: custom, mask_begin: 2, mask_end: 5}}
        login: {name: greenmask_string, parameters: {min_length: 5, max_length: 15}}
        age: {name: greenmask_integer, parameters: {min_value: 18, max_value: 75}, on_error: fail}
        born: {name: greenmask_utc_timestamp, parameters: {min_timestamp: "2022-01-01T00:00:00Z", truncate_part: day}}
        tier: {name: greenmask_choice, parameters: {choices: ["M", "F"]}}
        token: {name: encrypted_aes_siv, parameters: {key_hex: "s3cret"}, allow_uniqueness_loss: true}
        iban: {name: fpe_ff1, parameters: {key_hex: "s3cret"}}
        ssn: {name: pg_anonymizer, parameters: {anon_function: anon.partial, mask: "*", mask_prefix_count: 1, postgres_url: "s3cret"}}
        city: {name: pg_anonymizer, parameters: {anon_function: anon.fake_city()}}
        color: {name: pg_anonymizer, parameters: {anon_function: anon.hex_color()}}
        family: {name: pg_anonymizer, parameters: {anon_function: anon.dummy_last_name_locale, locale: ja_JP}}
        about: {name: pg_anonymizer, parameters: {anon_function: anon.lorem_ipsum, unit: word, count: 9}}
        text: {name: pg_anonymizer, parameters: {anon_function: anon.lorem_ipsum, unit: words, count: 50}}
        mobile: {name: pg_anonymizer, parameters: {anon_function: anon.random_phone('06')}}
        rate: {name: greenmask_float, parameters: {precision: 2}}
        plan: {name: literal_string, parameters: {literal: "free"}}
        id: {name: noop}
        other: {}
)"),
                     "rules.yaml"),
            R"x(public.people.email: email {"keep_domain":"full","allow_real_domain":true}
public.people.mail: email {"domain":"shop.test"}
public.people.work: email
public.people.first: first_name {"gender":"female"}
public.people.second: first_name {"gender":{"column":"sex"}}
public.people.phone: phone
public.people.code: partial {"keep_first":3,"keep_last":0}
public.people.login: hash {"length":15}
public.people.age: random_number {"min":18,"max":75}
public.people.born: random_date {"min":"2022-01-01"}
public.people.tier: choice {"values":["M","F"]}
public.people.iban: fpe
public.people.ssn: partial {"keep_first":1,"keep_last":0,"mask":"*","padding":1}
public.people.city: city
public.people.family: last_name {"locale":"ja"}
public.people.about: lorem {"words":9}
public.people.text: lorem {"words":50}
public.people.mobile: phone
public.people.rate: random_number {"decimals":2}
public.people.plan: constant {"value":"free"}
public.people.id: keep
public.people.other: keep
! public.people.email: parameter preserve_length of neosync_email (nearest: email without it)
! public.people.work: parameter replacement_domain of email (nearest: email without it)
! public.people.phone: dynamic parameter gender of phone_number (nearest: the rule without it, or sql)
! public.people.part: masking (nearest: partial)
! public.people.age: on_error of greenmask_integer (nearest: the rule without it)
! public.people.born: parameter truncate_part of greenmask_utc_timestamp (nearest: random_date without it)
! public.people.token: encrypted_aes_siv (nearest: fpe)
! public.people.color: pg_anonymizer (nearest: redact)
! public.people.mobile: the prefix of pg_anonymizer (nearest: phone without it)
)x");
  EXPECT_EQ(
      imported(
          "source: {postgres: {snapshot: {excluded_tables: [a]}}}\nmodifiers: {transformations: {table_transformers: []}}",
          "x.yaml"),
      "! snapshot: excluded_tables (nearest: --include and --exclude of a sync)\n");
  // The shapes of older versions, and of a whole configuration.
  for (const char *around :
       {"transformations:\n  - {schema: public, table: t, column_transformers: {a: {name: masking}}}\n",
        "modifiers: {transformations: {table_transformers: [{schema: public, table: t, column_transformers: {a: {name: "
        "masking}}}]}}\n"})
    EXPECT_EQ(imported(around, "x.yaml"), "public.t.a: partial {\"keep_first\":0,\"keep_last\":0}\n");
}

TEST(imports, a_table_that_comes_twice_is_one) {
  rules::Imported all = rules::read_any_text(
      "dump: {transformation: [{schema: a, name: t, transformers: [{name: SetNull, params: {column: x}}]}, {schema: a, "
      "name: t, transformers: [{name: SetNull, params: {column: y}}]}]}",
      "x.yaml");
  ASSERT_EQ(all.rules.tables.size(), 1U);
  EXPECT_EQ(all.rules.tables[0].columns.size(), 2U);
}

TEST(imports, the_python_confiture) {
  EXPECT_EQ(
      imported(
          "users: [{column: a, strategy: hash, seed: 5}, {column: b, strategy: funny}, {column: c, strategy: name, domain: x}]",
          "x.yaml"),
      R"x(users.a: hash
users.c: name
! users.b: funny (nearest: redact)
! users.c: parameter domain of name (nearest: name without it)
# Seeds are ignored: masks derive from the database's masking key.
)x");
  EXPECT_EQ(imported(R"(
name: production
global_seed: 1
strategies:
  mail: {type: email, config: {preserve_domain: true}, seed_env_var: S}
  ids: {type: salted_hashing, config: {salt: s3cret, length: 16, prefix: "user_"}}
tables:
  users:
    rules:
      - {column: email, strategy: mail}
      - {column: id, strategy: ids, options: {length: 20}}
      - {column: work, strategy: email, domain: shop.test}
      - {column: born, strategy: date, preserve: year, range_days: 180}
      - {column: seen, strategy: date, preserve: none, jitter_days: 9}
      - {column: ip, strategy: ip, preserve_octets: 2}
      - {column: card, strategy: credit_card, preserve_bin: true}
      - {column: code, strategy: masking_retention, preserve_end_chars: 4, mask_char: "x", mask_percentage: 50}
      - {column: ssn, strategy: redact, replacement: "***"}
      - {column: note, strategy: text_redaction, patterns: [s3cret]}
      - {column: zip, strategy: preserve}
    filter: "a > 1"
    sample_rate: 0.1
  empty:
)",
                     "x.yaml"),
            R"x(users.email: email {"keep_domain":"full","allow_real_domain":true}
users.id: hash {"length":20,"prefix":"user_"}
users.work: email {"domain":"shop.test"}
users.born: birthdate
users.seen: shift {"days":9}
users.ip: ip {"keep_prefix":16}
users.card: card {"keep_first":6}
users.code: partial {"keep_first":0,"keep_last":4,"mask":"x"}
users.ssn: redact {"text":"***"}
users.zip: keep
! users.code: parameter mask_percentage of masking_retention (nearest: partial without it)
! users.note: text_redaction (nearest: scrub)
! users: filter (nearest: a filter of the table)
! users: sample_rate (nearest: a seed of a subset, with percent)
# Seeds are ignored: masks derive from the database's masking key.
)x");
  EXPECT_NE(problem_of("{a: 1}", "x", "python-confiture").find("neither a list of columns"), std::string::npos);
  EXPECT_NE(problem_of("tables: {t: {rules: [{column: c}]}}", "x.yaml").find("needs the name of a column"),
            std::string::npos);
  EXPECT_NE(problem_of("tables: {t: {rules: [{column: c, strategy: hash}]}, u: {rules: [5]}}", "x.yaml")
                .find("must be a list of columns"),
            std::string::npos);
}

TEST(imports, own_files) {
  EXPECT_EQ(imported("tables: {t: {columns: {a: keep}}}", "x.yaml"), "t.a: keep\n");
  EXPECT_EQ(imported("[tables.t.columns]\na = 'keep'", "x.toml"), "t.a: keep\n");
  EXPECT_EQ(imported(R"({"tables": {"t": {"columns": {"a": "keep"}}}})", "x.json"), "t.a: keep\n");
  EXPECT_EQ(imported("users: [{column: a, strategy: hash}]", "x.yaml"), "users.a: hash\n");
  EXPECT_EQ(imported("", "x.yaml"), "");
}

TEST(imports, unknown_kinds_name_the_known_ones) {
  for (const char *text :
       {"table: {t: {columns: {a: keep}}}", "just text", "[a, b]", "transformations: {}", "dump: {}"}) {
    std::string problem = problem_of(text, "x.yaml");
    EXPECT_NE(problem.find("x.yaml is of no kind that can be imported"), std::string::npos) << problem;
    for (const std::string &kind : rules::kinds_of_files()) EXPECT_NE(problem.find(kind + ": "), std::string::npos);
  }
  EXPECT_NE(problem_of("table: {t: 1}", "x.yaml").find("it begins with the key \"table\""), std::string::npos);
  // --from has its own words for what is missing.
  EXPECT_NE(problem_of("table: {t: 1}", "x", "confiture").find("unknown key \"table\""), std::string::npos);
  EXPECT_NE(problem_of("table: {t: 1}", "x", "greenmask").find("x: there is no list dump"), std::string::npos);
  EXPECT_NE(problem_of("table: {t: 1}", "x", "pgstream").find("x: there is no list transformations"),
            std::string::npos);
  EXPECT_EQ(imported("-- nothing", "x", "anon-dump"), "");
  EXPECT_THROW(rules::check_ending("x.txt", {}), Error);
  EXPECT_NO_THROW(rules::check_ending("x.txt", "anon-dump"));
}

TEST(imports, broken_files_are_errors) {
  struct Broken {
    const char *text;
    const char *file;
    const char *said;
  };
  const Broken all[] = {
      {"SELECT 1;\nSECURITY LABEL FOR anon ON COLUMN a.b.c IS 'open", "x.sql", "x.sql, line 2: a literal has no end"},
      {"SECURITY LABEL FOR anon ON COLUMN \"a", "x.sql", "x.sql, line 1: a name in quotes has no end"},
      {"SECURITY LABEL FOR anon ON COLUMN a.b;", "x.sql", "SECURITY LABEL without IS"},
      {"SECURITY LABEL FOR anon ON COLUMN a.b IS 5;", "x.sql", "without a literal behind IS"},
      {"SECURITY LABEL FOR anon", "x.sql", "without ON"},
      {"\n/* open", "x.sql", "x.sql, line 2: a comment has no end"},
      {"SELECT $a$ open", "x.sql", "a literal has no end"},
      {"COPY a FROM stdin;\n1\n", "x.sql", "the rows of a COPY have no end"},
      {"{\"schemas\": {", "x.json", "x.json, line 1: not valid JSON"},
      {"{\"schemas\": {\"a\": 1, \"a\": 2}}", "x.json", "\"a\" appears twice"},
      {"{\"schemas\": {\"a\": 1}}", "x.json", "x.json: a: must be an object"},
      {"{\"schemas\": {\"a\": {\"tables\": {\"t\": {\"columns\": {\"c\": 5}}}}}}", "x.json",
       "must be a label in quotes"},
      {"\xff", "x.json", "not valid JSON"},
      {"dump: {transformation: [5]}", "x.yaml", "x.yaml: transformation: schema must be given"},
      {"dump: {transformation: [{schema: a, name: t, transformers: [{params: {}}]}]}", "x.yaml", "name must be given"},
      {"dump: {transformation: [{schema: a, name: t, transformers: [{name: Hash, params: [1]}]}]}", "x.yaml",
       "parameters must be an object"},
      {"transformations: {table_transformers: 5}", "x.yaml", "table_transformers: must be a list"},
      {"transformations: {table_transformers: [{schema: a}]}", "x.yaml", "table must be given"},
      {"transformations: {table_transformers: [{schema: a, table: t, column_transformers: {c: 5}}]}", "x.yaml",
       "x.yaml: a.t.c: must have the name of a transformer"},
  };
  for (const Broken &each : all)
    EXPECT_NE(problem_of(each.text, each.file).find(each.said), std::string::npos) << each.text << "\n"
                                                                                   << problem_of(each.text, each.file);
}

TEST(imports, hostile_files_end_in_an_error) {
  std::string brackets(1 << 20, '[');
  std::string objects;
  for (int i = 0; i < 100000; i++) objects += "{\"a\":";
  EXPECT_NE(problem_of(brackets, "x.json").find("too deeply nested"), std::string::npos);
  EXPECT_NE(problem_of(objects, "x.json").find("too deeply nested"), std::string::npos);
  EXPECT_NE(problem_of(brackets, "x.yaml"), "none");
  std::string comments;
  for (int i = 0; i < 500000; i++) comments += "/*";
  EXPECT_NE(problem_of(comments, "x.sql").find("a comment has no end"), std::string::npos);
  EXPECT_NE(problem_of(std::string("SELECT 1\0;", 10), "x.sql").find("not a text file"), std::string::npos);
  // Nor is time quadratic: each of these is read once.
  std::string many;
  for (int i = 0; i < 20000; i++)
    many += "SECURITY LABEL FOR anon ON COLUMN a.t" + std::to_string(i) + ".c IS 'MASKED WITH VALUE NULL';\n";
  EXPECT_EQ(rules::read_any_text(many, "x.sql").rules.tables.size(), 20000U);
  std::string calls;
  for (int i = 0; i < 100000; i++) calls += "anon.ternary(a, NULL, ";
  EXPECT_EQ(imported("SECURITY LABEL FOR anon ON COLUMN a.t.c IS 'MASKED WITH FUNCTION " + calls + "';", "x.sql")
                .substr(0, 7),
            "! a.t.c");
}

TEST(imports, values) {
  EXPECT_EQ(rules::days_of("2 days"), 2);
  EXPECT_EQ(rules::days_of("01:30:00"), 1);
  EXPECT_EQ(rules::days_of("1 week 12 hours"), 7);
  for (const char *text : {"", "days", "-1 day", "1 moon", "1 day x", "200 years", "9999999999 days", "1:x"})
    EXPECT_EQ(rules::days_of(text), std::nullopt) << text;
  EXPECT_EQ(rules::day_of("2020-01-31T10:00:00Z"), "2020-01-31");
  for (const char *text : {"", "2020-1-31", "2020-01-31x", "20200131"}) EXPECT_EQ(rules::day_of(text), std::nullopt);
  for (const char *text : {"", "x", "1x", "inf", "nan", "1e999", " 1"})
    EXPECT_EQ(rules::number_of(rules::Json(text)), std::nullopt) << text;
}

}  // namespace
