-- For wrk: compares every response, and prints how many there were and were wrong.
local threads = {}

function setup(thread)
	table.insert(threads, thread)
end

function init()
	responses = 0
	wrong = 0
end

function response(status, _, body)
	responses = responses + 1
	if status ~= 200 or body ~= "Hello from softirq\n" then
		wrong = wrong + 1
	end
end

function done()
	local all, bad = 0, 0
	for _, thread in ipairs(threads) do
		all = all + thread:get("responses")
		bad = bad + thread:get("wrong")
	end
	print("responses: " .. all)
	print("wrong: " .. bad)
end
