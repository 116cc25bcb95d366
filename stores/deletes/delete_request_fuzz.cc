// Any bytes are delete requests or are refused; what is read is written as the same bytes. The checksum is made right,
// so that what lies behind it is reached.
#include <cstdlib>
#include <string>
#include <string_view>

#include "stores/deletes/delete_request.h"
#include "stores/logs/encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  oc::stores::put_fixed(bytes, oc::stores::checksum(bytes));
  const auto requests = oc::stores::decode_deletes(bytes);
  if (requests && oc::stores::decode_deletes(oc::stores::encode_deletes(*requests)) != *requests) std::abort();
  return 0;
}
