#include "stores/deletes/delete_request.h"

#include "stores/logs/encoding.h"

namespace oc::stores {

namespace {

constexpr std::string_view kMagic = "OCLOGDEL";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kSmallestRequest = 6;

std::unexpected<Error> damaged_deletes(std::string_view what) {
  return permanent("the file of delete requests is damaged: " + std::string(what),
                   "restore it, or remove it to forget which deletes were asked for");
}

}  // namespace

std::string encode_deletes(const std::vector<DeleteRequest>& requests) {
  std::string out(kMagic);
  put_fixed(out, kVersion);
  put_varint(out, requests.size());
  for (const auto& request : requests) {
    put_bytes(out, request.id);
    put_bytes(out, request.query);
    for (const Nanos time : {request.start_ns, request.end_ns, request.created_ns}) put_varint(out, zigzag(time));
    put_varint(out, request.processed ? 1 : 0);
  }
  put_fixed(out, checksum(out));
  return out;
}

Result<std::vector<DeleteRequest>> decode_deletes(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + sizeof(kVersion) + sizeof(std::uint64_t)) return damaged_deletes("too short");
  const auto content = bytes.substr(0, bytes.size() - sizeof(std::uint64_t));
  ByteReader end(bytes.substr(content.size()));
  if (end.fixed<std::uint64_t>() != checksum(content)) return damaged_deletes("its checksum does not match");
  ByteReader reader(content);
  if (reader.raw(kMagic.size()) != kMagic) return damaged_deletes("it is another file");
  if (reader.fixed<std::uint32_t>() != kVersion) return damaged_deletes("it is of a later version");
  std::vector<DeleteRequest> requests(reader.count(kSmallestRequest));
  for (auto& request : requests) {
    request.id = reader.bytes();
    request.query = reader.bytes();
    request.start_ns = reader.signed_varint();
    request.end_ns = reader.signed_varint();
    request.created_ns = reader.signed_varint();
    request.processed = reader.varint() != 0;
  }
  if (!reader.ok() || !reader.at_end()) return damaged_deletes("it ends too early");
  return requests;
}

}  // namespace oc::stores
