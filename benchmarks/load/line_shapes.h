// The lines that collector and store are measured with: those of docs/performance.md (137 bytes on average, ids and
// addresses random, 1 ms apart, six services), bare or as Docker, a CRI runtime, nginx, an application in JSON,
// components of Kubernetes, HDFS or somebody who writes prose write them, or as services write of requests, several
// lines each, with the same ids.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace oc::benchmarks {

inline constexpr std::int64_t kFirstMs = 1'763'800'000'000;  // 2025-11-22
inline constexpr std::uint64_t kSeed = 42;

class LineShape {
 public:
  // Which: raw, docker, cri, nginx, json, kubernetes, hdfs, requests or text. The same lines come out each time for a
  // seed, from `first_ms` on.
  explicit LineShape(std::string_view which, std::int64_t first_ms = kFirstMs, std::uint64_t seed = kSeed);
  bool known() const { return write_ != nullptr; }
  // Appends a line with its newline.
  void append(std::string& out) { (this->*write_)(out); }
  // Of the last line.
  std::int64_t time_ms() const { return now_ms_; }
  std::string_view service() const { return service_; }

 private:
  void raw(std::string& out);
  void docker(std::string& out);
  void cri(std::string& out);
  void nginx(std::string& out);
  void json(std::string& out);
  void kubernetes(std::string& out);
  void hdfs(std::string& out);
  void requests(std::string& out);
  void text(std::string& out);
  void message(std::string& out);
  std::string_view next_service() { return service_ = pick(kServices); }
  std::string_view next_level() { return pick(kLevels); }
  template <std::size_t N>
  std::string_view pick(const std::string_view (&words)[N]) {
    return words[random_() % N];
  }
  void next_time();

  static constexpr std::string_view kServices[] = {"checkout", "inventory", "payments",
                                                   "frontend", "shipping",  "search"};
  static constexpr std::string_view kLevels[] = {"INFO", "INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"};
  void (LineShape::*write_)(std::string&) = nullptr;
  std::mt19937_64 random_;
  std::int64_t now_ms_;
  std::string_view service_ = kServices[0];
  std::string time_;     // 2025-11-22T08:26:40.000
  std::string scratch_;  // a line inside another
  struct Request {
    std::string ids;  // as its lines have them
    std::string_view service;
    std::uint64_t lines_left = 0;
  };
  Request new_request();
  std::vector<Request> running_;
};

}  // namespace oc::benchmarks
