// null: NULL instead of every value, whatever the column's type.
#include "../strategy.h"

namespace confiture::mask {

namespace {

class null_mask final : public strategy {
 public:
  bool makes_null() const override { return true; }
};

std::unique_ptr<strategy> make(const strategy_args &) { return std::make_unique<null_mask>(); }

}  // namespace

extern constinit const registry_entry null_strategy = {{.name = "null",
                                                        .summary = "NULL instead of every value",
                                                        .options_help = "",
                                                        .example = "NULL",
                                                        .kinds = any_kind,
                                                        .deterministic = true,
                                                        .keyed = false,
                                                        .needs_value = false,
                                                        .uses_literal = false,
                                                        .keeps_unique = false},
                                                       make};

}  // namespace confiture::mask
