# The bugs that storage_simulation_planted can switch on (--bug NAME), each with the storage's code as it is and as it would be
# with the bug. The simulation has to find every one.
set(plant_set storage)
set(plant_folder storage_core/storage)

# --- Acknowledged before it is durable.
plant("volume-not-synced;sync-before-write;every-second-sync;sync-error-ignored" log_writer.cc
  [=[CO_TRY_VOID(co_await active_->file->WriteAt(start, pieces));
  CO_TRY_VOID(co_await active_->file->Sync());]=]
  [=[CO_TRY_VOID(co_await active_->file->WriteAt(start, pieces));
  if (Planted("sync-before-write")) CO_TRY_VOID(co_await active_->file->Sync());
  if (Planted("sync-before-write")) CO_TRY_VOID(co_await active_->file->WriteAt(start, pieces));
  if (Planted("every-second-sync") && ++active_->syncs % 2 == 0) {
    active_->end = at;
    co_return Result<void>();
  }
  const bool left_out = Planted("volume-not-synced") || Planted("sync-before-write");
  if (!left_out) {
    const Result<void> synced = co_await active_->file->Sync();
    if (!synced && !Planted("sync-error-ignored")) co_return synced;
  }]=])
plant(every-second-sync log_writer.cc "bool preparing = false;" "bool preparing = false;\n  int syncs = 0;")
plant(name-of-volume-not-synced log_writer.cc
  [=[if (made) made = co_await environment_.files.SyncFolder(volumes_.folder());]=]
  [=[if (made && !Planted("name-of-volume-not-synced"))
    made = co_await environment_.files.SyncFolder(volumes_.folder());]=])
