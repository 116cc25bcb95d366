#include <cstddef>
#include <cstdint>
#include <string_view>

#include "contracts/otlp/log_reader.h"

namespace {

using namespace oc::contracts::otlp;

class Reads final : public LogVisitor {
 public:
  oc::Status resource(std::size_t, std::span<const AttributeView> attributes) override { return texts(attributes); }
  oc::Status scope(const DecodedScope& scope) override { return texts(scope.attributes); }
  oc::Status record(const DecodedLogRecord& record) override {
    (void)to_text(record.body);
    return texts(record.attributes);
  }

 private:
  static oc::Status texts(std::span<const AttributeView> attributes) {
    for (const AttributeView& attribute : attributes) (void)to_text(attribute.value);
    return {};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Reads reads;
  (void)read_logs(bytes, reads);
  if (const auto protobuf = logs_json_to_protobuf(bytes); protobuf) (void)read_logs(*protobuf, reads);
  return 0;
}
