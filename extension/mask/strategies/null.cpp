// null: NULL instead of every value, whatever the column's type.
#include "mask/registry.h"

namespace confiture::mask {

namespace {

class NullMask final : public Strategy {
 public:
  bool makes_null() const override { return true; }
};

std::unique_ptr<Strategy> make(const StrategyArgs &) { return std::make_unique<NullMask>(); }

}  // namespace

extern constinit const RegistryEntry null_strategy = {{.name = "null",
                                                       .summary = "NULL instead of every value",
                                                       .example = "NULL",
                                                       .kinds = any_kind,
                                                       .keyed = false,
                                                       .needs_value = false,
                                                       .gives_null = true},
                                                      make};

}  // namespace confiture::mask
