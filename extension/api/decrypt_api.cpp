// confiture.fpe_decrypt(): the value behind a masked one, of columns whose rule says that there is a way back.
#include "api/rule_arguments.h"
#include "pg/core_objects.h"
#include "pg/relations.h"
#include "pg/spi.h"
#include "plan/wire_type.h"
#include "scan/unmask.h"

using namespace confiture;

extern "C" {
PG_FUNCTION_INFO_V1(confiture_fpe_decrypt);
}

struct ReversibleRule {
  const char *strategy, *options;
};

[[noreturn]] static void refuse(Oid relation, const char *column, const char *why) {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("%s.%s cannot be decrypted: %s", qualified_name(relation), quote_identifier(column), why),
                  errhint("The owner of confiture.masking_key makes a column reversible, before it is loaded: "
                          "confiture.set_rule(..., 'fpe', '{\"reversible\": true}').")));
}

// The rule of the column itself, which nobody but the functions of the extension writes. Who set it must be one who may
// see the key now: owners of tables make rules, too, and would make a way back for themselves.
static ReversibleRule find_rule(Oid relation, const char *column) {
  Rows rows = spi_run(R"(
    SELECT strategy, options::pg_catalog.text, set_by, condition IS NOT NULL
      OR NOT COALESCE(options OPERATOR(pg_catalog.->) 'reversible' OPERATOR(pg_catalog.=) 'true'::pg_catalog.jsonb, false)
    FROM confiture.rule
    WHERE relation OPERATOR(pg_catalog.=) $1 AND column_name OPERATOR(pg_catalog.=) $2)",
                      {arg(relation), arg_name(column)});
  if (rows.count != 1) refuse(relation, column, rows.is_empty() ? "it has no rule" : "it has several rules");
  Row row = rows.first();
  const ReversibleRule rule = {row.next<const char *>(), row.next<const char *>()};
  Oid role = get_role_oid(row.next<const char *>(), true);
  if (row.next<bool>()) refuse(relation, column, "its rule does not say \"reversible\"");
  if (!OidIsValid(role) || !owns_relation(own_relation("masking_key"), role))
    refuse(relation, column, "the role that set its rule does not own the masking key");
  return rule;
}

Datum confiture_fpe_decrypt(PG_FUNCTION_ARGS) {
  Oid relation = PG_GETARG_OID(0);
  const char *column = NameStr(*PG_GETARG_NAME(1));
  require_table(relation, true);
  AttrNumber number = existing_column(relation, column);
  if (pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
      pg_attribute_aclcheck(relation, number, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(relation));
  spi_connect();
  const ReversibleRule rule = find_rule(relation, column);
  int32 typmod;
  Oid type, collation;
  get_atttypetypmodcoll(relation, number, &type, &typmod, &collation);
  WireColumn wire = {};
  wire.spec = spec_of_type(type, typmod);
  wire.spec.name = column;
  wire.spec.strategy = rule.strategy;
  wire.spec.options = rule.options;
  wire.spec.literal = "";
  const char *value =
      wire.spec.is_array ? nullptr : inverse_of(masker_of(&wire), text_to_cstring(PG_GETARG_TEXT_PP(2)));
  if (value == nullptr)
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the value is none that the mask of %s.%s gives",
                                                              qualified_name(relation), quote_identifier(column))));
  Size size = strlen(value);
  text *result = static_cast<text *>(SPI_palloc(size + VARHDRSZ));
  SET_VARSIZE(result, size + VARHDRSZ);
  memcpy(VARDATA(result), value, size);
  spi_finish();
  PG_RETURN_TEXT_P(result);
}
