#include "tests/fault/powercut/workload.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "tests/fault/powercut/storaged_process.h"

namespace yundisk::powercut {
namespace {

constexpr std::size_t kClients = 6;
constexpr std::size_t kMaxSmallBytes = 20'000;
constexpr std::size_t kMaxLargeBytes = 400'000;
constexpr std::size_t kMinLargeBytes = 102'400;
constexpr std::size_t kAdoptions = 20;

wire::ObjectKey KeyOf(const std::string& id) {
  wire::ObjectKey key;
  key.application = wire::Text<16>::Unchecked("powercut");
  key.user = wire::Text<256>::Unchecked("test");
  key.file_id = wire::Text<128>::Unchecked(id);
  return key;
}

Bytes ContentOf(std::uint64_t content, std::size_t size_bytes) {
  Bytes bytes(size_bytes);
  std::mt19937_64 engine(content);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine());
  return bytes;
}

void WriteFile(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

Result<Bytes> Download(client::Connection& connection, const std::string& id) {
  wire::Download request;
  request.key = KeyOf(id);
  TRY(const std::uint64_t size_bytes, connection.StartDownload(request));
  Bytes bytes(size_bytes);
  for (std::size_t at = 0; at < bytes.size();) {
    TRY(const std::size_t got, connection.ReadContent(MutableByteView(bytes).subspan(at)));
    at += got;
  }
  return bytes;
}

}  // namespace

std::size_t Workload::acknowledged() const {
  const auto all = acknowledged_.Lock();
  return all->stored.size() + all->deleted.size();
}

void Workload::Run(const std::atomic<bool>& stop) {
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kClients; ++i)
    clients.emplace_back([this, i, &stop] { RunClient(i, stop); });
  for (std::thread& client : clients) client.join();
}

void Workload::RunClient(std::uint64_t number, const std::atomic<bool>& stop) {
  const auto connection = Connect(address_);
  if (!connection) return;
  client::Connection& storage = **connection;
  std::mt19937_64 random(seed_ + next_ * kClients + number);
  while (!stop) {
    const std::uint64_t content = next_++;
    const std::string id = fmt::format("1/{}", content);
    const bool large = random() % 10 < 3;
    const std::size_t size_bytes =
        large ? kMinLargeBytes + random() % (kMaxLargeBytes - kMinLargeBytes)
              : random() % kMaxSmallBytes;
    const Object object{content, size_bytes};
    const bool adopt = large && random() % 3 != 0;
    if (adopt) WriteFile(spool_ + '/' + SpoolName(object), ContentOf(content, size_bytes));
    const Result<void> stored = adopt ? Adopt(storage, id, object) : Upload(storage, id, object);
    if (!stored) return;
    if (random() % 8 == 0 && !Delete(storage, id)) return;
  }
}

void Workload::AdoptOnly() {
  std::vector<Object> objects;
  for (std::size_t i = 0; i < kAdoptions; ++i) {
    objects.push_back({next_++, kMinLargeBytes + i});
    const Object& object = objects.back();
    WriteFile(spool_ + '/' + SpoolName(object), ContentOf(object.content, object.size_bytes));
  }
  ::sync();
  const auto connection = Connect(address_);
  if (!connection) return;
  for (const Object& object : objects)
    if (!Adopt(**connection, fmt::format("1/{}", object.content), object)) return;
}

std::string Workload::SpoolName(const Object& object) const {
  return fmt::format("{:010}", object.content);
}

Result<void> Workload::Upload(client::Connection& connection, const std::string& id,
                              const Object& object) {
  wire::Upload request;
  request.key = KeyOf(id);
  request.size_bytes = object.size_bytes;
  TRY_VOID(connection.Upload(request, ContentOf(object.content, object.size_bytes)));
  acknowledged_.Lock()->stored.emplace(id, object);
  return {};
}

Result<void> Workload::Adopt(client::Connection& connection, const std::string& id,
                             const Object& object) {
  const std::string name = SpoolName(object);
  wire::Adopt request;
  request.key = KeyOf(id);
  request.size_bytes = object.size_bytes;
  request.spool_name = wire::TextZ<255>::Unchecked(name);
  TRY_VOID(connection.Call(request));
  acknowledged_.Lock()->stored.emplace(id, object);
  return {};
}

Result<void> Workload::Delete(client::Connection& connection, const std::string& id) {
  wire::Delete request;
  request.key = KeyOf(id);
  // From here on it may be gone.
  acknowledged_.Lock()->stored.erase(id);
  TRY_VOID(connection.Call(request));
  acknowledged_.Lock()->deleted.insert(id);
  return {};
}

Result<std::string> Workload::Check() const {
  TRY(const auto connection, Connect(address_));
  const Acknowledged all = *acknowledged_.Lock();
  std::string misfits;
  for (const auto& [id, object] : all.stored) {
    const Result<Bytes> bytes = Download(*connection, id);
    if (!bytes)
      misfits += fmt::format("{}: {}\n", id, bytes.error().message());
    else if (*bytes != ContentOf(object.content, object.size_bytes))
      misfits += fmt::format("{}: wrong bytes\n", id);
    if (!connection->usable()) return misfits + "the connection broke\n";
  }
  for (const std::string& id : all.deleted) {
    wire::Size request;
    request.key = KeyOf(id);
    const auto size = connection->Call(request);
    if (size || size.error().code() != Code::kNotFound)
      misfits += fmt::format("{}: deleted, and there again\n", id);
  }
  return misfits;
}

}  // namespace yundisk::powercut
