// A strategy whose values are made of other columns of the row. Before it masks a value, a row masker says what these
// hold in the row, as they are masked.
#pragma once

#include <span>
#include <string>

#include "mask/strategy.h"

namespace confiture::mask {

class TemplateStrategy : public Strategy {
 public:
  // The columns, each once; others are numbered as here.
  virtual std::span<const std::string> columns() const = 0;
  // Says what a column holds. Throws unsuitable_type when no text can show that, does_not_fit when it leaves no room.
  virtual void set_type(size_t column, ValueType type) = 0;
  // Says what it holds in the row to come, as its type prints it; of NULL nothing.
  virtual void set_value(size_t column, std::string_view value) = 0;
  // Are masked values as distinct as those of this column, whatever the others hold?
  virtual bool is_told_apart_by(size_t column) const = 0;
  TemplateStrategy *as_template_strategy() final { return this; }
};

}  // namespace confiture::mask
