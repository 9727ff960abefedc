-- Trackers and ID servers write down themselves where they are, so that everybody learns of a new one without a restart. A row that is
-- no longer refreshed is passed over after an hour; one that an operator made counts as long as it is there.
ALTER TABLE services
  ADD COLUMN announced_at BIGINT NULL COMMENT 's since 1970 by this server: by the service itself; NULL: by an operator';
