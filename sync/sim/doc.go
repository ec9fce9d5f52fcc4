// Package sim is what the local doubles of vendor APIs share: a clock that can
// be moved, a journal of what was asked, and faults that spoil chosen answers.
//
// A double wraps its handler in a [Layer]. Faults are written the same way on
// the command line (simulate --fault) and in the body of POST /__sim/faults:
//
//	[METHOD[,METHOD]] [/path] [key=value | word]...
//
//	POST /v2.2/kbm/nodes nth=3 status=503 retry-after=2
//	GET /kbm/nodes/{id} probability=0.1 reset=before
//	PUT,DELETE every=10 status=502 effect
//	limit=12/s parallel=4 retry-after=1
//	clock=+10y
//
// Which requests (all must hold; without any of them every request):
//
//	METHOD             one method or several, separated by commas; * is any
//	/path              the whole path or its last segments; {name} stands for a
//	                   variable of the route, * for any segment, ** for any number
//	query=name[:value] only with this query parameter
//	nth=N  every=N     only the Nth, or each Nth, of the requests that match so far
//	probability=P      only this share of them, 0 … 1, drawn from the seed
//	times=N            at most N times
//	from=D  until=D    only this long after the fault was set, by the double's clock
//
// What happens:
//
//	status=N           this status; the request has no effect
//	effect             with status=N: the request takes effect first, its answer is lost
//	header=Name:value  one more header (may be repeated)
//	body=TEXT          this body; empty, html, huge (10 MB) and null are understood,
//	                   anything with spaces is quoted as in Go
//	retry-after=V      2, 0, -1, soon, "", any text; date or date:30 become an HTTP date
//	html               200 and a login page instead of data
//	redirect=URL       302 to another place
//	reset=before       the connection is cut before anything happens
//	reset=after        … after the request took effect, before the answer
//	reset=mid          … in the middle of the answer's body
//	reset=idle         … after a complete answer that promised to keep it open
//	truncate[=N]       the answer's body ends after N bytes (default: half of it)
//	delay=D            handled after D     hold=D  handled at once, answered after D
//	drip=N             N bytes of the body per second
//	gzip               the body is compressed when the client accepts that
//	limit=N/s burst=N  a token bucket; parallel=N at most N at the same time;
//	                   beyond them 429, or the status given
//	clock=±D           the Date header is off by D
//
// Durations are Go's with d (days), w (weeks) and y (365.25 days) added. A
// double may understand further keys; it reads them with [Domain].
package sim
