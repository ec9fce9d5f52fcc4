package magentosim

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// ErrUnknown is returned by the methods that change the shop when there is no
// such thing in it.
var ErrUnknown = errors.New("no such thing in this shop")

// Page is a CMS page or, with Block set, a CMS block.
type Page struct {
	ID         int64
	Identifier string
	Title      string
	Heading    string
	Content    string
	Keywords   string
	Active     bool
	// Stores are the numbers of the views that show it; 0 stands for all.
	Stores           []int64
	Created, Updated time.Time
}

// Product is a product; texts may differ by store view.
type Product struct {
	ID               int64
	SKU              string
	Price            float64
	Status           int
	Visibility       int
	Websites         []int64
	Categories       []int64
	Created, Updated time.Time
	// Texts are attributes by code, for all views; Own those of one view, by its
	// code.
	Texts map[string]string
	Own   map[string]map[string]string
}

// Category is a node of the category tree.
type Category struct {
	ID, Parent int64
	Name       string
}

// Attribute is a product attribute that the shop shows to visitors.
type Attribute struct {
	ID      int64
	Code    string
	Label   string
	Options map[string]string // label by value
}

// world is what the shop holds.
type world struct {
	pages, blocks map[int64]*Page
	products      map[int64]*Product
	categories    []Category
	attributes    []Attribute
	lastPage      int64
	lastBlock     int64
	lastProduct   int64
}

func newWorld() *world {
	return &world{
		pages: map[int64]*Page{}, blocks: map[int64]*Page{}, products: map[int64]*Product{},
		categories: []Category{{2, 1, "Default Category"}, {3, 2, "Coffee"}, {4, 3, "Espresso"}, {5, 2, "Equipment"}},
		attributes: []Attribute{
			{ID: 200, Code: "origin", Label: "Origin"},
			{ID: 201, Code: "roast", Label: "Roast", Options: map[string]string{"11": "Light", "12": "Dark"}},
		},
	}
}

func (s *Server) now() time.Time { return s.config.Clock.Now().UTC().Truncate(time.Second) }

// AddPage adds a CMS page and gives its id. Without stores all views show it.
func (s *Server) AddPage(p Page) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.lastPage++
	p.ID = s.world.lastPage
	return s.world.put(s.world.pages, p, s.now())
}

// AddBlock adds a CMS block and gives its id.
func (s *Server) AddBlock(p Page) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.lastBlock++
	p.ID = s.world.lastBlock
	return s.world.put(s.world.blocks, p, s.now())
}

func (w *world) put(into map[int64]*Page, p Page, now time.Time) int64 {
	if len(p.Stores) == 0 {
		p.Stores = []int64{0}
	}
	p.Created, p.Updated = now, now
	into[p.ID] = &p
	return p.ID
}

// EditPage changes a page; its time of change moves, as the database moves it,
// unless only its stores are other ones.
func (s *Server) EditPage(id int64, edit func(*Page)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return change(s.world.pages, id, edit, s.now())
}

// EditBlock changes a block in the same way.
func (s *Server) EditBlock(id int64, edit func(*Page)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return change(s.world.blocks, id, edit, s.now())
}

func change(in map[int64]*Page, id int64, edit func(*Page), now time.Time) error {
	p := in[id]
	if p == nil {
		return fmt.Errorf("page or block %d: %w", id, ErrUnknown)
	}
	before := *p
	edit(p)
	p.ID = id
	a, b := before, *p
	a.Stores, b.Stores = nil, nil
	if fmt.Sprint(a) != fmt.Sprint(b) {
		p.Updated = now
	}
	return nil
}

// DeletePage deletes a page without a trace.
func (s *Server) DeletePage(id int64) error { return s.drop(s.world.pages, id) }

// DeleteBlock deletes a block without a trace.
func (s *Server) DeleteBlock(id int64) error { return s.drop(s.world.blocks, id) }

func (s *Server) drop(from map[int64]*Page, id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if from[id] == nil {
		return fmt.Errorf("page or block %d: %w", id, ErrUnknown)
	}
	delete(from, id)
	return nil
}

// AddProduct adds a product, enabled and visible everywhere unless it says
// otherwise, and gives its id.
func (s *Server) AddProduct(p Product) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.lastProduct++
	p.ID = s.world.lastProduct
	if p.SKU == "" {
		p.SKU = fmt.Sprintf("SKU-%d", p.ID)
	}
	if p.Status == 0 {
		p.Status = 1
	}
	if p.Visibility == 0 {
		p.Visibility = 4
	}
	if p.Websites == nil {
		p.Websites = []int64{1}
	}
	if p.Texts == nil {
		p.Texts = map[string]string{}
	}
	p.Created, p.Updated = s.now(), s.now()
	s.world.products[p.ID] = &p
	return p.ID
}

// EditProduct changes a product and moves its time of change.
func (s *Server) EditProduct(id int64, edit func(*Product)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.world.products[id]
	if p == nil {
		return fmt.Errorf("product %d: %w", id, ErrUnknown)
	}
	edit(p)
	p.ID, p.Updated = id, s.now()
	return nil
}

// DeleteProduct deletes a product without a trace.
func (s *Server) DeleteProduct(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.world.products[id] == nil {
		return fmt.Errorf("product %d: %w", id, ErrUnknown)
	}
	delete(s.world.products, id)
	return nil
}

// Pages gives copies of the CMS pages, by id.
func (s *Server) Pages() []Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Page
	for _, id := range slices.Sorted(maps.Keys(s.world.pages)) {
		out = append(out, *s.world.pages[id])
	}
	return out
}

// Products gives copies of the products, by id.
func (s *Server) Products() []Product {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Product
	for _, id := range slices.Sorted(maps.Keys(s.world.products)) {
		out = append(out, *s.world.products[id])
	}
	return out
}

// generate makes up what the config asks for.
func (s *Server) generate() {
	note := s.AddBlock(Page{Identifier: "returns-note", Title: "Returns", Content: "<p>You may send back anything unopened within 30 days.</p>", Active: true})
	_ = note
	for i := range s.config.Pages {
		s.AddPage(Page{
			Identifier: fmt.Sprintf("help-%d", i+1), Title: fmt.Sprintf("Help page %d", i+1), Heading: "Help", Active: true,
			Content: fmt.Sprintf(`<div data-content-type="html">&lt;p&gt;This is page %d. See &lt;a href="{{store url=&quot;shipping&quot;}}"&gt;shipping&lt;/a&gt;.&lt;/p&gt;</div>{{block id="returns-note"}}`, i+1),
		})
	}
	for i := range s.config.Products {
		category := []int64{3, 4, 5}[i%3]
		s.AddProduct(Product{
			SKU: fmt.Sprintf("BEAN-%04d", i+1), Price: 9.5, Categories: []int64{category},
			Texts: map[string]string{
				"name": fmt.Sprintf("Coffee %d", i+1), "url_key": fmt.Sprintf("coffee-%d", i+1),
				"description": fmt.Sprintf(`<p>Coffee number %d, roasted on Tuesdays. See {{store url="shipping"}}</p>`, i+1), "short_description": "<p>Floral, light.</p>",
				"origin": "Ethiopia", "roast": "11",
			},
			Own: map[string]map[string]string{"german": {"name": fmt.Sprintf("Kaffee %d", i+1)}},
		})
	}
}
