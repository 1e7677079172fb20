// Which relations are those of users, as conditions on pg_class c and its pg_namespace n.
#pragma once

#define IN_SCHEMA_OF_USERS "n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'confiture')"

#define OF_NO_EXTENSION                 \
  "NOT EXISTS (SELECT FROM pg_depend d" \
  " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
