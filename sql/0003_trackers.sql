-- What operators make of members; a removed one stays as a row, so that the process that was removed does not come back by itself.
ALTER TABLE members
  ADD COLUMN standing ENUM('active', 'draining', 'removed') NOT NULL DEFAULT 'active',
  ADD COLUMN started_at BIGINT NOT NULL DEFAULT 0 COMMENT 's since 1970: the start time of the process that joined last';

-- What operators say of groups; one without a row has no region and no reserve.
CREATE TABLE storage_groups (
  group_name VARBINARY(16) NOT NULL PRIMARY KEY,
  region VARBINARY(32) NOT NULL DEFAULT '',
  reserve_bytes BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'left free by new content'
) ENGINE = InnoDB;

-- Services that clients find through a look-up over UDP, besides storages. Edited by operators; trackers read it again every few seconds.
CREATE TABLE services (
  number INT UNSIGNED NOT NULL COMMENT 'which service: the same for all hosts that do the same',
  address VARCHAR(64) NOT NULL COMMENT 'host:port',
  name VARCHAR(32) NOT NULL,
  weight INT UNSIGNED NOT NULL DEFAULT 1,
  enabled BOOLEAN NOT NULL DEFAULT TRUE,
  PRIMARY KEY (number, address)
) ENGINE = InnoDB;
