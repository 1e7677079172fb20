// Options of one strategy: a JSON object, read once at plan time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace confiture::mask {

// Each getter marks its option as known; finish() then refuses what nobody asked for.
// All throw error{bad_option} naming strategy and option, with a hint listing the options there are.
class option_reader {
 public:
  option_reader(std::string_view strategy, std::string_view json);
  ~option_reader();
  option_reader(const option_reader &) = delete;
  option_reader &operator=(const option_reader &) = delete;

  bool has(std::string_view name);
  int64_t integer(std::string_view name, int64_t fallback, int64_t lowest, int64_t highest);
  bool boolean(std::string_view name, bool fallback);
  std::string string(std::string_view name, std::string_view fallback);
  void finish() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace confiture::mask
