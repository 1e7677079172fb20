// company, job_title, user_agent: what surrounds a person.
#include "mask/company.h"

namespace confiture::mask {

namespace {

void compose_job(std::string_view, Draws &draws, Phrase &phrase) {
  if (draws(3) != 0) {
    phrase.add(job_levels, draws);
    phrase.add(" ");
  }
  phrase.add(job_fields, draws);
  phrase.add(" ");
  phrase.add(job_roles, draws);
}

constexpr std::string_view agents_text = "curl/8|Wget/1.21|Mozilla/5.0";
constexpr auto agents_words = split_words<count_words(agents_text)>(agents_text);
constexpr WordList agents(agents_words);
constexpr std::string_view systems_text =
    "Windows NT 10.0; Win64; x64|Macintosh; Intel Mac OS X 10_15_7|X11; Linux x86_64|Linux; Android 10; K|"
    "X11; CrOS x86_64 14541.0.0";
constexpr auto systems_words = split_words<count_words(systems_text)>(systems_text);
constexpr WordList systems(systems_words);

// Chrome and Firefox say no more of themselves than this (reduced user agents).
void compose_agent(std::string_view, Draws &draws, Phrase &phrase) {
  phrase.add("Mozilla/5.0 (");
  const std::string_view system = systems[draws(systems.count())];
  phrase.add(system);
  const char version[] = {'1', static_cast<char>('0' + draws(4)), static_cast<char>('0' + draws(10))};
  if (draws(3) == 0) {
    phrase.add("; rv:");
    phrase.add({version, sizeof version});
    phrase.add(".0) Gecko/20100101 Firefox/");
    phrase.add({version, sizeof version});
    return phrase.add(".0");
  }
  phrase.add(") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/");
  phrase.add({version, sizeof version});
  phrase.add(".0.0.0 Safari/537.36");
}

constexpr PhraseRecipe company = {"company", compose_company, &company_stems},
                       job_title = {"job_title", compose_job, &job_roles},
                       user_agent = {"user_agent", compose_agent, &agents};

template <const PhraseRecipe &recipe>
std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  return make_phrase(args, recipe);
}

}  // namespace

extern constinit const RegistryEntry company_strategy =
    phrase_entry("company", "An invented company", "Maple Brewing PLC", make<company>);
extern constinit const RegistryEntry job_title_strategy =
    phrase_entry("job_title", "A job title", "Chief Operations Scientist", make<job_title>);
extern constinit const RegistryEntry user_agent_strategy =
    phrase_entry("user_agent", "A browser's user agent, as many send it",
                 "Mozilla/5.0 (X11; Linux x86_64; rv:100.0) Gecko/20100101 Firefox/100.0", make<user_agent>);

}  // namespace confiture::mask
