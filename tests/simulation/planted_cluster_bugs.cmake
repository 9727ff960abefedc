# The bugs that cluster_simulation_planted can switch on, as in planted_bugs.cmake: of the groups, the trackers, the ID servers
# and the client.
set(plant_set cluster)
set(plant_folder storage_core)

# --- The group: acknowledging, agreeing, catching up.
plant(acknowledge-alone storage/peer_table.cc
  [=[plan.required = rules_.min_replicas == 0 ? members : rules_.min_replicas;]=]
  [=[plan.required = rules_.min_replicas == 0 ? members : rules_.min_replicas;
  if (Planted("acknowledge-alone")) plan.required = 1;
  if (Planted("acknowledge-alone")) plan.all = false;]=])
plant(failed-copy-counts storage/upload_copies.cc
  [=[return copy.stage == Stage::kStored && !copy.target.member.draining;]=]
  [=[return (copy.stage == Stage::kStored || Planted("failed-copy-counts")) &&
           !copy.target.member.draining;]=])
plant(behind-is-in-step storage/peer_table.cc
  [=[  peer.told_in_step = after >= peer.behind;]=]
  [=[  peer.told_in_step = after >= peer.behind || Planted("behind-is-in-step");]=])
plant(denied-while-behind storage/replicated_engine.cc
  [=[if (group_.peers().InStep() && !group_.Wanted(key.text())) co_return error;]=]
  [=[if (Planted("denied-while-behind")) co_return error;
  if (group_.peers().InStep() && !group_.Wanted(key.text())) co_return error;]=])