plant("large-file-not-synced;name-of-large-file-not-synced" large_writer.cc
  [=[const Result<void> synced = co_await file.Sync();
  CO_TRY_VOID(Secured(synced));
  // Sync the folder as well: without it a power cut can take the file's name.]=]
  [=[Result<void> synced = Result<void>();
  if (!Planted("large-file-not-synced")) synced = co_await file.Sync();
  CO_TRY_VOID(Secured(synced));
  if (Planted("name-of-large-file-not-synced")) co_return hashed;]=])
plant("rename-not-synced;adopted-sync-error-ignored" large_writer.cc
  [=[CO_TRY_VOID(Secured(content_synced));
  if (!hashed) co_return hashed.error();]=]
  [=[if (!Planted("adopted-sync-error-ignored")) CO_TRY_VOID(Secured(content_synced));
  if (!hashed) co_return hashed.error();
  if (Planted("rename-not-synced")) co_return hashed;]=])
plant(full-disk-is-success committer.cc
  [=[for (Operation* const operation : writing) operation->refused = appended.error();]=]
  [=[for (Operation* const operation : writing)
        if (!Planted("full-disk-is-success")) operation->refused = appended.error();]=])

# --- Start-up.
plant(no-replay recovery.cc
  [=[if (number < start.volume) continue;]=]
  [=[if (number < start.volume || Planted("no-replay")) continue;]=])
plant(replay-skips-last recovery.cc
  [=[CO_TRY_VOID(Apply(volume, *scanned, false));
      CO_TRY_VOID(CommitSome());]=]
  [=[if (!Planted("replay-skips-last")) {
        CO_TRY_VOID(Apply(volume, *scanned, false));
      } else {
        if (previous) CO_TRY_VOID(Apply(volume, *previous, false));
        previous = scanned;
      }
      CO_TRY_VOID(CommitSome());]=])
plant(replay-skips-last recovery.cc "std::vector<Scanned> doubts;" "std::vector<Scanned> doubts;\n  std::optional<Scanned> previous;")
plant(recovery-end-off-by-one recovery.cc
  [=[end = scanned->offset + scanned->size_bytes;]=]
  [=[end = scanned->offset + (Planted("recovery-end-off-by-one") ? 0 : scanned->size_bytes);]=])
plant(checkpoint-off-by-one recovery.cc
  [=[const std::uint64_t from = number == start.volume ? start.offset : kFirstRecordAt;]=]
  [=[const std::uint64_t from = number == start.volume
                                   ? start.offset + (Planted("checkpoint-off-by-one") ? 8 : 0)
                                   : kFirstRecordAt;]=])
plant(torn-tail-kept recovery.cc
  [=[CO_TRY_VOID(co_await Clear(file, scanned->offset, size_bytes));]=]
  [=[if (!Planted("torn-tail-kept")) CO_TRY_VOID(co_await Clear(file, scanned->offset, size_bytes));]=])
plant(sequence-used-twice recovery.cc
  [=[next_sequence_ = std::max(next_sequence_, decoded.record.sequence + 1);]=]
  [=[if (!Planted("sequence-used-twice"))
    next_sequence_ = std::max(next_sequence_, decoded.record.sequence + 1);]=])

# --- Deciding.
plant(deleted-id-used-again committer.cc
  [=[if (known && known->deleted())
    return Error::Make(Code::kDeleted,]=]
  [=[if (known && known->deleted() && !Planted("deleted-id-used-again"))
    return Error::Make(Code::kDeleted,]=])
plant(deleted-id-used-again local_engine.cc
  [=[if (known && known->deleted())
    co_return Error::Make(Code::kDeleted,]=]
  [=[if (known && known->deleted() && Planted("deleted-id-used-again"))
    co_return std::make_unique<Promise>(promised_bytes_, size_bytes);
  if (known && known->deleted())
    co_return Error::Make(Code::kDeleted,]=])
plant(other-content-accepted committer.cc
  [=[known->record.digest.sha256 != operation.record.digest.sha256))]=]
  [=[(known->record.digest.sha256 != operation.record.digest.sha256 &&
                 !Planted("other-content-accepted"))))]=])
plant(one-key-twice-in-a-batch committer.cc
  [=[if (!room || !keys.insert(operation->key).second) {]=]
  [=[if (!room || (!keys.insert(operation->key).second && !Planted("one-key-twice-in-a-batch"))) {]=])
plant(writes-go-on-after-failure committer.cc
  [=[Stop(appended.error());
      co_return appended;]=]
  [=[if (!Planted("writes-go-on-after-failure")) Stop(appended.error());
      co_return appended;]=])
plant(file-deleted-before-its-tombstone local_engine.cc
  [=[CO_TRY(const Entry removed, co_await committer_->Remove(key.text(), now_s));]=]
  [=[if (Planted("file-deleted-before-its-tombstone") && known->large()) {
    const std::string early = large_files_.Path(known->record.large_name);
    static_cast<void>(co_await environment_.files.Remove(early));
  }
  CO_TRY(const Entry removed, co_await committer_->Remove(key.text(), now_s));]=])

# --- Large files.
plant(rename-lost large_writer.cc
  [=[CO_TRY_VOID(co_await parts_.files.Rename(from, path));]=]
  [=[if (!Planted("rename-lost")) CO_TRY_VOID(co_await parts_.files.Rename(from, path));]=])
plant(file-removed-when-outcome-is-open large_writer.cc
  [=[: !NothingWritten(stored.error());]=]
  [=[: !NothingWritten(stored.error()) && !Planted("file-removed-when-outcome-is-open");]=])
plant(second-copy-kept large_writer.cc
  [=[return stored ? !stored->already :]=]
  [=[return stored ? Planted("second-copy-kept") || !stored->already :]=])
plant(sweep-removes-needed-files large_files.cc
  [=[if (needed) continue;]=]
  [=[if (needed && !Planted("sweep-removes-needed-files")) continue;]=])
plant(sweep-removes-files-in-flight large_files.cc
  [=[in_flight_.Lock()->contains(*name)) continue;]=]
  [=[(in_flight_.Lock()->contains(*name) && !Planted("sweep-removes-files-in-flight"))) continue;]=])

# --- Compaction.
plant(tombstone-forgotten-by-compaction compactor.cc
  [=[if (scanned->kind != Scanned::Kind::kRecord) continue;]=]
  [=[if (scanned->kind != Scanned::Kind::kRecord) continue;
    if (Planted("tombstone-forgotten-by-compaction") &&
        scanned->decoded.record.kind == RecordKind::kTombstone)
      continue;]=])
plant("tombstone-forgotten-by-compaction;volume-removed-too-early" compactor.cc
  [=[if (parts_.catalog.live_bytes()[number] != 0) {]=]
  [=[const bool hasty =
      Planted("tombstone-forgotten-by-compaction") || Planted("volume-removed-too-early");
  if (!hasty && parts_.catalog.live_bytes()[number] != 0) {]=])
plant(volume-removed-too-early compactor.cc
  [=[CO_TRY_VOID(co_await MoveOut(*volume));]=]
  [=[if (!Planted("volume-removed-too-early")) CO_TRY_VOID(co_await MoveOut(*volume));]=])
plant(stale-entry-on-move committer.cc
  [=[CHECK(newest);]=]
  [=[CHECK(newest);
    if (Planted("stale-entry-on-move") && operation->kind == Operation::Kind::kMove) {
      entry.place = operation->from;
      catalog_.StageVerdict(operation->key, entry);
    }]=])
plant(move-revives-the-deleted committer.cc
  [=[return known && known->place == operation.from;]=]
  [=[return Planted("move-revives-the-deleted") || (known && known->place == operation.from);]=])

# --- Damage.
plant(checksum-not-verified object_reader.cc
  [=[Crc32(payload) != entry.record.payload_crc32)]=]
  [=[(!Planted("checksum-not-verified") && Crc32(payload) != entry.record.payload_crc32))]=])
plant(block-checksum-not-verified content.cc
  [=[if (number >= checksums_.crcs.size() || Crc32(block_) != checksums_.crcs[number])]=]
  [=[if (number >= checksums_.crcs.size() ||
      (!Planted("block-checksum-not-verified") && Crc32(block_) != checksums_.crcs[number]))]=])

found_by(2920 sync-before-write)
found_by(1367 torn-tail-kept)
found_by(638 sweep-removes-files-in-flight)
found_by(136 file-removed-when-outcome-is-open)
found_by(88 adopted-sync-error-ignored tombstone-forgotten-by-compaction)
found_by(90 checkpoint-off-by-one)
found_by(80 block-checksum-not-verified)
found_by(43 writes-go-on-after-failure)
found_by(25 full-disk-is-success)
