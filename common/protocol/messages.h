// Every message of the wire protocol, declared here and nowhere else (docs/protocol-extensions.md
// lists ours beyond the base). The field lists drive everything (codec.h).
//
// A request names its command and its success reply. Where `kContentFollows` is set, content of
// as many bytes as the request's `size_bytes` follows the fields in the same body; where the reply
// is Content, the reply's body is content alone. Failures are all alike (failure.h).
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/base/bytes.h"
#include "common/protocol/codec.h"
#include "common/protocol/text.h"

namespace yundisk::wire {

// Who answers; the value is the command of every reply.
enum class Service : std::uint8_t { kTracker = 100, kIdServer = 101, kStorage = 102 };

// Retired numbers are never reused.
enum class Command : std::uint8_t {
  kHello = 1,
  kProve = 2,
  kJoin = 10,
  kHeartBeat = 11,
  kAddresses = 12,
  kGroupList = 13,
  kPlace = 14,
  kWatch = 15,
  kSetMember = 16,
  kHint = 17,
  kReport = 18,
  kServices = 19,
  kGetId = 40,
  kGetIds = 41,
  kUpload = 70,
  kSize = 71,
  kDownload = 72,
  kDelete = 73,
  kAdopt = 74,
  kStat = 75,
  kStatistics = 76,
  kCopy = 77,  // this and the next: operator_messages.h
  kRepair = 78,
  kChanges = 80,  // this and the next: peer_messages.h
  kStore = 81,
  kRelease = 82,
  kBury = 83,
  kFetch = 84,
  kLookUp = 85,
};

inline constexpr std::size_t kMaxAddresses = 3;      // in a reply of the tracker
inline constexpr std::size_t kAddressesBytes = 255;  // three of the longest IPv6 addresses
inline constexpr std::size_t kMaxGroupListBytes = std::size_t{16} << 20U;
// How long a tracker keeps a watcher waiting while nothing changes.
inline constexpr std::chrono::seconds kWatchWait{10};
inline constexpr std::size_t kMaxStatisticsBytes = std::size_t{64} << 10U;
inline constexpr std::size_t kMaxServiceLinesBytes = std::size_t{64} << 10U;
inline constexpr std::uint32_t kMaxIdsAtOnce = 65536;
// The largest content: more than any file system below us holds in one file.
inline constexpr std::uint64_t kMaxContentBytes = std::uint64_t{1} << 44U;

using Nonce = std::array<std::byte, 32>;
using Proof = std::array<std::byte, 32>;  // an HMAC-SHA-256

// A success without a body.
struct Empty {
  static constexpr std::string_view kName = "empty";
  static constexpr auto kFields = Fields();
  bool operator==(const Empty&) const = default;
};

// Marks a reply whose body is content.
struct Content {};

// --- authentication (every daemon) ---

struct Greeting {
  static constexpr std::string_view kName = "greeting";
  Nonce server_nonce{};
  Proof proof{};
  static constexpr auto kFields =
      Fields(Field{"server_nonce", &Greeting::server_nonce}, Field{"proof", &Greeting::proof});
  bool operator==(const Greeting&) const = default;
};

struct Hello {
  static constexpr std::string_view kName = "hello";
  static constexpr Command kCommand = Command::kHello;
  using Reply = Greeting;
  Nonce client_nonce{};
  static constexpr auto kFields = Fields(Field{"client_nonce", &Hello::client_nonce});
  bool operator==(const Hello&) const = default;
};

struct Prove {
  static constexpr std::string_view kName = "prove";
  static constexpr Command kCommand = Command::kProve;
  using Reply = Empty;
  Proof proof{};
  static constexpr auto kFields = Fields(Field{"proof", &Prove::proof});
  bool operator==(const Prove&) const = default;
};

// --- tracker ---

struct Join {
  static constexpr std::string_view kName = "join";
  static constexpr Command kCommand = Command::kJoin;
  using Reply = Empty;
  TextZ<6> version;
  TextZ<16> group;
  TextZ<128> host_name;
  std::uint16_t port = 0;
  std::uint64_t start_time_s = 0;  // since 1970, like every time in this protocol
  std::uint64_t join_time_s = 0;   // the node's first join, 0: never before
  static constexpr auto kFields =
      Fields(Field{"version", &Join::version}, Field{"group", &Join::group},
             Field{"host_name", &Join::host_name}, Field{"port", &Join::port},
             Field{"start_time", &Join::start_time_s}, Field{"join_time", &Join::join_time_s});
  bool operator==(const Join&) const = default;
};

// How far a storage is behind the other members of its group that it can reach.
struct BeatLag {
  static constexpr std::string_view kName = "beat_lag";
  std::uint64_t changes = 0;
  std::uint32_t seconds = 0;
  static constexpr auto kFields =
      Fields(Field{"changes", &BeatLag::changes}, Field{"seconds", &BeatLag::seconds});
  bool operator==(const BeatLag&) const = default;
};

struct BeatStatistics {
  static constexpr std::string_view kName = "beat_statistics";
  std::uint64_t free_bytes = 0;  // what new content may take
  std::uint64_t used_bytes = 0;
  std::uint32_t requests_in_flight = 0;
  std::optional<BeatLag> lag{};  // of a storage that has others
  static constexpr auto kFields =
      Fields(Field{"free_bytes", &BeatStatistics::free_bytes},
             Field{"used_bytes", &BeatStatistics::used_bytes},
             Field{"requests_in_flight", &BeatStatistics::requests_in_flight},
             Field{"lag", &BeatStatistics::lag});
  bool operator==(const BeatStatistics&) const = default;
};

struct HeartBeat {
  static constexpr std::string_view kName = "heart-beat";
  static constexpr Command kCommand = Command::kHeartBeat;
  using Reply = Empty;
  TextZ<16> group;
  TextZ<128> host_name;
  std::optional<BeatStatistics> statistics;
  static constexpr auto kFields =
      Fields(Field{"group", &HeartBeat::group}, Field{"host_name", &HeartBeat::host_name},
             Field{"statistics", &HeartBeat::statistics});
  bool operator==(const HeartBeat&) const = default;
};

// Names an object and its owner, first in every request about one.
struct ObjectKey {
  static constexpr std::string_view kName = "object";
  Text<16> application;
  Text<256> user;
  Text<128> file_id;
  static constexpr auto kFields =
      Fields(Field{"application", &ObjectKey::application}, Field{"user", &ObjectKey::user},
             Field{"file_id", &ObjectKey::file_id});
  bool operator==(const ObjectKey&) const = default;
};

// A group and its active storages, best first.
struct Location {
  static constexpr std::string_view kName = "location";
  TextZ<16> group;
  TailText<kAddressesBytes> addresses;  // "ip:port;" repeated (address.h)
  static constexpr auto kFields =
      Fields(Field{"group", &Location::group}, Field{"addresses", &Location::addresses});
  bool operator==(const Location&) const = default;
};

struct Addresses {
  static constexpr std::string_view kName = "storage addresses";
  static constexpr Command kCommand = Command::kAddresses;
  using Reply = Location;
  ObjectKey key;
  static constexpr auto kFields = Fields(Field{"key", &Addresses::key});
  bool operator==(const Addresses&) const = default;
};

struct Groups {
  static constexpr std::string_view kName = "groups";
  TailLines<kMaxGroupListBytes> lines;
  static constexpr auto kFields = Fields(Field{"lines", &Groups::lines});
  bool operator==(const Groups&) const = default;
};

struct GroupList {
  static constexpr std::string_view kName = "group list";
  static constexpr Command kCommand = Command::kGroupList;
  using Reply = Groups;
  static constexpr auto kFields = Fields();
  bool operator==(const GroupList&) const = default;
};

// Where new content is wanted: a region's name in the table of groups.
struct PlaceRegion {
  static constexpr std::string_view kName = "place region";
  TextZ<32> region;
  static constexpr auto kFields = Fields(Field{"region", &PlaceRegion::region});
  bool operator==(const PlaceRegion&) const = default;
};

struct Place {
  static constexpr std::string_view kName = "place";
  static constexpr Command kCommand = Command::kPlace;
  using Reply = Location;
  Text<16> application;
  Text<256> user;
  std::uint64_t size_bytes = 0;
  std::optional<PlaceRegion> region{};
  static constexpr auto kFields =
      Fields(Field{"application", &Place::application}, Field{"user", &Place::user},
             Field{"size", &Place::size_bytes}, Field{"region", &Place::region});
  bool operator==(const Place&) const = default;
};

// The group list of one group, or of all, and its version. A change of who belongs to a group, of
// an address or of a state makes another version; statistics do not.
struct Watched {
  static constexpr std::string_view kName = "watched";
  std::uint64_t version = 0;
  TailLines<kMaxGroupListBytes> lines;
  static constexpr auto kFields =
      Fields(Field{"version", &Watched::version}, Field{"lines", &Watched::lines});
  bool operator==(const Watched&) const = default;
};

// Answered once the version is another than `known_version`, or after kWatchWait with the same one.
struct Watch {
  static constexpr std::string_view kName = "watch";
  static constexpr Command kCommand = Command::kWatch;
  using Reply = Watched;
  std::uint64_t known_version = 0;  // 0: none, answer at once
  OptionalTextZ<16> group;          // empty: all groups
  static constexpr auto kFields =
      Fields(Field{"known_version", &Watch::known_version}, Field{"group", &Watch::group});
  bool operator==(const Watch&) const = default;
};

// What an operator makes of a member.
enum class MemberAction : std::uint8_t { kActivate = 0, kDrain = 1, kRemove = 2 };

struct SetMember {
  static constexpr std::string_view kName = "set member";
  static constexpr Command kCommand = Command::kSetMember;
  using Reply = Empty;
  TextZ<16> group;
  TextZ<128> host_name;
  std::uint8_t action = 0;  // a MemberAction
  static constexpr auto kFields =
      Fields(Field{"group", &SetMember::group}, Field{"host_name", &SetMember::host_name},
             Field{"action", &SetMember::action});
  bool operator==(const SetMember&) const = default;
};

// What a tracker tells its peers, who may miss it.
enum class HintKind : std::uint8_t {
  kMembers = 0,  // the table of members has changed
  kJoined = 1,   // the node has joined the sender
  kOffline = 2,  // the sender hears nothing of the node any more
};

struct Hint {
  static constexpr std::string_view kName = "hint";
  static constexpr Command kCommand = Command::kHint;
  using Reply = Empty;
  std::uint8_t kind = 0;  // a HintKind
  TextZ<16> group;
  TextZ<128> host_name;
  OptionalTextZ<64> address;
  std::uint64_t start_time_s = 0;
  static constexpr auto kFields =
      Fields(Field{"kind", &Hint::kind}, Field{"group", &Hint::group},
             Field{"host_name", &Hint::host_name}, Field{"address", &Hint::address},
             Field{"start_time", &Hint::start_time_s});
  bool operator==(const Hint&) const = default;
};

// How calls to a storage ended for a client. Refusals are kOk: the storage answered.
enum class CallOutcome : std::uint8_t { kOk = 0, kFailed = 1, kSlow = 2 };

struct Report {
  static constexpr std::string_view kName = "report";
  static constexpr Command kCommand = Command::kReport;
  using Reply = Empty;
  TextZ<16> group;
  TextZ<64> address;
  std::uint8_t outcome = 0;      // a CallOutcome
  std::uint16_t calls = 1;       // that ended so, one after the other
  std::uint32_t latency_us = 0;  // of the longest of them
  static constexpr auto kFields =
      Fields(Field{"group", &Report::group}, Field{"address", &Report::address},
             Field{"outcome", &Report::outcome}, Field{"calls", &Report::calls},
             Field{"latency", &Report::latency_us});
  bool operator==(const Report&) const = default;
};

// Lines "service <TAB> NUMBER <TAB> NAME <TAB> ADDRESS <TAB> WEIGHT".
struct ServiceLines {
  static constexpr std::string_view kName = "service lines";
  TailLines<kMaxServiceLinesBytes> lines;
  static constexpr auto kFields = Fields(Field{"lines", &ServiceLines::lines});
  bool operator==(const ServiceLines&) const = default;
};

// All services there are besides storages, trackers and ID servers among them.
struct Services {
  static constexpr std::string_view kName = "services";
  static constexpr Command kCommand = Command::kServices;
  using Reply = ServiceLines;
  static constexpr auto kFields = Fields();
  bool operator==(const Services&) const = default;
};

// The numbers of our own services; operators take others (table `services`).
inline constexpr std::uint32_t kTrackerNumber = 1;
inline constexpr std::uint32_t kIdServerNumber = 2;

// --- ID server ---

struct Id {
  static constexpr std::string_view kName = "id";
  std::uint64_t id = 0;
  static constexpr auto kFields = Fields(Field{"id", &Id::id});
  bool operator==(const Id&) const = default;
};

struct GetId {
  static constexpr std::string_view kName = "get id";
  static constexpr Command kCommand = Command::kGetId;
  using Reply = Id;
  TailText<64> key;
  static constexpr auto kFields = Fields(Field{"key", &GetId::key});
  bool operator==(const GetId&) const = default;
};

// The ids first_id .. first_id + count - 1.
struct Ids {
  static constexpr std::string_view kName = "ids";
  std::uint64_t first_id = 0;
  std::uint32_t count = 0;
  static constexpr auto kFields =
      Fields(Field{"first_id", &Ids::first_id}, Field{"count", &Ids::count});
  bool operator==(const Ids&) const = default;
};

struct GetIds {
  static constexpr std::string_view kName = "get ids";
  static constexpr Command kCommand = Command::kGetIds;
  using Reply = Ids;
  std::uint32_t count = 0;  // 1 to kMaxIdsAtOnce
  TailText<64> key;
  static constexpr auto kFields =
      Fields(Field{"count", &GetIds::count}, Field{"key", &GetIds::key});
  bool operator==(const GetIds&) const = default;
};

// --- storage ---

struct Upload {
  static constexpr std::string_view kName = "upload";
  static constexpr Command kCommand = Command::kUpload;
  static constexpr bool kContentFollows = true;
  using Reply = Empty;
  ObjectKey key;
  std::uint64_t size_bytes = 0;
  static constexpr auto kFields =
      Fields(Field{"key", &Upload::key}, Field{"size", &Upload::size_bytes});
  bool operator==(const Upload&) const = default;
};

struct ObjectSize {
  static constexpr std::string_view kName = "object size";
  std::uint64_t size_bytes = 0;
  static constexpr auto kFields = Fields(Field{"size", &ObjectSize::size_bytes});
  bool operator==(const ObjectSize&) const = default;
};

struct Size {
  static constexpr std::string_view kName = "size";
  static constexpr Command kCommand = Command::kSize;
  using Reply = ObjectSize;
  ObjectKey key;
  static constexpr auto kFields = Fields(Field{"key", &Size::key});
  bool operator==(const Size&) const = default;
};

struct Download {
  static constexpr std::string_view kName = "download";
  static constexpr Command kCommand = Command::kDownload;
  using Reply = Content;
  ObjectKey key;
  std::uint64_t offset = 0;
  std::uint64_t size_bytes = 0;  // 0: to the end
  static constexpr auto kFields =
      Fields(Field{"key", &Download::key}, Field{"offset", &Download::offset},
             Field{"size", &Download::size_bytes});
  bool operator==(const Download&) const = default;
};

struct Delete {
  static constexpr std::string_view kName = "delete";
  static constexpr Command kCommand = Command::kDelete;
  using Reply = Empty;
  ObjectKey key;
  static constexpr auto kFields = Fields(Field{"key", &Delete::key});
  bool operator==(const Delete&) const = default;
};

struct Adopted {
  static constexpr std::string_view kName = "adopted";
  Sha256 sha256{};
  std::uint32_t crc32 = 0;
  static constexpr auto kFields =
      Fields(Field{"sha256", &Adopted::sha256}, Field{"crc32", &Adopted::crc32});
  bool operator==(const Adopted&) const = default;
};

struct Adopt {
  static constexpr std::string_view kName = "adopt";
  static constexpr Command kCommand = Command::kAdopt;
  using Reply = Adopted;
  ObjectKey key;
  std::uint64_t size_bytes = 0;
  TextZ<255> spool_name;
  static constexpr auto kFields =
      Fields(Field{"key", &Adopt::key}, Field{"size", &Adopt::size_bytes},
             Field{"spool_name", &Adopt::spool_name});
  bool operator==(const Adopt&) const = default;
};

struct ObjectStat {
  static constexpr std::string_view kName = "object stat";
  std::uint64_t size_bytes = 0;
  std::uint32_t crc32 = 0;
  Sha256 sha256{};
  std::uint64_t verified_at_s = 0;
  OptionalTextZ<255> local_file;
  static constexpr auto kFields =
      Fields(Field{"size", &ObjectStat::size_bytes}, Field{"crc32", &ObjectStat::crc32},
             Field{"sha256", &ObjectStat::sha256}, Field{"verified_at", &ObjectStat::verified_at_s},
             Field{"local_file", &ObjectStat::local_file});
  bool operator==(const ObjectStat&) const = default;
};

struct Stat {
  static constexpr std::string_view kName = "stat";
  static constexpr Command kCommand = Command::kStat;
  using Reply = ObjectStat;
  ObjectKey key;
  static constexpr auto kFields = Fields(Field{"key", &Stat::key});
  bool operator==(const Stat&) const = default;
};

// Lines "name<TAB>value".
struct StatisticsText {
  static constexpr std::string_view kName = "statistics text";
  TailLines<kMaxStatisticsBytes> lines;
  static constexpr auto kFields = Fields(Field{"lines", &StatisticsText::lines});
  bool operator==(const StatisticsText&) const = default;
};

struct Statistics {
  static constexpr std::string_view kName = "statistics";
  static constexpr Command kCommand = Command::kStatistics;
  using Reply = StatisticsText;
  static constexpr auto kFields = Fields();
  bool operator==(const Statistics&) const = default;
};

template <typename M>
concept Request = Message<M> && requires {
  { M::kCommand } -> std::convertible_to<Command>;
  typename M::Reply;
};

template <typename M>
concept RequestWithContent = Request<M> && M::kContentFollows;

}  // namespace yundisk::wire
