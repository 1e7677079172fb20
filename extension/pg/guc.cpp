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

guard_policy effective_policy(const char *name) {
  if (name == nullptr) return static_cast<guard_policy>(policy_setting);
  for (const config_enum_entry *entry = policy_names; entry->name != nullptr; entry++) {
    if (strcmp(name, entry->name) != 0) continue;
    if (entry->val < policy_setting && !superuser() &&
        pg_parameter_aclcheck("confiture.policy", GetUserId(), ACL_SET) != ACLCHECK_OK)
      ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                      errmsg("policy \"%s\" is weaker than confiture.policy, which is \"%s\"", name,
                             policy_names[policy_setting].name),
                      errhint("Keep single columns with confiture.keep(), or have a superuser GRANT SET ON PARAMETER "
                              "confiture.policy.")));
    return static_cast<guard_policy>(entry->val);
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown policy \"%s\"", name),
                  errhint("The policies are strict, guard and off.")));
}

}  // namespace confiture
