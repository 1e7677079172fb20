// References that are no constraints, declared by confiture.set_reference(): they serve masks (references.cpp) and the
// verification after a load as foreign keys do.
#pragma once

#include "plan/foreign_keys.h"

namespace confiture {

struct DeclaredReference {
  Oid relation, referenced;
  List *columns, *referenced_columns;  // char *, as many of each; of columns some may be expressions
  const char *condition;               // SQL on the target: which rows reference anything; nullptr: all
  bool is_trusted;                     // declared by the current user or a superuser
};

// Those whose tables exist (DeclaredReference *). Wants SPI connected.
List *load_declared_references();

// Those of which one side is in the tree (list of Oid), as ForeignKey *: what has become of their columns since they
// were declared is in `broken`. Wants SPI connected and the session entered.
List *load_declared_keys(List *tree);

// As users write it: (owner_id) REFERENCES public.posts (id)
char *reference_text(const DeclaredReference *reference);
// The statement that removes it.
char *drop_reference_statement(const DeclaredReference *reference);

// Ereports when two columns of these types cannot be compared as a foreign key would compare them.
void check_comparable(Oid referencing_type, Oid referenced_type);

// declared_sql.cpp: the SQL that a reference brings along is parsed, and returned with its columns as those of the
// alias f. It runs with the rights of whoever loads the table: ereports when it uses more than columns, constants and
// immutable functions and operators of PostgreSQL's own. Want the session entered.

struct DeclaredSql {
  const char *sql;        // in parentheses
  const char *index_sql;  // without the alias, as the definition of an index has it
  Oid type, collation;
  List *columns;  // char *, those it reads
};

DeclaredSql read_condition(Oid relation, const char *condition);

// An expression is no column's name, and begins with a parenthesis.
bool is_expression(Oid relation, const char *column);
DeclaredSql read_expression(Oid relation, const char *expression);

}  // namespace confiture
