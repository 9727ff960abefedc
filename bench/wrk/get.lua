-- GETs of one URL: wrk ... -s get.lua URL -- [TOKEN]
-- Ends with one line of JSON for bench/lib/load.mjs.
function init(args)
  local headers = {}
  if args[1] then headers["Authorization"] = "Bearer " .. args[1] end
  local text = wrk.format("GET", nil, headers)
  request = function() return text end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"bytes":%d,"duration_us":%d,"failed":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.bytes, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