plant(tombstones-not-caught-up storage/catch_up.cc
  [=[  if (row.deleted != 0) {
    if (!known]=]
  [=[  if (row.deleted != 0 && Planted("tombstones-not-caught-up")) co_return Result<void>();
  if (row.deleted != 0) {
    if (!known]=])
plant(change-skipped storage/catch_up.cc
  [=[    const wire::ChangeRow& row = pulls.rows[pulls.next++];]=]
  [=[    const wire::ChangeRow& row = pulls.rows[pulls.next++];
    if (Planted("change-skipped") && pulls.next % 3 == 0) continue;]=])
plant(damage-not-mended storage/group.cc
  [=[  if (wishes->all.contains(key)) return true;]=]
  [=[  if (wishes->all.contains(key) || Planted("damage-not-mended")) return true;]=])
plant(failed-pull-forgotten storage/catch_up.cc
  [=[      failed_.push_back(wanted[i]);]=]
  [=[      if (Planted("failed-pull-forgotten")) group_.HaveNow(wanted[i]);
      else failed_.push_back(wanted[i]);]=])
plant(nobody-decides storage/upload_copies.cc
  [=[  CO_TRY_VOID(co_await AgreeWithFirst(again));
]=]
  [=[  if (!Planted("nobody-decides")) {
    CO_TRY_VOID(co_await AgreeWithFirst(again));
  }
]=])

# --- Trackers.
plant(silent-storage-stays tracker/registry.cc
  [=[    if (node.last_sign <= silent_since) SetState]=]
  [=[    if (node.last_sign <= silent_since && !Planted("silent-storage-stays")) SetState]=])
plant(beat-of-an-older-life tracker/registry.cc
  [=[found->second.version.empty() || found->second.peer_ip != peer_ip)]=]
  [=[found->second.version.empty() ||
      (found->second.peer_ip != peer_ip && !Planted("beat-of-an-older-life")))]=])
plant(offline-is-offered tracker/choice.cc
  [=[    if (node.state != NodeState::kActive) continue;]=]
  [=[    if (node.state != NodeState::kActive && !Planted("offline-is-offered")) continue;]=])
plant(probed-well-stays-out tracker/outages.cc
  [=[    registry_->SetOut(name, false);]=]
  [=[    if (!Planted("probed-well-stays-out")) registry_->SetOut(name, false);]=])
plant(route-not-kept tracker/routes.cc
  [=[CO_TRY(group, co_await pool_->Run([&] { return store_->Keep(owner, chosen); }));]=]
  [=[if (Planted("route-not-kept")) {
      group = chosen;
    } else {
      CO_TRY(group, co_await pool_->Run([&] { return store_->Keep(owner, chosen); }));
    }]=])
plant(members-told-before-read tracker/service.cc
  [=[  if (!parts_.members.loaded())
]=]
  [=[  if (!parts_.members.loaded() && !Planted("members-told-before-read"))
]=])

# --- ID servers.
plant(block-without-reservation id_server/allocator.cc
  [=[  if (!block) return block.error();]=]
  [=[  if (!block && Planted("block-without-reservation") && counter.in_hand.end != 0)
    block = Block{counter.in_hand.end, counter.in_hand.end + options_.block_size};
  if (!block) return block.error();]=])
plant(last-id-given-again id_server/allocator.cc
  [=[    in_hand.next += taken;]=]
  [=[    in_hand.next += Planted("last-id-given-again") && taken > 1 ? taken - 1 : taken;]=])
plant(older-block-later id_server/allocator.cc
  [=[    if (in_hand.empty()) in_hand = std::exchange(ahead, {});]=]
  [=[    if (in_hand.empty() || (Planted("older-block-later") && !ahead.empty()))
      std::swap(in_hand, ahead);]=])

# --- The client.
plant(short-list-is-believed client/member_watch.cc
  [=[  AddForgotten(members, ParseRemoved(watched.lines.text, group));
]=]
  [=[  if (!Planted("short-list-is-believed"))
    AddForgotten(members, ParseRemoved(watched.lines.text, group));
]=])
plant(success-before-the-answer client/connection.cc
  [=[  TRY_VOID(SendRequest(content));
  TRY_VOID(ReadReplyToUpload<wire::Empty>(request.size_bytes));]=]
  [=[  TRY_VOID(SendRequest(content));
  if (Planted("success-before-the-answer")) {
    usable_ = false;
    return {};
  }
  TRY_VOID(ReadReplyToUpload<wire::Empty>(request.size_bytes));]=])
plant(too-few-copies-is-success client/cluster.cc
  [=[      const std::optional<Code> failure =
]=]
  [=[      if constexpr (std::is_same_v<decltype(result), Result<void>>)
        if (Planted("too-few-copies-is-success") && !result && result.error().code() == Code::kTooFewReplicas)
          return {};
      const std::optional<Code> failure =
]=])
plant(resume-at-the-wrong-byte client/cluster.cc
  [=[    progress.rest.offset += count;]=]
  [=[    progress.rest.offset += Planted("resume-at-the-wrong-byte") ? count + 1 : count;]=])
plant(resume-from-the-start client/cluster.cc
  [=[    progress.rest.size_bytes -= count;]=]
  [=[    progress.rest.size_bytes -= count;
    if (Planted("resume-from-the-start")) progress.rest.offset -= count;]=])
plant(lost-delete-is-success client/cluster.cc
  [=[if (!result && broke && result.error().code() == Code::kNotFound) return {};]=]
  [=[if (!result && broke && result.error().code() == Code::kNotFound) return {};
        if (Planted("lost-delete-is-success") && !result && !storage.usable()) return {};]=])
plant(first-id-of-a-block-twice client/id_source.cc
  [=[const std::uint64_t id = drawn.next++;]=]
  [=[const std::uint64_t id = Planted("first-id-of-a-block-twice") ? drawn.next : drawn.next++;]=])
plant(block-beyond-its-end client/id_source.cc
  [=[found->second.next < found->second.end)]=]
  [=[found->second.next <
            found->second.end + (Planted("block-beyond-its-end") ? 1 : 0))]=])

found_by(71 resume-at-the-wrong-byte resume-from-the-start)
found_by(47 behind-is-in-step)
found_by(48 beat-of-an-older-life)
found_by(34 failed-pull-forgotten)
found_by(33 members-told-before-read)
found_by(32 nobody-decides)
found_by(31 tombstones-not-caught-up)
