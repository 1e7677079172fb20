#include "mask/document/json_masker.h"

#include "mask/byte_scan.h"
#include "mask/characters.h"

namespace confiture::mask {

namespace {

using Action = JsonRules::Action;

// What is deeper becomes null: a document may be as deep as the server's stack allows, some thousands of levels.
constexpr size_t deepest = 10000;

// What ends a run of plain bytes in a string.
struct IsStringEnd {
  static bool one(char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\'; }
#ifdef __SSE2__
  static __m128i sixteen(__m128i v) {
    const __m128i quotes = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
    return _mm_or_si128(quotes, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(31)), v));
  }
#endif
};

[[noreturn]] void fail_document() { fail(Code::malformed_stream, "a document is no valid JSON"); }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

// An object or array that is open.
struct JsonMasker::Frame {
  PathSet::States paths;            // that may lead on
  PathSet::States held;             // that end here or above
  const JsonRules::Ruling *ruling;  // of the one of them that wins; null: there is none
  Verdict verdict;                  // of its key, or of the nearest one above that has one
  size_t key_at = 0, key_size = 0;  // in keys_: its key, or the key of the array it is in
  size_t keys_before = 0;           // bytes of keys_ that are older
  uint64_t index = 0;               // of the next element
  bool is_object = false;
  bool has_kept = false;  // a member is written
};

class JsonMasker::Run {
 public:
  Run(const JsonMasker &owner, std::string_view document, ByteSink &out)
      : rules_(owner.rules_),
        stack_(owner.stack_),
        keys_(owner.keys_),
        scratch_(owner.scratch_),
        p_(document.data()),
        end_(p_ + document.size()),
        unwritten_(p_),
        out_(out) {
    stack_.clear();
    keys_.clear();
  }

  void run() {
    Frame root{};
    root.paths = rules_.paths.start();
    settle(root);
    skip_space();
    if (!is_dropped(root))
      read_value(root);
    else  // What is left when all members are gone, unless a path says that the document goes.
      replace_whole(root.ruling != nullptr ? "null" : *p_ == '{' ? "{}" : *p_ == '[' ? "[]" : "null");
    while (!stack_.empty()) read_member();
    skip_space();
    if (p_ != end_) fail_document();
    write_until(end_);
  }

 private:
  void skip_space() {
    while (p_ != end_ && is_space(*p_)) ++p_;
  }
  char look() const {
    if (p_ == end_) fail_document();
    return *p_;
  }
  void write_until(const char *stop) {
    out_.append({unwritten_, static_cast<size_t>(stop - unwritten_)});
    unwritten_ = stop;
  }

  // Settles what holds for a value once its paths are known.
  void settle(Frame &value) const {
    if (rules_.paths.add_ended(value.paths, value.held))
      value.ruling = &rules_.rulings[static_cast<size_t>(rules_.paths.target(value.held))];
  }

  bool is_dropped(Frame &value) const {
    const char first = look();
    if (first != '[' && rules_.paths.unwrap(value.paths)) settle(value);
    if (value.ruling != nullptr) return value.ruling->action == Action::drop;
    return rules_.others == Others::drop && ((first != '{' && first != '[') || rules_.paths.ends(value.paths));
  }

  // Of the innermost open object or array: reads its next member, or its end.
  void read_member() {
    Frame &frame = stack_.back();
    skip_space();
    const char bracket = frame.is_object ? '}' : ']';
    if (look() == bracket) return close();
    const char *comma = p_;
    if (frame.index > 0) {
      if (*p_++ != ',') fail_document();
      skip_space();
    }
    read_member_at(frame, comma);
  }

  void close() {
    keys_.truncate(stack_.back().keys_before);
    stack_.pop_back();
    ++p_;
  }

