// Settings (GUCs) of the extension.
#pragma once

namespace confiture {

// How columns of the source are judged that have neither a rule nor a keep.
enum class GuardPolicy : int { off = 0, guard = 1, strict = 2 };

void define_settings();

// The policy to use when a call asks for `name` (nullptr: the setting). Only those who may set confiture.policy may
// go below it; anybody may be stricter. Ereports on unknown names and on weaker ones.
GuardPolicy effective_policy(const char *name);

GuardPolicy parse_policy(const char *name);
const char *policy_name(GuardPolicy policy);

}  // namespace confiture
