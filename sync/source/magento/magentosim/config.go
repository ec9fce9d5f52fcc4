package magentosim

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"dialpadsync.app/sync/sim"
)

// Config describes a shop.
type Config struct {
	// Products and Pages are how many are made up.
	Products, Pages int
	// Views are the store views; empty means "default" (en_US) and "german"
	// (de_DE).
	Views []View
	// Keys are what its integration was given; zero ones are made up from Seed.
	Keys Keys
	// Resources are what the integration was allowed; nil means all.
	Resources []string
	// Bearer accepts the access token alone (Magento before 2.4.4, or told to).
	Bearer bool
	// RepeatLast answers a page number past the end with the last page again
	// (before 2.4.0) instead of with nothing.
	RepeatLast bool
	// PageLimit is the largest page allowed, or 0 for any.
	PageLimit int
	// OwnViewOnly makes a search by store view leave out what all views show.
	OwnViewOnly bool
	// SeenScheme is the scheme the shop believes to be asked by ("http" behind a
	// proxy that does not tell), or empty for the true one.
	SeenScheme string
	Seed       uint64
	Clock      *sim.Clock
	Journal    *sim.Journal
	Faults     *sim.Faults
	// Key is what the control demands; empty makes one up.
	Key string
}

// View is a store view.
type View struct {
	ID      int64
	Code    string
	Name    string
	Locale  string // "en_US"
	Website int64
}

// Keys are the four texts of an integration, 32 letters and digits each.
type Keys struct {
	ConsumerKey, ConsumerSecret, AccessToken, AccessTokenSecret string
}

// Resources of the integration page (contract §1.6).
const (
	ResourcePages      = "Magento_Cms::page"
	ResourceBlocks     = "Magento_Cms::block"
	ResourceProducts   = "Magento_Catalog::products"
	ResourceCategories = "Magento_Catalog::categories"
	ResourceAttributes = "Magento_Catalog::attributes_attributes"
	ResourceStores     = "Magento_Backend::store"
)

func (c Config) complete() (Config, error) {
	if len(c.Views) == 0 {
		c.Views = []View{
			{ID: 1, Code: "default", Name: "English", Locale: "en_US", Website: 1},
			{ID: 2, Code: "german", Name: "Deutsch", Locale: "de_DE", Website: 1},
		}
	}
	for _, v := range c.Views {
		if v.ID <= 0 || v.Code == "" {
			return c, fmt.Errorf("a store view needs a number and a code")
		}
	}
	r := rand.New(rand.NewPCG(c.Seed, 7)) //nolint:gosec // a double's keys
	for _, key := range []*string{&c.Keys.ConsumerKey, &c.Keys.ConsumerSecret, &c.Keys.AccessToken, &c.Keys.AccessTokenSecret} {
		if *key == "" {
			*key = madeUp(r)
		}
	}
	if c.Clock == nil {
		c.Clock = sim.NewClock()
	}
	if c.Journal == nil {
		c.Journal = sim.NewJournal(0)
	}
	if c.Faults == nil {
		c.Faults = sim.NewFaults(c.Clock, c.Seed)
	}
	return c, nil
}

func madeUp(r *rand.Rand) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	for range 32 {
		b.WriteByte(letters[r.IntN(len(letters))])
	}
	return b.String()
}

func (c Config) allows(resource string) bool {
	if resource == "" || c.Resources == nil {
		return true
	}
	for _, r := range c.Resources {
		if r == resource {
			return true
		}
	}
	return false
}