  // `comma`: where the member begins with its comma.
  void read_member_at(Frame &frame, const char *comma) {
    const bool follows_one = frame.index > 0;
    Frame value{};
    value.held = frame.held;
    value.ruling = frame.ruling;
    value.key_at = value.keys_before = keys_.size();
    const char *const start = p_;
    if (frame.is_object) {
      read_key(frame, value);
    } else {
      value.paths = rules_.paths.element(frame.paths, frame.index);
      value.verdict = frame.verdict;
      value.key_at = frame.key_at;
      value.key_size = frame.key_size;
      settle(value);
    }
    frame.index++;
    if (is_dropped(value)) {
      keys_.truncate(value.keys_before);
      write_until(frame.has_kept ? comma : follows_one ? unwritten_ : start);
      skip_value();
      unwritten_ = p_;
      return;
    }
    // The comma of a first member that is left went before others that were dropped.
    if (follows_one && !frame.has_kept) unwritten_ = start;
    frame.has_kept = true;
    if (frame.is_object) write_key();
    read_value(value);
  }

  void read_key(const Frame &object, Frame &value) {
    if (look() != '"') fail_document();
    key_start_ = p_;
    bool has_escape = false;
    const std::string_view inside = read_string(has_escape);
    key_end_ = p_;
    if (has_escape)
      decode_json_string(inside, rules_.encoding, keys_);
    else
      keys_.append(inside);
    value.key_size = keys_.size() - value.key_at;
    const std::string_view key = keys_.view().substr(value.key_at);
    value.paths = rules_.paths.member(object.paths, key);
    settle(value);
    if (value.ruling == nullptr && rules_.others == Others::guard) {
      const std::string_view parent = keys_.view().substr(object.key_at, object.key_size);
      value.verdict = rules_.verdicts->of(parent, key);
      if (!value.verdict.any()) {
        value.verdict = object.verdict;
        // What lies in comments is prose; their numbers are not.
        if (value.verdict.is_prose) value.verdict.integer = value.verdict.fraction = nullptr;
      }
    }
    key_ = key;
    keeps_key_ = value.ruling != nullptr ? value.ruling->action == Action::keep : rules_.others == Others::keep;
    skip_space();
    if (look() != ':') fail_document();
    ++p_;
    skip_space();
  }

  // A key may be an address itself.
  void write_key() {
    if (keeps_key_) return;
    scratch_.clear();
    if (!rules_.scrubber->scrub(key_, scratch_)) return;
    write_until(key_start_);
    write_json_string(scratch_.view(), out_);
    unwritten_ = key_end_;
  }

  // The key of `value`, if any, is the last of keys_.
  void read_value(Frame &value) {
    const char first = look();
    const JsonRules::Ruling *ruling = value.ruling;
    const LeafMask *mask = ruling != nullptr && ruling->action == Action::mask ? ruling->mask.get() : nullptr;
    if (first == '{' || first == '[') {
      if (mask != nullptr && mask->is_fixed()) {
        write_until(p_);
        skip_value();
        mask->write_fixed(out_);
        unwritten_ = p_;
      } else if (stack_.size() == deepest) {
        replace_whole("null");
      } else {
        value.is_object = first == '{';
        ++p_;
        return stack_.push_back(value);
      }
    } else if (mask != nullptr) {
      mask_scalar(*mask);
    } else if (ruling == nullptr && rules_.others == Others::guard) {
      guard_scalar(value.verdict);
    } else {
      skip_scalar();
    }
    keys_.truncate(value.keys_before);
  }

  void replace_whole(std::string_view text) {
    write_until(p_);
    skip_value();
    out_.append(text);
    unwritten_ = p_;
  }

  void mask_scalar(const LeafMask &mask) {
    const char *const start = p_;
    if (*p_ == '"') {
      const std::string_view text = read_text();
      write_until(start);
      mask.mask_string(text, out_);
    } else if (*p_ == 't' || *p_ == 'f') {
      const bool value = *p_ == 't';
      skip_scalar();
      write_until(start);
      mask.mask_boolean(value, out_);
    } else if (*p_ == 'n') {
      return skip_scalar();
    } else {
      skip_scalar();
      write_until(start);
      mask.mask_number({start, static_cast<size_t>(p_ - start)}, out_);
    }
    unwritten_ = p_;
  }

