package zendesk

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dialpadsync.app/sync/source"
)

const (
	// fresh is how old our knowledge of brands, languages and sections may be
	// before anything is called outside the selection.
	fresh = time.Minute
	// anyAge takes what is held, however old.
	anyAge = time.Duration(math.MaxInt64)
)

// layout is what an account looks like through the selection.
type layout struct {
	// places are read; others have a help center, but nothing of it is ticked.
	places, others []place
	// silent says that an enabled help center of another brand answers 404, so
	// that nobody can say what it holds.
	silent bool
	// names of brands, and all languages by host.
	names     map[int64]string
	languages map[string][]string
	// amiss says that something was chosen that the account does not have; such
	// a layout is good for choosing again only.
	amiss error
	// asked is when the first answer was given, by the server's clock; read is
	// this computer's time, zero for a layout that comes from a cursor.
	asked, read time.Time
}

// enter takes the gate, which guards what is known about the account while
// requests may be under way. leave gives it back.
func (s *Source) enter(ctx context.Context) error {
	select {
	case s.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Source) leave() { <-s.gate }

// adopt makes the places of a cursor known, unless newer knowledge is held.
func (s *Source) adopt(places []place) {
	select {
	case s.gate <- struct{}{}:
	default:
		return // somebody is reading the layout right now
	}
	defer s.leave()
	if s.held == nil {
		s.held = &layout{places: places}
	}
}

// layout says what there is to read, from what is held if that is not older
// than oldest.
func (s *Source) layout(ctx context.Context, oldest time.Duration) (*layout, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	if s.held != nil && recent(s.held.read, oldest) {
		return s.held, nil
	}
	l, err := s.readLayout(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.replaces(s.held); err != nil {
		return nil, err
	}
	if l.amiss == nil {
		s.held = l
	}
	return l, nil
}

// chosen is layout for everything but choosing: it fails where the account does
// not have what was chosen, because what was copied of it would look deselected.
func (s *Source) chosen(ctx context.Context, oldest time.Duration) (*layout, error) {
	l, err := s.layout(ctx, oldest)
	if err == nil && l.amiss != nil {
		return nil, l.amiss
	}
	return l, err
}

func recent(read time.Time, oldest time.Duration) bool {
	return oldest == anyAge || !read.IsZero() && time.Since(read) <= oldest
}

// errSilent says that a brand that has a help center answers 404 for it.
var errSilent = errors.New("a brand's help center does not answer")

// replaces refuses a layout in which a help center has fallen silent that was
// read before: its articles would look as if they were gone.
func (l *layout) replaces(before *layout) error {
	if before == nil || !l.silent {
		return nil
	}
	for _, p := range before.places {
		if !slices.ContainsFunc(slices.Concat(l.places, l.others), p.same) {
			return &source.Error{
				Kind: source.Transient, Code: source.CodeNoHelpCenter, Op: "list languages", Side: "source", Host: p.Host,
				Status: http.StatusNotFound, Err: errSilent,
			}
		}
	}
	return nil
}

func (s *Source) readLayout(ctx context.Context) (*layout, error) {
	brands, ids, asked, err := s.helpCenters(ctx)
	if err != nil {
		return nil, err
	}
	l := &layout{asked: asked, read: time.Now(), names: map[int64]string{}, languages: map[string][]string{}}
	var all []string
	for _, b := range brands {
		langs, date, err := s.languages(ctx, b.host)
		if b.host != "" && hasStatus(err, http.StatusNotFound) {
			l.silent = l.silent || b.promised()
			continue
		}
		if err != nil {
			return nil, err
		}
		if l.asked.IsZero() {
			l.asked = date
		}
		l.names[b.ID], l.languages[b.host] = b.Name, langs.Locales
		all = append(all, langs.Locales...)
		if err := s.place(ctx, l, place{Brand: b.ID, Host: b.host, Locales: s.choose(langs)}); err != nil {
			return nil, err
		}
	}
	if l.amiss = s.checkLocales(all); l.amiss == nil {
		l.amiss, err = s.checkTicked(ctx, l, ids)
	}
	return l, err
}

// place puts a help center among those that are read or those left out.
func (s *Source) place(ctx context.Context, l *layout, p place) error {
	if len(p.Locales) == 0 {
		return nil
	}
	ticked := s.ticked.wholeBrand(p.Brand)
	if !ticked && s.ticked.needsTree() {
		t, err := s.readTree(ctx, p)
		if err != nil {
			return err
		}
		ticked = t.holds(s.ticked)
	}
	if ticked {
		l.places = append(l.places, p)
	} else {
		l.others = append(l.others, p)
	}
	return nil
}

// choose gives the chosen languages a help center has, as it spells them.
func (s *Source) choose(langs localeList) []string {
	if len(s.locales) == 0 {
		return []string{langs.Default}
	}
	var chosen []string
	for _, locale := range langs.Locales {
		if containsFold(s.locales, locale) {
			chosen = append(chosen, locale)
		}
	}
	return chosen
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}

// languages asks for a help center's languages. 404 at the account's own
// address means that it has no help center.
func (s *Source) languages(ctx context.Context, host string) (localeList, time.Time, error) {
	var langs localeList
	q := request{host: host, op: "list languages", path: helpCenter + "/locales", template: helpCenter + "/locales"}
	asked, err := s.object(ctx, q, &langs)
	if host == "" && hasStatus(err, http.StatusNotFound) {
		return langs, asked, &source.Error{
			Kind: source.Fatal, Code: source.CodeNoHelpCenter, Op: q.op, Side: "source", Host: s.base.Host,
			Status: http.StatusNotFound, Err: errors.New("there is no help center at this address"),
		}
	}
	if err != nil {
		return langs, asked, err
	}
	if langs.Default == "" && len(langs.Locales) > 0 {
		langs.Default = langs.Locales[0]
	}
	if !validLocale(langs.Default) || !validLocales(langs.Locales) {
		return langs, asked, s.fail(q, source.CodeNotData, errors.New("the help center names no languages"))
	}
	return langs, asked, nil
}

// site is a brand that has a help center, and the host to ask for it.
type site struct {
	brand
	host string
}

// helpCenters lists the brands that have a help center, and the ids of all
// brands. A sign-in that may not list brands sees the one at the account's
// address.
func (s *Source) helpCenters(ctx context.Context) (sites []site, ids map[int64]bool, asked time.Time, err error) {
	q := request{op: "list brands", path: apiRoot + "/brands", template: apiRoot + "/brands"}
	brands, asked, err := every[brand](ctx, s, q, "brands")
	if hasStatus(err, http.StatusForbidden, http.StatusNotFound) {
		return []site{{}}, nil, asked, s.oneBrandOnly(err)
	}
	if err != nil {
		return nil, nil, asked, err
	}
	ids = map[int64]bool{}
	known := map[string]bool{}
	for _, b := range brands {
		ids[b.ID] = true
		host, ok := s.hostOf(b)
		if !ok || known[host] {
			continue
		}
		known[host] = true
		if b.readable() {
			sites = append(sites, site{b, host})
		}
	}
	if len(sites) == 0 || !known[""] {
		sites = append(sites, site{})
	}
	slices.SortFunc(sites, func(a, b site) int { return strings.Compare(a.host, b.host) })
	return sites, ids, asked, nil
}

// oneBrandOnly returns the refusal where it matters: brands were ticked, or
// other brands have been read before and would look as if they were gone. The
// gate is held.
func (s *Source) oneBrandOnly(refusal error) error {
	several := s.held != nil && slices.ContainsFunc(s.held.places, func(p place) bool { return p.Host != "" })
	if !several && len(s.ticked.brands) == 0 {
		return nil
	}
	return &source.Error{
		Kind: source.Forbidden, Code: source.CodeRole, Op: "list brands", Side: "source", Host: s.base.Host,
		Status: statusOf(refusal), Err: refusal,
	}
}

// hostOf is the host of a brand's help center, empty for the account's own. A
// double on this computer names its brands' addresses itself.
func (s *Source) hostOf(b brand) (host string, ok bool) {
	host = b.Subdomain + domain
	if loopback(s.base.Hostname()) {
		u, err := url.Parse(b.URL)
		if err != nil {
			return "", false
		}
		host = u.Host
	}
	if host == s.base.Host || host == "" {
		return "", true
	}
	return host, s.ownHost(host)
}

// ownHost says whether a host can be one of the account's: the sign-in is never
// sent anywhere else.
func (s *Source) ownHost(host string) bool {
	if loopback(s.base.Hostname()) {
		return loopback((&url.URL{Host: host}).Hostname())
	}
	sub, ours := strings.CutSuffix(host, domain)
	return ours && isLabel(sub)
}
