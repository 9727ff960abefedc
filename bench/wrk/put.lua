-- PUTs of new paths with new content: wrk ... -s put.lua URL -- RUN BYTES [TOKEN]
-- No two requests share a path or a content, so that nothing is replaced and nothing deduplicated.
-- Ends with one line of JSON for bench/lib/load.mjs.
local files_per_folder = 1000
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("id", threads)
end

function init(args)
  local run, size = args[1], tonumber(args[2])
  local token = args[3]
  local head = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] ..
    "\r\nContent-Length: " .. size .. "\r\n" ..
    (token and "Authorization: Bearer " .. token .. "\r\n" or "") .. "\r\n"
  local filler = string.rep("x", size)
  local path = wrk.path
  local sent = 0
  request = function()
    sent = sent + 1
    local name = run .. "/" .. id .. "/" .. math.floor(sent / files_per_folder) .. "/" .. sent
    return "PUT " .. path .. name .. head .. name .. string.sub(filler, #name + 1)
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"bytes":%d,"duration_us":%d,"failed":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.bytes, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
