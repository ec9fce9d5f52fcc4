package magentosim

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// criteria is a search (contract §2.1): filters of a group are alternatives,
// groups all have to hold.
type criteria struct {
	groups  map[string]map[string]*condition
	sorts   map[string]*order
	size    int
	current int
	given   bool
}

type condition struct{ field, value, kind string }

type order struct{ field, direction string }

var (
	filterName = regexp.MustCompile(`^searchCriteria\[(?:filter_groups|filterGroups)\]\[(\w+)\]\[filters\]\[(\w+)\]\[(\w+)\]$`)
	sortName   = regexp.MustCompile(`^searchCriteria\[(?:sortOrders|sort_orders)\]\[(\w+)\]\[(\w+)\]$`)
	pageName   = regexp.MustCompile(`^searchCriteria\[(pageSize|page_size|currentPage|current_page)\]$`)
)

func parseCriteria(q url.Values) criteria {
	c := criteria{groups: map[string]map[string]*condition{}, sorts: map[string]*order{}, current: 1}
	for name, values := range q {
		value := values[0]
		if strings.HasPrefix(name, "searchCriteria") {
			c.given = true
		}
		if m := filterName.FindStringSubmatch(name); m != nil {
			group := c.groups[m[1]]
			if group == nil {
				group = map[string]*condition{}
				c.groups[m[1]] = group
			}
			f := group[m[2]]
			if f == nil {
				f = &condition{kind: "eq"}
				group[m[2]] = f
			}
			switch m[3] {
			case "field":
				f.field = value
			case "value":
				f.value = value
			case "condition_type", "conditionType":
				f.kind = value
			}
			continue
		}
		if m := sortName.FindStringSubmatch(name); m != nil {
			o := c.sorts[m[1]]
			if o == nil {
				o = &order{direction: "DESC"}
				c.sorts[m[1]] = o
			}
			if m[2] == "field" {
				o.field = value
			} else {
				o.direction = strings.ToUpper(value)
			}
			continue
		}
		if m := pageName.FindStringSubmatch(name); m != nil {
			n, _ := strconv.Atoi(value)
			if strings.HasPrefix(m[1], "pageS") || strings.HasPrefix(m[1], "page_") {
				c.size = n
			} else {
				c.current = max(n, 1)
			}
		}
	}
	return c
}

// row is something that can be searched: fields by their database names.
type row struct {
	fields map[string][]string
	id     int64
	shown  map[string]any
}

// errField is a search by a field that is not there, which Magento answers
// with 500 (contract §7).
type errField string

func (e errField) Error() string { return "Invalid attribute name: " + string(e) }

// run filters, sorts and cuts. Total counts before the cut.
func (c criteria) run(rows []row, repeatLast bool) (found []row, total int, err error) {
	for _, r := range rows {
		ok, err := c.matches(r)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b row) int { return cmp.Compare(a.id, b.id) })
	for _, key := range slices.Backward(slices.Sorted(keys(c.sorts))) {
		o := c.sorts[key]
		slices.SortStableFunc(found, func(a, b row) int {
			n := compare(first(a.fields[o.field]), first(b.fields[o.field]))
			if o.direction == "DESC" {
				return -n
			}
			return n
		})
	}
	total = len(found)
	if c.size <= 0 {
		return found, total, nil
	}
	from := (c.current - 1) * c.size
	if from >= total {
		if !repeatLast || total == 0 {
			return nil, total, nil
		}
		from = (total - 1) / c.size * c.size
	}
	return found[from:min(total, from+c.size)], total, nil
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (c criteria) matches(r row) (bool, error) {
	for _, group := range c.groups {
		any := false
		for _, f := range group {
			values, known := r.fields[f.field]
			if !known {
				return false, errField(f.field)
			}
			any = any || f.holds(values)
		}
		if !any {
			return false, nil
		}
	}
	return true, nil
}

// holds says whether one of the values satisfies the condition.
func (f condition) holds(values []string) bool {
	if f.kind == "null" || f.kind == "notnull" {
		return (len(values) == 0) == (f.kind == "null")
	}
	for _, v := range values {
		if f.one(v) {
			return true
		}
	}
	return false
}

func (f condition) one(v string) bool {
	n := compare(v, f.value)
	switch f.kind {
	case "eq":
		return n == 0
	case "neq":
		return n != 0
	case "gt":
		return n > 0
	case "gteq", "from", "moreq":
		return n >= 0
	case "lt":
		return n < 0
	case "lteq", "to":
		return n <= 0
	case "in", "finset":
		return slices.Contains(strings.Split(f.value, ","), v)
	case "nin":
		return !slices.Contains(strings.Split(f.value, ","), v)
	case "like":
		return strings.Contains(strings.ToLower(v), strings.ToLower(strings.Trim(f.value, "%")))
	}
	return false
}

// compare compares numbers as numbers and everything else as text.
func compare(a, b string) int {
	x, errA := strconv.ParseFloat(a, 64)
	y, errB := strconv.ParseFloat(b, 64)
	if errA == nil && errB == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
