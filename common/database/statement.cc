#include "common/database/statement.h"

#include <cstring>
#include <span>

#include "common/base/check.h"

namespace yundisk::db {
namespace {

// Where the client library finds one parameter. The API takes pointers to mutable data but only
// reads them.
struct ParameterBinding {
  MYSQL_BIND& bind;

  void operator()(std::monostate) const { bind.buffer_type = MYSQL_TYPE_NULL; }
  void operator()(const std::int64_t& value) const { Integer(&value, false); }
  void operator()(const std::uint64_t& value) const { Integer(&value, true); }
  void operator()(std::string_view text) const {
    Sequence(MYSQL_TYPE_STRING, text.data(), text.size());
  }
  void operator()(ByteView bytes) const { Sequence(MYSQL_TYPE_BLOB, bytes.data(), bytes.size()); }

  void Integer(const void* value, bool is_unsigned) const {
    bind.buffer_type = MYSQL_TYPE_LONGLONG;
    bind.buffer = const_cast<void*>(value);
    bind.is_unsigned = is_unsigned ? 1 : 0;
  }
  void Sequence(enum_field_types type, const void* data, std::size_t size) const {
    static const char nothing = 0;
    bind.buffer_type = type;
    bind.buffer = const_cast<void*>(size == 0 ? &nothing : data);
    bind.buffer_length = static_cast<unsigned long>(size);
  }
};

// The values of one parameter in all rows, as arrays: integers, or pointers and lengths.
class ParameterColumn {
 public:
  void Add(const Value& value) {
    const bool is_null = std::holds_alternative<std::monostate>(value);
    indicators_.push_back(is_null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE);
    MYSQL_BIND one{};
    std::visit(ParameterBinding{one}, value);
    if (!is_null) {
      CHECK(type_ == MYSQL_TYPE_NULL ||
            (type_ == one.buffer_type && is_unsigned_ == one.is_unsigned));
      type_ = one.buffer_type;
      is_unsigned_ = one.is_unsigned;
    }
    std::uint64_t integer = 0;
    if (one.buffer_type == MYSQL_TYPE_LONGLONG) std::memcpy(&integer, one.buffer, sizeof integer);
    integers_.push_back(integer);
    pointers_.push_back(one.buffer);
    lengths_.push_back(one.buffer_length);
  }

  void Bind(MYSQL_BIND& bind) {
    bind.buffer_type = type_;
    bind.is_unsigned = is_unsigned_;
    bind.u.indicator = indicators_.data();
    bind.length = lengths_.data();
    if (type_ == MYSQL_TYPE_LONGLONG)
      bind.buffer = integers_.data();
    else
      bind.buffer = pointers_.data();
  }

 private:
  enum_field_types type_ = MYSQL_TYPE_NULL;  // until a value is not null
  my_bool is_unsigned_ = 0;
  std::vector<char> indicators_;
  std::vector<std::uint64_t> integers_;
  std::vector<void*> pointers_;
  std::vector<unsigned long> lengths_;
};

bool IsInteger(const MYSQL_FIELD& field) {
  switch (field.type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG: return true;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL: return field.decimals == 0;  // what SUM makes of integers
    default: return false;
  }
}

// The place one column's values are read into, row after row.
struct ColumnBuffer {
  bool is_integer = false;
  bool is_unsigned = false;
  std::uint64_t integer = 0;
  std::string text;
  unsigned long length = 0;
  my_bool is_null = 0;

