// password: the hash of a known test password, the same in every row. The value itself never leaves the source.
#include <string>

#include "mask/characters.h"
#include "mask/error.h"
#include "mask/registry.h"

namespace confiture::mask {

namespace {

// All of the password "confiture". Not secret: whoever can log in to a copy may know it.
constexpr struct {
  std::string_view format, hash;
} known[] = {
    {"bcrypt", "$2b$10$ConfitureMaskedSaltX.uTk8UnkASNcrbYUPXyoMICL0L9gVQi1K"},
    {"scram",
     "SCRAM-SHA-256$4096:Y29uZml0dXJlIG1hc2tlZA==$WZJAFeFVuSTFNpYiQO2UGDo3u7A3MZ94QWlweEQN8uM=:"
     "JVlzye0V00kzguWwYcC46yuwBLFju+3/PBPKZevo3hM="},
};

class PasswordMask final : public Strategy {
 public:
  explicit PasswordMask(std::string_view hash) : hash_(hash) {}
  void mask_text(std::string_view, ByteSink &out) const override { out.append(hash_); }

 private:
  std::string_view hash_;
};

std::unique_ptr<Strategy> make(const StrategyArgs &args) {
  const std::string format = args.options.string("format", "bcrypt");
  for (const auto &[name, hash] : known) {
    if (name != format) continue;
    if (args.fit.max_chars != 0 && args.fit.max_chars < hash.size())
      fail(Code::does_not_fit,
           "strategy \"password\": a hash of " + std::to_string(hash.size()) + " characters does not fit a column of " +
               std::to_string(args.fit.max_chars),
           "Strategies hash and redact fit any column.");
    return std::make_unique<PasswordMask>(hash);
  }
  args.options.refuse("format", "must be bcrypt or scram");
}

}  // namespace

extern constinit const RegistryEntry password_strategy = {
    {.name = "password",
     .summary = "The hash of a known test password in every row: confiture",
     .options_help = "format: bcrypt (default) or scram",
     .example = "$2b$10$ConfitureMaskedSaltX.uTk8UnkASNcrbYUPXyoMICL0L9gVQi1K",
     .keyed = false,
     .needs_value = false},
    make};

}  // namespace confiture::mask
