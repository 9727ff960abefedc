-- Accounts, sessions, the tree, blobs, the journal, and what the storage core keeps in the database.
-- Text is utf8mb4 compared bytewise; ids come from id_blocks, never from AUTO_INCREMENT.

CREATE TABLE id_blocks (
  name VARBINARY(64) NOT NULL PRIMARY KEY,
  next_id BIGINT UNSIGNED NOT NULL
) ENGINE = InnoDB;

-- The group of every (application, user) whose file ids do not name one.
CREATE TABLE routes (
  application VARBINARY(16) NOT NULL,
  user VARBINARY(256) NOT NULL,
  group_name VARBINARY(16) NOT NULL,
  created_at BIGINT NOT NULL COMMENT 'ms since 1970',
  PRIMARY KEY (application, user)
) ENGINE = InnoDB;

-- Every storage that ever joined; removed only by an operator.
CREATE TABLE members (
  group_name VARBINARY(16) NOT NULL,
  host_name VARBINARY(128) NOT NULL,
  address VARCHAR(64) NOT NULL,
  joined_at BIGINT NOT NULL COMMENT 's since 1970',
  PRIMARY KEY (group_name, host_name)
) ENGINE = InnoDB;

CREATE TABLE users (
  id BIGINT NOT NULL PRIMARY KEY,
  username VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  username_key VARBINARY(256) NOT NULL COMMENT 'folded, so that look-alike spellings are one name',
  role ENUM('admin', 'user', 'read_only') NOT NULL,
  scram_salt VARBINARY(32) NOT NULL,
  scram_memory_kib INT UNSIGNED NOT NULL COMMENT 'Argon2id',
  scram_passes INT UNSIGNED NOT NULL COMMENT 'Argon2id',
  scram_stored_key BINARY(32) NOT NULL COMMENT 'RFC 5802',
  scram_server_key BINARY(32) NOT NULL COMMENT 'RFC 5802',
  password_is_initial BOOLEAN NOT NULL,
  quota_bytes BIGINT UNSIGNED NOT NULL COMMENT '0: none',
  used_bytes BIGINT UNSIGNED NOT NULL,
  root_id BIGINT NOT NULL,
  journal_sequence BIGINT UNSIGNED NOT NULL,
  created_at BIGINT NOT NULL COMMENT 'ms since 1970',
  UNIQUE KEY (username_key)
) ENGINE = InnoDB;

CREATE TABLE sessions (
  token_hash BINARY(32) NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the token',
  user_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  address VARCHAR(64) NOT NULL,
  user_agent VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  KEY (user_id),
  KEY (expires_at)
) ENGINE = InnoDB;

-- Content, once for all who have it. live is NULL while the blob is being deleted, so that the same content can come
-- again meanwhile under another id.
CREATE TABLE blobs (
  id BIGINT NOT NULL PRIMARY KEY,
  sha256 BINARY(32) NOT NULL,
  size_bytes BIGINT UNSIGNED NOT NULL,
  crc32 INT UNSIGNED NOT NULL,
  file_id VARBINARY(128) NOT NULL COMMENT 'in the storage core, application yundisk, user blobs',
  refs INT UNSIGNED NOT NULL,
  live TINYINT NULL DEFAULT 1,
  unreferenced_at BIGINT NULL COMMENT 'ms since 1970, while refs = 0',
  created_at BIGINT NOT NULL,
  UNIQUE KEY (sha256, size_bytes, live),
  KEY (unreferenced_at)
) ENGINE = InnoDB;

-- One tree per user; the root has parent_id 0 and an empty name. No paths are stored.
CREATE TABLE nodes (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  parent_id BIGINT NOT NULL,
  name VARBINARY(255) NOT NULL COMMENT 'UTF-8',
  sort_key VARBINARY(600) NOT NULL COMMENT 'natural order',
  kind ENUM('folder', 'file') NOT NULL,
  blob_id BIGINT NULL,
  size_bytes BIGINT UNSIGNED NOT NULL,
  revision BIGINT UNSIGNED NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  UNIQUE KEY (user_id, parent_id, name),
  KEY listing (parent_id, kind, sort_key, id),
  KEY (blob_id)
) ENGINE = InnoDB;

-- One row for every change of a tree, written in its transaction.
CREATE TABLE journal (
  user_id BIGINT NOT NULL,
  sequence BIGINT UNSIGNED NOT NULL,
  at BIGINT NOT NULL,
  action ENUM('create', 'replace', 'move', 'delete') NOT NULL,
  node_id BIGINT NOT NULL,
  before_state JSON NULL,
  after_state JSON NULL,
  PRIMARY KEY (user_id, sequence)
) ENGINE = InnoDB;
