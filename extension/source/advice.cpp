#include "source/advice.h"

#include "pg/pg.h"

namespace confiture {

static constexpr char name_not_found[] =
    "A name was not found: rows are read and written with search_path = pg_catalog, so functions that filters, views, "
    "constraints, defaults, generated columns, indexes and domains call must write names with their schemas, or get "
    "them by ALTER FUNCTION ... SET search_path.";

static constexpr char damaged[] = "A table or index is damaged: look for it with pg_amcheck.";

static constexpr char bad_datetime[] =
    "A text is no date or time, or one that the type does not reach: correct the row on the source.";

// By the class of the SQLSTATE.
static const char *advice_for_class(int error_class) {
  switch (error_class) {
    case MAKE_SQLSTATE('2', '2', '0', '0', '0'):
      return "A value is not one that its type, or a function that a constraint, default, generated column, index, "
             "filter or view calls, accepts: correct the row, mask the column, or change what refuses it.";
    case MAKE_SQLSTATE('2', '3', '0', '0', '0'):
    case MAKE_SQLSTATE('P', '0', '0', '0', '0'):
      return "A function raised it in words of its own: look into the functions that triggers, constraints, defaults, "
             "generated columns, indexes, filters and views call.";
    case MAKE_SQLSTATE('4', '2', '0', '0', '0'):
      return "A name or an expression is refused, by a type's input or by a function that a constraint, default, "
             "index, filter or view calls.";
    default:
      return "";
  }
}

const char *advice_for(int sqlstate) {
  switch (sqlstate) {
    case ERRCODE_CHARACTER_NOT_IN_REPERTOIRE:
      return "A text has bytes that are not valid in its encoding: correct such rows on the source, or leave the "
             "column out with the rule \"drop\".";
    case ERRCODE_UNTRANSLATABLE_CHARACTER:
      return "A text has a character that the other database's encoding lacks: make the target's encoding UTF8 or that "
             "of the source, correct such rows, or mask the column.";
    case ERRCODE_DIVISION_BY_ZERO:
      return "An expression divides by zero: one of a filter or view on the source, or of a constraint, default, "
             "generated column or index here.";
    case ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE:
      return "A number is too large for its type: that of the column, or one in an expression of a constraint, default, "
             "generated column, index, filter or view.";
    case ERRCODE_INVALID_TEXT_REPRESENTATION:
      return "A text is no value of the type it is read as: that of the column, or one in an expression of a "
             "constraint, default, generated column, index, filter or view.";
    case ERRCODE_INVALID_BINARY_REPRESENTATION:
      return "A value is not in the binary form that its type has here: pass format => 'text'.";
    case ERRCODE_INVALID_DATETIME_FORMAT:
    case ERRCODE_DATETIME_FIELD_OVERFLOW:
      return bad_datetime;
    case ERRCODE_INTERNAL_ERROR:
      return "It is an internal error. With values of hundreds of megabytes it is likely that a row does not fit the "
             "limit of 1 GB: as text a bytea takes twice its size, so pass format => 'binary', or filter such rows "
             "out.";
    case ERRCODE_DATA_CORRUPTED:
    case ERRCODE_INDEX_CORRUPTED:
      return damaged;
    case ERRCODE_UNDEFINED_FUNCTION:
    case ERRCODE_UNDEFINED_TABLE:
    case ERRCODE_UNDEFINED_COLUMN:
    case ERRCODE_UNDEFINED_OBJECT:
    case ERRCODE_INVALID_SCHEMA_NAME:
      return name_not_found;
    default:
      return advice_for_class(ERRCODE_TO_CATEGORY(sqlstate));
  }
}

}  // namespace confiture