  void guard_scalar(const Verdict &verdict) {
    const char *const start = p_;
    if (*p_ == '"') {
      const std::string_view text = read_text();
      if (text.empty()) return;
      if (verdict.text != nullptr || verdict.date != nullptr) return guard_string(verdict, start, text);
      masked_.clear();
      if (!rules_.scrubber->scrub(text, masked_)) return;
      write_until(start);
      write_json_string(masked_.view(), out_);
    } else if (*p_ == '-' || is_digit(*p_)) {
      skip_scalar();
      const std::string_view token{start, static_cast<size_t>(p_ - start)};
      const bool is_whole = token.find_first_of(".eE") == std::string_view::npos;
      const LeafMask *mask = is_whole ? verdict.integer : verdict.fraction;
      if (mask == nullptr) return;
      write_until(start);
      mask->mask_number(token, out_);
    } else {
      return skip_scalar();
    }
    unwritten_ = p_;
  }

  void guard_string(const Verdict &verdict, const char *start, std::string_view text) {
    write_until(start);
    if (!verdict.takes_date(text) || !verdict.date->try_string(text, out_))
      (verdict.text != nullptr ? verdict.text : verdict.date)->mask_string(text, out_);
    unwritten_ = p_;
  }

  // Reads a string and returns what it says.
  std::string_view read_text() {
    bool has_escape = false;
    const std::string_view inside = read_string(has_escape);
    if (!has_escape) return inside;
    scratch_.clear();
    decode_json_string(inside, rules_.encoding, scratch_);
    return scratch_.view();
  }

  // From its quote on; returns what is inside.
  std::string_view read_string(bool &has_escape) {
    const char *const start = ++p_;
    for (;;) {
      p_ = scan_bytes<IsStringEnd>(p_, end_);
      if (p_ == end_) fail_document();
      if (*p_ == '"') break;
      if (*p_ != '\\' || end_ - p_ < 2) fail_document();
      has_escape = true;
      p_ += 2;
    }
    return {start, static_cast<size_t>(p_++ - start)};
  }

  void skip_scalar() {
    const std::string_view rest{p_, static_cast<size_t>(end_ - p_)};
    size_t size = 0;
    switch (*p_) {
      case '"': {
        bool has_escape = false;
        (void)read_string(has_escape);
        return;
      }
      case 't':
        size = rest.starts_with("true") ? 4 : 0;
        break;
      case 'f':
        size = rest.starts_with("false") ? 5 : 0;
        break;
      case 'n':
        size = rest.starts_with("null") ? 4 : 0;
        break;
      default:
        size = json_number_size(rest);
    }
    if (size == 0) fail_document();
    p_ += size;
  }

  // Of a value that is not written it counts only where it ends.
  void skip_value() {
    size_t open = 0;
    do {
      skip_space();
      const char c = look();
      if (c == '{' || c == '[') {
        open++;
        ++p_;
      } else if (c == '}' || c == ']') {
        if (open == 0) fail_document();
        open--;
        ++p_;
      } else if (open > 0 && (c == ',' || c == ':')) {
        ++p_;
      } else {
        skip_scalar();
      }
    } while (open > 0);
  }

  const JsonRules &rules_;
  std::vector<Frame> &stack_;
  ByteSink &keys_, &scratch_;
  const char *p_;
  const char *const end_;
  const char *unwritten_;  // what stays as it is waits in [unwritten_, p_)
  ByteSink &out_;
  ByteSink masked_;
  std::string_view key_;  // of the member being read
  const char *key_start_ = nullptr, *key_end_ = nullptr;
  bool keeps_key_ = false;
};

JsonMasker::JsonMasker(JsonRules rules) : rules_(std::move(rules)) {}

JsonMasker::~JsonMasker() = default;

void JsonMasker::mask(std::string_view document, ByteSink &out) const { Run(*this, document, out).run(); }

}  // namespace confiture::mask
