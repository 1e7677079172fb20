#include "mask/row_masker.h"

#include "mask/row_plan.h"

namespace confiture::mask {

std::unique_ptr<RowMasker> make_row_masker(WireFormat format, std::vector<CompiledColumn> columns) {
  const size_t n_columns = columns.size();
  std::vector<ColumnWork> work = compile_work(format, std::move(columns));
  if (format == WireFormat::binary) return make_binary_row_masker(n_columns, std::move(work));
  return make_text_row_masker(n_columns, std::move(work));
}

}  // namespace confiture::mask
