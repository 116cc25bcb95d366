#include <cstddef>
#include <cstdint>
#include <string>

#include "collector/receivers/otlp/request_batches.h"
#include "collector/record/batch_reader.h"

// Whatever is taken can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string request(reinterpret_cast<const char*>(data), size);
  const auto batches = oc::collector::batches_of_request(std::move(request), "otlp", {});
  if (!batches) return 0;
  for (const auto& batch : *batches) {
    oc::Arena arena;
    const oc::collector::BatchReader reader(*batch, arena);
    for (std::size_t i = 0; i < reader.size(); ++i) (void)reader.record(i).body();
  }
  return 0;
}
