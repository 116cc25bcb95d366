#include "formats/logfmt.h"

#include <string>

#include "formats/json_string.h"

namespace oc::formats {
namespace {

// go-logfmt: anything up to and including the space is white space.
bool is_space(char c) { return static_cast<unsigned char>(c) <= ' '; }

class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) {}

  bool at_next_pair() {
    while (position_ < line_.size() && is_space(line_[position_])) ++position_;
    return position_ < line_.size();
  }

  // False: this pair is damaged; the scanner stands behind it.
  bool scan() {
    value_ = {};
    const std::size_t start = position_;
    while (position_ < line_.size() && !is_space(line_[position_]) && line_[position_] != '=') {
      if (line_[position_] == '"') return skip();
      ++position_;
    }
    key_ = line_.substr(start, position_ - start);
    if (position_ == line_.size() || is_space(line_[position_])) return true;
    if (key_.empty()) return skip();
    ++position_;
    if (position_ == line_.size() || is_space(line_[position_])) return true;
    return line_[position_] == '"' ? scan_quoted() : scan_bare();
  }

  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  bool skip() {
    while (position_ < line_.size() && !is_space(line_[position_])) ++position_;
    return false;
  }

  bool scan_bare() {
    const std::size_t start = position_;
    while (position_ < line_.size() && !is_space(line_[position_])) {
      if (line_[position_] == '=' || line_[position_] == '"') return skip();
      ++position_;
    }
    value_ = line_.substr(start, position_ - start);
    return true;
  }

  bool scan_quoted() {
    const std::size_t start = ++position_;
    bool escaped = false;
    while (position_ < line_.size() && line_[position_] != '"') {
      const bool escape = line_[position_] == '\\';
      escaped |= escape;
      position_ += escape ? 2 : 1;
    }
    if (position_ >= line_.size()) {
      position_ = line_.size();
      return false;
    }
    value_ = line_.substr(start, position_++ - start);
    if (!escaped) return true;
    unescaped_.clear();
    if (!append_unescaped_json(value_, unescaped_)) return false;
    value_ = unescaped_;
    return true;
  }

  std::string_view line_;
  std::size_t position_ = 0;
  std::string_view key_;
  std::string_view value_;
  std::string unescaped_;
};

}  // namespace

bool for_each_logfmt_field(std::string_view line, FieldSink sink, DamagedPairs damaged) {
  Scanner scanner(line);
  bool whole = true;
  while (scanner.at_next_pair()) {
    if (!scanner.scan()) {
      whole = false;
      if (damaged == DamagedPairs::kEndWalk) break;
    } else if (!sink(scanner.key(), scanner.value())) {
      return whole;
    }
  }
  return whole;
}

}  // namespace oc::formats
