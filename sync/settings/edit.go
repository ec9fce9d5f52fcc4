package settings

import (
	"slices"
	"strings"
)

// edit returns the text of d, which says have, changed to say want. Lines whose
// meaning does not change are kept as they are.
func edit(d document, have, want *Settings) string {
	e := editor{document: d, newline: "\n"}
	if strings.Contains(d.text, "\r\n") {
		e.newline = "\r\n"
	}
	e.table("", have.fields(), want.fields())
	e.table("dialpad", have.Dialpad.fields(), want.Dialpad.fields())
	for i := range have.Accounts {
		old := have.Accounts[i]
		if a := want.account(old.ID); a != nil {
			e.table(accountPath(i), old.fields(), a.fields())
		} else {
			e.removeTable(accountPath(i))
		}
	}
	for i := range want.Accounts {
		a := want.Accounts[i]
		if have.account(a.ID) == nil {
			e.appendTable("[[account]]", a.fields())
		}
	}
	return e.apply()
}

// change replaces the bytes from start to end.
type change struct {
	start, end int
	text       string
}

type editor struct {
	document
	newline string
	changes []change
	tail    string // what comes after the end of the text
}

// table changes the lines of one table whose values differ.
func (e *editor) table(path string, have, want []field) {
	var added []field
	for i, f := range want {
		at, named := e.find(join(path, f.key))
		switch {
		case have[i].text() == f.text():
		case !named:
			added = append(added, f)
		case f.goes():
			e.changes = append(e.changes, change{at.start, at.end, ""})
		default:
			e.changes = append(e.changes, change{at.value, at.valueEnd, f.text()})
		}
	}
	if len(added) == 0 {
		return
	}
	if end, ok := e.tableEnd(path); ok {
		e.insert(end, e.lines(added))
		return
	}
	at, text := e.beforeHeader(0), e.lines(added)
	if path != "" {
		at, text = e.beforeArray("account"), "["+path+"]"+e.newline+text
	}
	switch {
	case at < len(e.text):
		text += e.newline
	case path != "":
		text = e.newline + text
	}
	e.insert(at, text)
}

// find returns the statement that sets path.
func (e *editor) find(path string) (statement, bool) {
	i := slices.IndexFunc(e.statements, func(s statement) bool { return s.path == path && !s.header })
	if i < 0 {
		return statement{}, false
	}
	return e.statements[i], true
}

// tableEnd is the offset after the last statement of a table; ok is false where
// the text has no such table, or for the root no statement.
func (e *editor) tableEnd(path string) (end int, ok bool) {
	table := ""
	for _, s := range e.statements {
		if s.header {
			table = s.path
		}
		if table == path {
			end, ok = s.end, true
		}
	}
	return end, ok
}

// lines spells the fields, one a line.
func (e *editor) lines(fields []field) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(f.key + " = " + f.text() + e.newline)
	}
	return b.String()
}

// insert puts text, which is whole lines, at an offset where a line begins or
// at the end of the text.
func (e *editor) insert(at int, text string) {
	if before := strings.TrimPrefix(e.text[:at], byteOrderMark); before != "" && !strings.HasSuffix(before, "\n") {
		text = e.newline + text
	}
	e.changes = append(e.changes, change{at, at, text})
}

// beforeHeader is where the n-th header begins, the comment right above it
// included, or the end of the text where there is none.
func (e *editor) beforeHeader(n int) int {
	for _, s := range e.statements {
		if !s.header {
			continue
		}
		if n == 0 {
			return e.withComment(s.start)
		}
		n--
	}
	return len(e.text)
}

// beforeArray is beforeHeader for the first table of an array.
func (e *editor) beforeArray(name string) int {
	n := 0
	for _, s := range e.statements {
		if s.path == name+"[0]" {
			return e.beforeHeader(n)
		}
		if s.header {
			n++
		}
	}
	return len(e.text)
}

// withComment moves an offset at a line's beginning up over the comment lines
// right above it.
func (e *editor) withComment(at int) int {
	for at > 0 {
		above := strings.LastIndexByte(e.text[:at-1], '\n') + 1
		if !strings.HasPrefix(strings.TrimSpace(e.text[above:at]), "#") {
			break
		}
		at = above
	}
	if at == 0 && strings.HasPrefix(e.text, byteOrderMark) {
		return len(byteOrderMark)
	}
	return at
}

// removeTable takes out a header with its comment, everything up to its last
// statement, and the empty line above.
func (e *editor) removeTable(path string) {
	for _, s := range e.statements {
		if s.path != path || !s.header {
			continue
		}
		end, _ := e.tableEnd(path)
		start := e.withComment(s.start)
		if above := strings.TrimRight(e.text[:start], "\r\n"); start-len(above) > len(e.newline) {
			start -= len(e.newline)
		}
		e.changes = append(e.changes, change{start, end, ""})
	}
}

// appendTable puts a new table at the end of the text. Empty values are left
// out, others at their default too.
func (e *editor) appendTable(header string, fields []field) {
	written := slices.DeleteFunc(slices.Clone(fields), field.isDefault)
	e.tail += e.newline + header + e.newline + e.lines(written)
}

// apply carries the changes out, the last one in the text first.
func (e *editor) apply() string {
	slices.SortStableFunc(e.changes, func(a, b change) int { return a.start - b.start })
	text := e.text
	for _, c := range slices.Backward(e.changes) {
		text = text[:c.start] + c.text + text[c.end:]
	}
	if e.tail != "" && text != "" && !strings.HasSuffix(text, "\n") {
		text += e.newline
	}
	return text + e.tail
}
