#include "pg/pg.h"
#include "pg/guc.h"

namespace confiture {

static int policy_setting = static_cast<int>(GuardPolicy::guard);

static constexpr config_enum_entry policy_entry(const char *name, GuardPolicy policy) {
  return {name, static_cast<int>(policy), false};
}

// In the order of GuardPolicy.
static constexpr config_enum_entry policies[] = {policy_entry("off", GuardPolicy::off),
                                                 policy_entry("guard", GuardPolicy::guard),
                                                 policy_entry("strict", GuardPolicy::strict),
                                                 {nullptr, 0, false}};

void define_settings() {
  DefineCustomEnumVariable("confiture.policy", "Which columns without a rule stop a sync.",
                           "guard: those that look like personal data; strict: all; off: none.", &policy_setting,
                           static_cast<int>(GuardPolicy::guard), policies, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("confiture");
}

const char *policy_name(GuardPolicy policy) { return policies[static_cast<int>(policy)].name; }

GuardPolicy parse_policy(const char *name) {
  for (const config_enum_entry *entry = policies; entry->name != nullptr; entry++)
    if (strcmp(name, entry->name) == 0) return static_cast<GuardPolicy>(entry->val);
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown policy \"%s\"", name),
                  errhint("The policies are strict, guard and off.")));
}

GuardPolicy effective_policy(const char *name) {
  GuardPolicy setting = static_cast<GuardPolicy>(policy_setting);
  if (name == nullptr) return setting;
  GuardPolicy wanted = parse_policy(name);
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
