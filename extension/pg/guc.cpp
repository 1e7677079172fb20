#include "pg/pg.h"
#include "pg/guc.h"

namespace confiture {

// In the order of GuardPolicy.
static constexpr const char *policies[] = {"off", "guard", "auto", "strict"};
static constexpr char policy_hint[] = "The policies are strict, guard, auto and off.";

static char *policy_setting;
static int lock_wait_setting, lock_timeout_setting, loader_setting, subset_memory_setting;
static const config_enum_entry loader_choices[] = {{"auto", static_cast<int>(LoaderChoice::automatic), false},
                                                   {"tuples", static_cast<int>(LoaderChoice::tuples), false},
                                                   {"copy", static_cast<int>(LoaderChoice::copy), false},
                                                   {nullptr, 0, false}};
static bool is_being_defined;

static bool find_policy(const char *name, GuardPolicy *policy) {
  for (size_t i = 0; i < lengthof(policies); i++) {
    if (pg_strcasecmp(name, policies[i]) != 0) continue;
    *policy = static_cast<GuardPolicy>(i);
    return true;
  }
  return false;
}

// SET refuses what is no policy. ALTER DATABASE, ALTER ROLE and postgresql.conf may hold anything, since they are not
// checked where the library is not loaded; were that refused here, the session would go on with the default, and a typo
// in 'strict' weaken the guard. It is accepted, and every use fails.
static bool check_policy(char **name, void **, GucSource source) {
  GuardPolicy policy;
  if (find_policy(*name, &policy) || is_being_defined || source < PGC_S_INTERACTIVE) return true;
  GUC_check_errhint(policy_hint);
  return false;
}

void define_settings() {
  is_being_defined = true;
  DefineCustomStringVariable(
      "confiture.policy", "Which columns without a rule stop a sync.",
      "guard: those that look like personal data; auto: those of them that no mask fits; strict: all; off: none.",
      &policy_setting, "guard", PGC_SUSET, 0, check_policy, nullptr, nullptr);
  is_being_defined = false;
  DefineCustomIntVariable("confiture.lock_wait", "How long a sync that waits for a lock may keep readers waiting.",
                          "The request is then taken back for a moment, and repeated.", &lock_wait_setting, 5'000, 10,
                          INT_MAX, PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("confiture.lock_timeout", "How long a sync tries to lock its tables.", "0: without end.",
                          &lock_timeout_setting, 600'000, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr,
                          nullptr);
  DefineCustomEnumVariable("confiture.loader", "How rows are written into ordinary tables.",
                           "auto: tuples where it can, else copy; tuples: refuse what it cannot; copy: by COPY FROM.",
                           &loader_setting, static_cast<int>(LoaderChoice::automatic), loader_choices, PGC_USERSET, 0,
                           nullptr, nullptr, nullptr);
  DefineCustomIntVariable("confiture.subset_memory", "What the chosen rows of a subset may take of memory.",
                          "About ten bytes for each row.", &subset_memory_setting, 256 * 1024, 64, MAX_KILOBYTES,
                          PGC_USERSET, GUC_UNIT_KB, nullptr, nullptr, nullptr);
  MarkGUCPrefixReserved("confiture");
}

LoaderChoice effective_loader(const char *name) {
  if (name == nullptr) return static_cast<LoaderChoice>(loader_setting);
  for (const config_enum_entry *choice = loader_choices; choice->name != nullptr; choice++)
    if (strcmp(name, choice->name) == 0) return static_cast<LoaderChoice>(choice->val);
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown loader \"%s\"", name),
                  errhint("The loaders are auto, tuples and copy.")));
}

const char *loader_choice_name(LoaderChoice choice) { return loader_choices[static_cast<int>(choice)].name; }

int lock_wait_ms() { return lock_wait_setting; }
int subset_memory_kb() { return subset_memory_setting; }
int lock_timeout_ms() { return lock_timeout_setting; }

static GuardPolicy current_policy() {
  GuardPolicy policy;
  if (!find_policy(policy_setting, &policy))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the setting confiture.policy is \"%s\", which is no policy", policy_setting),
                    errhint("%s Correct it with ALTER DATABASE, ALTER ROLE or in postgresql.conf; the view "
                            "pg_db_role_setting shows where it stands.",
                            policy_hint)));
  return policy;
}

const char *policy_name(GuardPolicy policy) { return policies[static_cast<int>(policy)]; }

GuardPolicy parse_policy(const char *name) {
  GuardPolicy policy;
  if (find_policy(name, &policy)) return policy;
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown policy \"%s\"", name), errhint(policy_hint)));
}

bool is_weaker(GuardPolicy policy, GuardPolicy other) {
  // What guard stops at, auto masks.
  auto strength = [](GuardPolicy one) { return one == GuardPolicy::automatic ? GuardPolicy::guard : one; };
  return strength(policy) < strength(other);
}

GuardPolicy effective_policy(const char *name) {
  GuardPolicy setting = current_policy();
  if (name == nullptr) return setting;
  GuardPolicy wanted = parse_policy(name);
  if (is_weaker(wanted, setting) && !superuser() &&
      pg_parameter_aclcheck("confiture.policy", GetUserId(), ACL_SET) != ACLCHECK_OK)
    ereport(ERROR,
            (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
             errmsg("policy \"%s\" is weaker than confiture.policy, which is \"%s\"", name, policy_name(setting)),
             errhint("Keep single columns with confiture.keep(), or have a superuser GRANT SET ON PARAMETER "
                     "confiture.policy.")));
  return wanted;
}

}  // namespace confiture
