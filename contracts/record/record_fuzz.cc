// Whatever JSON an outsider sends as an activity's input: an error or a record that is written as it was read.
#include <cstdlib>

#include "contracts/record/record.h"

namespace {

struct Inner {
  std::string path;
  std::uint64_t offset = 0;
  static constexpr auto fields() {
    return std::tuple(oc::contracts::required("p", &Inner::path, ""), oc::contracts::optional("o", &Inner::offset, ""));
  }
};
struct Outer {
  std::int64_t number = 0;
  std::optional<double> share;
  std::vector<Inner> inner;
  std::map<std::string, bool> flags;
  static constexpr auto fields() {
    return std::tuple(oc::contracts::optional("n", &Outer::number, ""), oc::contracts::optional("s", &Outer::share, ""),
                      oc::contracts::optional("i", &Outer::inner, ""), oc::contracts::optional("f", &Outer::flags, ""));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto json = oc::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  const auto record = oc::contracts::parse_record<Outer>(*json);
  if (!record) return 0;
  const auto written = oc::contracts::write_record(*record);
  const auto again = oc::contracts::parse_record<Outer>(written);
  if (!again || oc::contracts::write_record(*again) != written) std::abort();
  return 0;
}
