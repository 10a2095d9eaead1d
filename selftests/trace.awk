# Judges upcalls by a function_graph trace of one CPU.
#
#   awk -f trace.awk -v choose=1 IMPORTED AVAILABLE
#   awk -f trace.awk [-v skip=N] [-v count=N] [-v tree=1] TRACE
#
# The first prints what the trace has to record, as numbers for set_ftrace_filter: our
# functions, those that ours call, whose names are in IMPORTED, and those to judge.
#
# Nowhere in an upcall may a process be woken up, something be printed or another CPU be
# called. Outside of what TCP does when it is given an answer or is told what was read
# there may be no lock, no allocation, no timer, no work and no tasklet either.
# skb_page_frag_refill() may get a page, for one request in ten at most. TCP may not copy
# an answer into a page of its own.
#
# A request is an upcall that gives TCP something to send. The first "skip" upcalls are
# not looked at. With "count", that many requests have to follow, and nothing after them
# is looked at. With "tree", prints which functions our own call in the first of them.
#
# Exit status 1 if something was found, or if the trace is not whole.

function kind(name)
{
	if (name ~ /^_raw_(spin|read|write)_(try)?lock/ ||
	    name ~ /^(mutex_(try)?lock|down_|lock_sock|__lock_sock)/)
		return "lock"
	if (name ~ /^(__+)?(kmem_cache_alloc|kmalloc|krealloc|kvmalloc|kvrealloc)/ ||
	    name ~ /^(__+)?(slab_alloc|alloc_(frozen_)?pages|alloc_skb|vmalloc)/ ||
	    name ~ /^(get_page_from_freelist|pcpu_alloc|mempool_alloc|sock_kmalloc)/)
		return "allocation"
	if (name ~ /^(mod_timer|add_timer|timer_reduce|hrtimer_start)/)
		return "timer"
	if (name ~ /^(__)?(queue_(delayed_)?work|queue_rcu_work|mod_delayed_work)/ ||
	    name ~ /^(irq_work_queue|kthread_queue_work|(kvfree_)?call_rcu)/)
		return "work"
	if (name ~ /^(__tasklet_|tasklet_|raise_softirq|__raise_softirq)/)
		return "tasklet"
	if (name ~ /^(try_to_wake_up|wake_up_(process|q|state|var|bit)|__wake_up)/)
		return "wake-up"
	if (name ~ /^(_?printk|vprintk|__warn_printk|_?dev_printk|netdev_printk)/)
		return "print"
	if (name ~ /^(smp_call_|generic_exec_single|__smp_call_single)/ ||
	    name ~ /(smp_send_reschedule|send_call_func)/)
		return "other CPU"
	return ""
}

function is_everywhere_forbidden(what)
{
	return what == "wake-up" || what == "print" || what == "other CPU"
}

# Whose business it is what a function at this level calls; ours has no name. What TCP
# calls of ours is ours again.
function zone_of(level)
{
	if (own[level] || !level)
		return ""
	if (zone[level - 1] != "")
		return zone[level - 1]
	if (name[level] ~ /^tcp_(sendmsg_locked|sendpage_locked|read_done|recv_skb)$/)
		return "tcp"
	if (name[level] == "skb_page_frag_refill")
		return "refill"
	return ""
}

function nearest_own(level)
{
	while (level && !own[level])
		level--
	return name[level]
}

# Of calls one below another for the same purpose only the first counts.
function judge(level,	what, before)
{
	before = level ? inside[level - 1] : ""
	inside[level] = before
	what = kind(name[level])
	if (what == "" || index(before, what ";"))
		return
	inside[level] = before what ";"
	if (zone[level] == "refill" && what == "allocation")
		refills++
	else if (zone[level] == "" || is_everywhere_forbidden(what))
		found[what ": " name[level] ", from " nearest_own(level - 1)]++
}

# The tree has a node for each function that one of ours has called, whatever the order
# and however often.
function note_in_tree(level,	parent)
{
	if (level && !own[level - 1])
		return
	parent = level ? node[level - 1] : ""
	node[level] = parent "/" name[level]
	if (!calls[node[level]]++)
		children[parent] = children[parent] name[level] "\n"
}

function print_tree(parent, indent,	names, n, i, path)
{
	n = split(children[parent], names, "\n")
	for (i = 1; i < n; i++) {
		path = parent "/" names[i]
		print indent names[i] (calls[path] > 1 ? " (" calls[path] " times)" : "")
		print_tree(path, indent "  ")
	}
}

function enter(level)
{
	if (!level) {
		upcalls += own[0]
		looking = own[0] && upcalls > skip
		functions = sends = 0
	}
	zone[level] = zone_of(level)
	if (!looking)
		return
	functions++
	if (name[level] ~ /^tcp_send(msg|page)_locked$/ && own[level - 1])
		sends++
	if (name[level] == "sk_page_frag_refill")
		found["copy by TCP: " name[level] ", below " nearest_own(level - 1)]++
	judge(level)
	if (tree && !requests)
		note_in_tree(level)
}

function leave(level)
{
	if (level || !looking)
		return
	requests += sends > 0
	if (!sends)
		return
	if (functions > most)
		most = functions
	if (!fewest || functions < fewest)
		fewest = functions
	if (requests == count)
		exit
}

function damage(line)
{
	if (broken++ < 5)
		damaged = damaged "\n  " line
}

choose && NR == FNR {
	imported[$1]
	next
}

choose {
	if ($2 ~ /^\[syncsock/ || $1 in imported || kind($1) != "" ||
	    $1 == "sk_page_frag_refill")
		print FNR
	next
}

/^ *#/ || /^ *-*$/ || / => / {
	next
}

!/^ *[0-9]+\) +[^ ]/ {
	damage($0)
	next
}

{
	sub(/^ *[0-9]+\) /, "")
	match($0, /^ */)
	# An upcall is indented itself if it has interrupted the tracer at another call.
	if (!depth)
		base = RLENGTH
	level = (RLENGTH - base) / 2
	text = substr($0, RLENGTH + 1)
	if (text ~ /^}/) {
		if (level != --depth)
			damage($0)
		depth = level
		leave(level)
		next
	}
	if (level != depth || !index(text, "()"))
		damage($0)
	name[level] = substr(text, 1, index(text, "()") - 1)
	own[level] = name[level] ~ / \[syncsock[a-z_]*\]$/
	enter(level)
	depth = level
	if (text ~ /{$/)
		depth++
	else
		leave(level)
}

END {
	if (choose)
		exit
	printf "%d requests in %d upcalls, with %d to %d recorded functions each; ",
		requests, upcalls - skip, fewest, most
	printf "%d page refills\n", refills
	if (requests < count)
		print "too few requests"
	too_many = count && refills * 10 > requests
	if (too_many)
		print "too many page refills"
	for (one in found)
		print found[one] " times " one
	if (broken)
		print "not a whole trace, in " broken " lines:" damaged
	print_tree("", "  ")
	for (one in found)
		exit 1
	exit broken || requests < count || too_many
}
