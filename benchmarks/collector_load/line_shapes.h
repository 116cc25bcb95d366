// The lines the collector is measured with: those of docs/performance.md (137 bytes on average, ids and addresses
// random, 1 ms apart, six services), bare or as Docker, a CRI runtime, nginx or an application in JSON write them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace oc::benchmarks {

class LineShape {
 public:
  // Which: raw, docker, cri, nginx or json. The same lines come out each time.
  explicit LineShape(std::string_view which);
  bool known() const { return write_ != nullptr; }
  // Appends a line with its newline.
  void append(std::string& out) { (this->*write_)(out); }

 private:
  void raw(std::string& out);
  void docker(std::string& out);
  void cri(std::string& out);
  void nginx(std::string& out);
  void json(std::string& out);
  void message(std::string& out);
  std::string_view service() { return pick(kServices); }
  std::string_view level() { return pick(kLevels); }
  template <std::size_t N>
  std::string_view pick(const std::string_view (&words)[N]) {
    return words[random_() % N];
  }
  void next_time();

  static constexpr std::string_view kServices[] = {"checkout", "inventory", "payments",
                                                   "frontend", "shipping",  "search"};
  static constexpr std::string_view kLevels[] = {"INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"};
  void (LineShape::*write_)(std::string&) = nullptr;
  std::mt19937_64 random_{42};  // NOLINT: the same lines each time
  std::int64_t now_ms_ = 1'763'800'000'000;
  std::string time_;     // 2025-11-22T08:26:40.000
  std::string scratch_;  // a line inside another
};

}  // namespace oc::benchmarks
