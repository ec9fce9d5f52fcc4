package magento

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// view is one store view: a language or face of the shop.
type view struct {
	code, name string
	id         int64
	website    int64
	// locale is the view's language as a BCP 47 tag in small letters ("en-us").
	locale string
	// link and media are what its addresses begin with; they end in "/".
	link, media *url.URL
	// suffix ends the addresses of products, home is the identifier of the page
	// at link.
	suffix, home string
}

// shop is what the shop has, as it was at a moment.
type shop struct {
	views []view // active ones, the default one first
	at    time.Time
}

// fresh is how long what is known of store views, categories and blocks is good
// for.
const fresh = time.Minute

// views reads the store views. What is younger than age is not asked for again.
func (s *Source) views(ctx context.Context, age time.Duration) ([]view, error) {
	if err := s.gate.take(ctx); err != nil {
		return nil, err
	}
	defer s.gate.give()
	if s.shop != nil && time.Since(s.shop.at) < age {
		return s.shop.views, nil
	}
	found, err := s.readViews(ctx)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, s.fail("read store views", source.CodeNotData, errors.New("the shop says it has no store views"))
	}
	s.shop = &shop{views: found, at: time.Now()}
	return found, nil
}

func (s *Source) readViews(ctx context.Context) ([]view, error) {
	told, openErr := s.readOpenly(ctx)
	views, err := s.readSigned(ctx)
	switch {
	case source.KindOf(err) == source.Forbidden && openErr == nil && len(told) > 0:
		// These two are closed to integrations in some shops (contract §1.6).
		return sorted(told), nil
	case err != nil:
		return nil, err
	}
	for i := range views {
		for _, t := range told {
			if t.code == views[i].code {
				views[i].suffix, views[i].home = t.suffix, t.home
			}
		}
	}
	return sorted(views), nil
}

// sorted puts the default view first: the one of that code, else the oldest.
func sorted(views []view) []view {
	slices.SortFunc(views, func(a, b view) int {
		if a.code == "default" != (b.code == "default") {
			if a.code == "default" {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.id, b.id)
	})
	return views
}

// readSigned asks the two store endpoints.
func (s *Source) readSigned(ctx context.Context) ([]view, error) {
	var found []storeView
	if _, err := s.get(ctx, "read store views", "", "store/storeViews", "", &found); err != nil {
		return nil, err
	}
	var configs []storeConfig
	if _, err := s.get(ctx, "read store views", "", "store/storeConfigs", "", &configs); err != nil {
		return nil, err
	}
	var views []view
	for _, v := range found {
		if v.Code == "admin" || v.Active != nil && !bool(*v.Active) {
			continue
		}
		i := slices.IndexFunc(configs, func(c storeConfig) bool { return c.Code == v.Code })
		if i < 0 {
			continue
		}
		views = append(views, s.view(v, configs[i]))
	}
	return views, nil
}

func (s *Source) view(v storeView, c storeConfig) view {
	return view{
		code: v.Code, name: v.Name, id: v.ID, website: cmp.Or(v.Website, c.Website), locale: tag(c.Locale),
		link: s.prefix(c.SecureLink, c.Link, ""), media: s.prefix(c.SecureMedia, c.Media, "media/"),
		suffix: ".html", home: "home",
	}
}

// prefix is the first of the texts that is a web address of the kind this
// account has, or a folder of the shop's own address.
func (s *Source) prefix(secure, plain, folder string) *url.URL {
	for _, text := range []string{secure, plain} {
		u, err := url.Parse(strings.TrimSpace(text))
		if err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http") {
			u.Path = strings.TrimSuffix(u.Path, "/") + "/"
			u.RawQuery, u.Fragment = "", ""
			return u
		}
	}
	return s.base.JoinPath(folder, "/")
}

// tag is Magento's name of a language ("en_US") as a tag ("en-us").
func tag(locale string) string {
	t, err := language.Parse(strings.ReplaceAll(locale, "_", "-"))
	if err != nil {
		return "en"
	}
	return strings.ToLower(t.String())
}

// openQuery asks for what every visitor may know; it alone tells the ending of
// product addresses and the home page (contract §2.2, §2.3).
const openQuery = `{"query":"{availableStores{store_code store_name locale secure_base_link_url secure_base_media_url product_url_suffix cms_home_page}}"}`

// readOpenly asks the shop's GraphQL, without a signature.
func (s *Source) readOpenly(ctx context.Context) ([]view, error) {
	var answer struct {
		Data struct {
			Stores []struct {
				Code   string  `json:"store_code"`
				Name   string  `json:"store_name"`
				Locale string  `json:"locale"`
				Link   string  `json:"secure_base_link_url"`
				Media  string  `json:"secure_base_media_url"`
				Suffix *string `json:"product_url_suffix"`
				Home   string  `json:"cms_home_page"`
			} `json:"availableStores"`
		} `json:"data"`
	}
	_, err := s.open.JSON(ctx, rest.Request{
		Method: http.MethodPost, Path: "graphql", Op: "read store views", Template: "/graphql", ContentType: "application/json",
		Body: func() (io.Reader, error) { return strings.NewReader(openQuery), nil },
	}, &answer)
	if err != nil {
		return nil, err
	}
	var views []view
	for i, st := range answer.Data.Stores {
		v := s.view(storeView{ID: int64(i + 1), Code: st.Code, Name: st.Name}, storeConfig{Locale: st.Locale, SecureLink: st.Link, SecureMedia: st.Media})
		if st.Suffix != nil {
			v.suffix = *st.Suffix
		}
		v.home, _, _ = strings.Cut(cmp.Or(st.Home, v.home), "|") // "home|2" in some shops
		views = append(views, v)
	}
	return views, nil
}

// gate lets one in at a time; whoever waits obeys its context.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

func (g gate) take(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) give() { <-g }
