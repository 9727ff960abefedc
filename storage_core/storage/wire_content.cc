#include "storage_core/storage/wire_content.h"

namespace yundisk::storage {
namespace {

// A part of a content: of a file where the engine vouches for one, else bytes; neither at the end.
struct Piece {
  std::optional<FileRange> range;
  ByteView bytes;

  bool empty() const { return !range && bytes.empty(); }
};

Task<Piece> NextPiece(Content& content) {
  CO_TRY(const std::optional<FileRange> range, co_await content.NextInFile());
  if (range) co_return Piece{range, {}};
  CO_TRY(const ByteView bytes, co_await content.Next());
  co_return Piece{std::nullopt, bytes};
}

Task<void> Send(const Piece& piece, net::Reply& reply) {
  if (!piece.range) co_return co_await reply.Write(piece.bytes);
  const FileRange& range = *piece.range;
  co_return co_await reply.SendFile({range.descriptor, range.offset, range.size_bytes});
}

}  // namespace

Task<std::size_t> RequestSource::Read(MutableByteView buffer) {
  CO_TRY(const std::size_t got, co_await request_.ReadInto(buffer));
  if (got == 0) co_return Error(Code::kBadRequest, "uploading: the content ends too early");
  co_return got;
}

Task<void> SendContent(Content& content, net::Reply& reply) {
  // The first piece comes before the reply begins, so that damage in it can still be told.
  CO_TRY(Piece piece, co_await NextPiece(content));
  if (piece.empty()) co_return co_await reply.SendContent({});
  reply.BeginContent(content.size_bytes());
  while (!piece.empty()) {
    CO_TRY_VOID(co_await Send(piece, reply));
    CO_TRY(piece, co_await NextPiece(content));
  }
  co_return Result<void>();
}

}  // namespace yundisk::storage
