#include "common/database/connection.h"

#include <charconv>
#include <optional>
#include <tuple>
#include <utility>

#include <errmsg.h>
#include <mysqld_error.h>
#include <sys/socket.h>

#include "common/base/log.h"

namespace yundisk::db {
namespace {

constexpr std::size_t kStatementShownBytes = 120;

enum class Kind { kDuplicate, kDeadlock, kLost, kBusy, kFull, kOurs };

Kind Classify(unsigned number) {
  switch (number) {
    case ER_DUP_ENTRY:
    case ER_DUP_ENTRY_WITH_KEY_NAME: return Kind::kDuplicate;
    case ER_LOCK_DEADLOCK:
    case ER_CHECKREAD: return Kind::kDeadlock;
    case CR_SERVER_GONE_ERROR:
    case CR_SERVER_LOST:
    case CR_CONNECTION_ERROR:
    case CR_CONN_HOST_ERROR:
    case CR_SERVER_LOST_EXTENDED:
    case CR_COMMANDS_OUT_OF_SYNC:
    case ER_SERVER_SHUTDOWN:
    case ER_CONNECTION_KILLED: return Kind::kLost;
    case ER_LOCK_WAIT_TIMEOUT:
    case ER_STATEMENT_TIMEOUT:
    case ER_QUERY_INTERRUPTED:
    case ER_OPTION_PREVENTS_STATEMENT:  // --read-only
    case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
    case ER_TOO_MANY_USER_CONNECTIONS:
    case ER_CON_COUNT_ERROR: return Kind::kBusy;
    case ER_DISK_FULL:
    case ER_RECORD_FILE_FULL: return Kind::kFull;
    default: return Kind::kOurs;
  }
}

Code CodeOf(Kind kind) {
  switch (kind) {
    case Kind::kDuplicate: return Code::kExists;
    case Kind::kFull: return Code::kNoSpace;
    case Kind::kDeadlock:
    case Kind::kLost:
    case Kind::kBusy: return Code::kUnavailable;
    case Kind::kOurs: return Code::kInternal;
  }
  return Code::kInternal;
}

struct HostPort {
  std::string host;
  unsigned port;
};

std::optional<HostPort> SplitHostPort(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint16_t port = 0;
  const char* const end = address.data() + address.size();
  const auto [stop, error] = std::from_chars(address.data() + colon + 1, end, port);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return HostPort{std::string(address.substr(0, colon)), port};
}

bool ConnectTo(MYSQL* mysql, const Options& options, const HostPort* host) {
  const char* const database = options.name.empty() ? nullptr : options.name.c_str();
  return mysql_real_connect(mysql, host ? host->host.c_str() : nullptr, options.user.c_str(),
                            options.password.c_str(), database, host ? host->port : 0,
                            host ? nullptr : options.socket.c_str(), CLIENT_FOUND_ROWS) != nullptr;
}

Error CannotConnect(MYSQL* mysql, std::string_view where) {
  return Error::Make(Code::kUnavailable, "connect to MariaDB at {}: {}", where, mysql_error(mysql));
}

}  // namespace

Connection::Handle Connection::Configure(const Options& options) {
  Handle mysql(mysql_init(nullptr));
  CHECK(mysql != nullptr);
  const auto connect_s = static_cast<unsigned>((options.connect_timeout.count() + 999) / 1000);
  // The server ends a statement at its timeout; the client gives up a little later, for a server
  // that no longer answers at all.
  const auto read_s = static_cast<unsigned>(options.statement_timeout.count() + 2);
  mysql_options(mysql.get(), MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
  mysql_options(mysql.get(), MYSQL_OPT_READ_TIMEOUT, &read_s);
  mysql_options(mysql.get(), MYSQL_OPT_WRITE_TIMEOUT, &read_s);
  mysql_options(mysql.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const std::string setup = fmt::format(
      "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', "
      "max_statement_time = {0}, innodb_lock_wait_timeout = {0}",
      options.statement_timeout.count());
  mysql_options(mysql.get(), MYSQL_INIT_COMMAND, setup.c_str());
  return mysql;
}

Result<std::unique_ptr<Connection>> Connection::Open(const Options& options) {
  if (!options.socket.empty()) {
    Handle mysql = Configure(options);
    if (!ConnectTo(mysql.get(), options, nullptr))
      return CannotConnect(mysql.get(), options.socket);
    return std::unique_ptr<Connection>(new Connection(std::move(mysql)));
  }
  std::optional<Error> last;
  for (const std::string& address : options.hosts) {
    const auto host = SplitHostPort(address);
    if (!host)
      return Error::Make(Code::kBadRequest, "database host '{}' is not \"host:port\"", address);
    Handle mysql = Configure(options);
    if (ConnectTo(mysql.get(), options, &*host))
      return std::unique_ptr<Connection>(new Connection(std::move(mysql)));
    last = CannotConnect(mysql.get(), address);
  }
  return last ? *last : Error(Code::kUnavailable, "no address of MariaDB is configured");
}

bool Connection::WentStale() const {
  char byte;
  const ssize_t got =
      recv(static_cast<int>(mysql_get_socket(mysql_.get())), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

void Connection::ClearError() {
  transient_ = false;
  error_number_ = 0;
}

Error Connection::Fail(const Failure& failure, std::string_view sql) {
  const Kind kind = Classify(failure.number);
  error_number_ = failure.number;
  transient_ = kind == Kind::kDeadlock || (kind == Kind::kLost && in_transaction_);
  if (kind == Kind::kLost) usable_ = false;
  // A duplicate's text quotes the value; that stays here.
  const std::string_view text = kind == Kind::kDuplicate ? "a unique key has this value already"
                                                         : std::string_view(failure.text);
  return Error::Make(CodeOf(kind), "MariaDB, '{}': {} ({})", sql.substr(0, kStatementShownBytes),
                     text, failure.number);
}

Result<Statement*> Connection::Prepare(std::string_view sql) {
  if (const auto found = by_sql_.find(sql); found != by_sql_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return &found->second->statement;
  }
  MYSQL_STMT* const raw = mysql_stmt_init(mysql_.get());
  CHECK(raw != nullptr);
  Statement statement(raw);
  if (!statement.Prepare(sql)) return Fail(statement.failure(), sql);
  if (recent_.size() == kPreparedStatementsMax) {
    by_sql_.erase(recent_.back().sql);
    recent_.pop_back();
  }
  recent_.push_front({std::string(sql), std::move(statement)});
  by_sql_.emplace(recent_.front().sql, recent_.begin());
  return &recent_.front().statement;
}

Result<Statement*> Connection::Run(std::string_view sql, const std::vector<Value>& values) {
  ClearError();
  TRY(Statement * statement, Prepare(sql));
  if (!statement->Execute(values)) return Fail(statement->failure(), sql);
  return statement;
}

Result<std::vector<Row>> Connection::Query(std::string_view sql, const std::vector<Value>& values) {
  TRY(Statement * statement, Run(sql, values));
  std::vector<Row> rows;
  if (!statement->FetchAll(rows)) return Fail(statement->failure(), sql);
  return rows;
}

Result<std::uint64_t> Connection::Execute(std::string_view sql, const std::vector<Value>& values) {
  TRY(const Statement* statement, Run(sql, values));
  return statement->affected_rows();
}

Result<std::uint64_t> Connection::ExecuteRows(std::string_view sql,
                                              const std::vector<Value>& values) {
  if (values.empty()) return std::uint64_t{0};
  ClearError();
  TRY(Statement * statement, Prepare(sql));
  if (!statement->ExecuteRows(values)) return Fail(statement->failure(), sql);
  return statement->affected_rows();
}

Result<void> Connection::Control(const char* sql) {
  ClearError();
  if (mysql_query(mysql_.get(), sql) == 0) return {};
  return Fail({mysql_errno(mysql_.get()), mysql_error(mysql_.get())}, sql);
}

Result<void> Connection::Begin() {
  CHECK(!in_transaction_);
  in_transaction_ = true;
  Result<void> begun = Control("START TRANSACTION");
  if (!begun) in_transaction_ = false;
  return begun;
}

Result<void> Connection::Commit() {
  in_transaction_ = false;
  Result<void> committed = Control("COMMIT");
  // Whatever failed, the transaction must not linger on a connection that goes back to the pool.
  if (!committed) usable_ = false;
  return committed;
}

void Connection::Rollback() {
  in_transaction_ = false;
  // The reason of the failure before stays the one LastErrorWasTransient tells.
  const auto before = std::pair(transient_, error_number_);
  if (usable_ && !Control("ROLLBACK")) usable_ = false;
  std::tie(transient_, error_number_) = before;
}

}  // namespace yundisk::db
