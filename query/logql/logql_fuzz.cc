// Any text as a query over a small fixed set of rows: errors are fine, crashes and endless work are not. What is
// printed of a query reads as the same query again.
#include <cstdint>
#include <cstdlib>

#include "query/logql/engine.h"
#include "query/logql/memory_log_reader.h"
#include "query/logql/parser.h"
#include "query/logql/printer.h"

namespace {

using namespace oc::query;

const MemoryLogReader& rows() {
  static const auto reader = [] {
    auto filled = std::make_unique<MemoryLogReader>();
    constexpr oc::Nanos kSecond = 1'000'000'000;
    filled->add({{"app", "a"}}, 1 * kSecond, R"({"x":{"y":[1,{"z":"é"}]},"n":1e3,"s":"\ud800","x_y":null})");
    filled->add({{"app", "a"}}, 2 * kSecond, R"(k=v q="a \"b\"" d=1.5s n=12KB bad="x)", {{"app", "m"}, {"t", "1"}});
    filled->add({{"app", "a"}}, 2 * kSecond, R"({"_entry":"packed 10.0.0.7","n":"NaN","c":"\u001b[31m"})");
    filled->add({{"app", "b"}, {"env", "p"}}, 3 * kSecond, "\xFF\xFE plain \xC3", {{"n", "x"}});
    filled->add({{"app", "b"}, {"env", "p"}}, 3 * kSecond, "");
    return filled;
  }();
  return *reader;
}

// A chain of operators prints with parentheses, so that what was long may become too deep.
bool is_beyond_limits(const oc::Error& error) {
  return error.message.find("nested deeper than") != std::string::npos ||
         error.message.find("expressions in one query") != std::string::npos ||
         error.message.find("input size too long") != std::string::npos;
}

void check_text(std::string_view query) {
  const auto parsed = parse_query(query);
  if (!parsed) return;
  const auto text = to_text(**parsed);
  // 0 / 0 is a literal by then, and one that has no digits.
  if (text.find("NaN") != std::string::npos || text.find("Inf") != std::string::npos) return;
  const auto again = parse_query(text);
  if (!again && is_beyond_limits(again.error())) return;
  if (!again || to_text(**again) != text) std::abort();
  static_cast<void>(to_pretty_text(**parsed));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMaxText = 4'096;  // longer ones only take longer
  const std::string text(reinterpret_cast<const char*>(data), std::min(size, kMaxText));
  check_text(text);
  static_cast<void>(run_instant_query(rows(), {text, 4'000'000'000, {}}));
  RangeQuery query{.query = text, .start_ns = 0, .end_ns = 5'000'000'000, .step_ns = 1'000'000'000, .interruption = {}};
  static_cast<void>(run_range_query(rows(), query));
  query.interval_ns = 1'000'000'000;
  query.direction = Direction::kForward;
  static_cast<void>(run_range_query(rows(), query));
  return 0;
}
