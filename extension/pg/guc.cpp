#include "pg.h"
#include "guc.h"

namespace confiture {

static int policy_setting = static_cast<int>(guard_policy::guard);

static const config_enum_entry policy_names[] = {{"off", static_cast<int>(guard_policy::off), false},
                                                 {"guard", static_cast<int>(guard_policy::guard), false},
                                                 {"strict", static_cast<int>(guard_policy::strict), false},
                                                 {nullptr, 0, false}};

void define_settings() {
  DefineCustomEnumVariable("confiture.policy", "Which columns without a rule stop a sync.",
                           "guard: those that look like personal data; strict: all; off: none.", &policy_setting,
                           static_cast<int>(guard_policy::guard), policy_names, PGC_SUSET, 0, nullptr, nullptr,
                           nullptr);
  MarkGUCPrefixReserved("confiture");
}

const char *policy_name(guard_policy policy) { return policy_names[static_cast<int>(policy)].name; }

guard_policy parse_policy(const char *name) {
  for (const config_enum_entry *entry = policy_names; entry->name != nullptr; entry++)
    if (strcmp(name, entry->name) == 0) return static_cast<guard_policy>(entry->val);
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown policy \"%s\"", name),
                  errhint("The policies are strict, guard and off.")));
}

guard_policy effective_policy(const char *name) {
  guard_policy setting = static_cast<guard_policy>(policy_setting);
  if (name == nullptr) return setting;
  guard_policy wanted = parse_policy(name);
  if (wanted < setting && !superuser() &&
      pg_parameter_aclcheck("confiture.policy", GetUserId(), ACL_SET) != ACLCHECK_OK)
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("policy \"%s\" is weaker than confiture.policy, which is \"%s\"", name, policy_name(setting)),
             errhint("Keep single columns with confiture.keep(), or have a superuser GRANT SET ON PARAMETER "
                     "confiture.policy.")));
  return wanted;
}

}  // namespace confiture
