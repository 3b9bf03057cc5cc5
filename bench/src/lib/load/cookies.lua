-- Sends the Cookie headers of a file, one a line, in turn: every connection meets many sessions.
local requests, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Cookie"] = line })
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
