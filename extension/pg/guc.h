// Settings (GUCs) of the extension.
#pragma once

namespace confiture {

// How the guard judges columns of the source that have neither a rule nor a keep.
enum class GuardPolicy : int { off, guard, automatic, strict };

// Does the one let more columns be copied as they are than the other?
bool is_weaker(GuardPolicy policy, GuardPolicy other);

void define_settings();

// How long a request for a lock on a table may keep others waiting, and how long to try in all (0: without end), in
// milliseconds.
int lock_wait_ms();
int lock_timeout_ms();

// Kilobytes that the positions of a subset's rows may take.
int subset_memory_kb();

// Which loader ordinary tables get.
enum class LoaderChoice : int { automatic, tuples, copy };

// The choice of a call that asks for `name` (nullptr: confiture.loader). Ereports 22023 for unknown names.
LoaderChoice effective_loader(const char *name);
const char *loader_choice_name(LoaderChoice choice);

// The policy to use when a call asks for `name` (nullptr: the setting). Every role may ask for a stricter one; a weaker
// one takes the right to set confiture.policy. Ereports 22023 for unknown names and 42501 for weaker ones.
GuardPolicy effective_policy(const char *name);

GuardPolicy parse_policy(const char *name);
const char *policy_name(GuardPolicy policy);

}  // namespace confiture
