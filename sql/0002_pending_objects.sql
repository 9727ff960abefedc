-- File ids that were drawn for uploads and are not (yet) a blob's. A row is committed before anything is stored under its
-- id and goes in the transaction that makes the blob, so an upload that dies in between leaves a row for the collector.
CREATE TABLE pending_objects (
  file_id VARBINARY(128) NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL COMMENT 'ms since 1970',
  deleting BOOLEAN NOT NULL DEFAULT FALSE COMMENT 'the collector is at it: it can no longer become a blob',
  KEY (created_at)
) ENGINE = InnoDB;
