#include "stream_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  confiture::fuzz::check_stream(confiture::mask::WireFormat::text, {reinterpret_cast<const char *>(data), size}, {});
  return 0;
}
