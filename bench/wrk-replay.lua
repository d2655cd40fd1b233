-- Sends the prepared requests of WRK_REQUESTS (a Lua table) in turn and prints one line of JSON at the end.
local requests = dofile(os.getenv("WRK_REQUESTS"))
local prepared = {}
local sent = 0

init = function()
  for index, r in ipairs(requests) do
    prepared[index] = wrk.format(r.method, r.path, r.headers, r.body)
  end
end

request = function()
  sent = sent + 1
  return prepared[(sent - 1) % #prepared + 1]
end

-- wrk counts in microseconds.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON{"requests":%d,"seconds":%.6f,"bytes":%d,"errors":%d,"p50Ms":%.3f,"p99Ms":%.3f}\n',
    summary.requests,
    summary.duration / 1e6,
    summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status,
    latency:percentile(50) / 1000,
    latency:percentile(99) / 1000
  ))
end