  void Bind(const MYSQL_FIELD& field, MYSQL_BIND& bind) {
    is_integer = IsInteger(field);
    is_unsigned = (field.flags & UNSIGNED_FLAG) != 0;
    bind.is_null = &is_null;
    bind.length = &length;
    if (is_integer) {
      bind.buffer_type = MYSQL_TYPE_LONGLONG;
      bind.buffer = &integer;
      bind.buffer_length = sizeof integer;
      bind.is_unsigned = is_unsigned ? 1 : 0;
    } else {
      text.resize(field.max_length);
      bind.buffer_type = MYSQL_TYPE_STRING;
      bind.buffer = text.data();
      bind.buffer_length = static_cast<unsigned long>(text.size());
    }
  }
  Row::Cell Take() const {
    if (is_null) return std::monostate{};
    if (!is_integer) return text.substr(0, length);
    if (is_unsigned) return integer;
    return static_cast<std::int64_t>(integer);
  }
};

class ResultMetadata {
 public:
  explicit ResultMetadata(MYSQL_STMT* statement) : result_(mysql_stmt_result_metadata(statement)) {}
  ~ResultMetadata() { mysql_free_result(result_); }
  ResultMetadata(const ResultMetadata&) = delete;
  ResultMetadata& operator=(const ResultMetadata&) = delete;

  std::span<const MYSQL_FIELD> fields() const {
    if (result_ == nullptr) return {};
    return {mysql_fetch_fields(result_), mysql_num_fields(result_)};
  }

 private:
  MYSQL_RES* result_;
};

}  // namespace

bool Statement::Prepare(std::string_view sql) {
  // Makes the library measure the longest value of each column, so that one buffer a column fits.
  const my_bool measure = 1;
  mysql_stmt_attr_set(statement_.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &measure);
  return mysql_stmt_prepare(statement_.get(), sql.data(), static_cast<unsigned long>(sql.size())) ==
         0;
}

bool Statement::Execute(const std::vector<Value>& values) {
  CHECK(values.size() == parameters());
  std::vector<MYSQL_BIND> binds(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) std::visit(ParameterBinding{binds[i]}, values[i]);
  if (!binds.empty() && mysql_stmt_bind_param(statement_.get(), binds.data()) != 0) return false;
  return mysql_stmt_execute(statement_.get()) == 0;
}

bool Statement::ExecuteRows(const std::vector<Value>& values) {
  MYSQL_STMT* const statement = statement_.get();
  CHECK(parameters() > 0 && values.size() % parameters() == 0);
  std::vector<ParameterColumn> columns(parameters());
  for (std::size_t i = 0; i < values.size(); ++i) columns[i % columns.size()].Add(values[i]);
  std::vector<MYSQL_BIND> binds(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].Bind(binds[i]);
  const auto with_rows = [&](unsigned rows) {
    return mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &rows) == 0;
  };
  const bool done = with_rows(static_cast<unsigned>(values.size() / columns.size())) &&
                    mysql_stmt_bind_param(statement, binds.data()) == 0 &&
                    mysql_stmt_execute(statement) == 0;
  return with_rows(0) && done;
}

bool Statement::FetchAll(std::vector<Row>& rows) {
  MYSQL_STMT* const statement = statement_.get();
  if (mysql_stmt_store_result(statement) != 0) return false;
  const ResultMetadata metadata(statement);
  const auto fields = metadata.fields();
  std::vector<ColumnBuffer> columns(fields.size());
  std::vector<MYSQL_BIND> binds(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) columns[i].Bind(fields[i], binds[i]);
  bool ok = fields.empty() || mysql_stmt_bind_result(statement, binds.data()) == 0;
  rows.reserve(mysql_stmt_num_rows(statement));
  while (ok) {
    const int fetched = fields.empty() ? MYSQL_NO_DATA : mysql_stmt_fetch(statement);
    if (fetched == MYSQL_NO_DATA) break;
    ok = fetched == 0;
    std::vector<Row::Cell> cells;
    cells.reserve(columns.size());
    for (const ColumnBuffer& column : columns) cells.push_back(column.Take());
    rows.emplace_back(std::move(cells));
  }
  return mysql_stmt_free_result(statement) == 0 && ok;
}

Failure Statement::failure() const {
  return {mysql_stmt_errno(statement_.get()), mysql_stmt_error(statement_.get())};
}

}  // namespace yundisk::db
