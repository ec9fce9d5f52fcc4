package magento

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The shapes below hold what is used of Magento's answers (contract §2). Times
// are "2006-01-02 15:04:05" in UTC whatever the shop's zone (§4).

// instant is a time as Magento writes it; the zero time stands for none.
type instant struct{ time.Time }

const instantForm = "2006-01-02 15:04:05"

// UnmarshalJSON implements json.Unmarshaler. A time in another form is none.
func (i *instant) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		i.Time, _ = time.Parse(instantForm, text)
	}
	return nil
}

// number is an integer that may come as text ("7").
type number int64

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(data []byte) error {
	v, err := strconv.ParseInt(strings.Trim(string(data), `"`), 10, 64)
	if err == nil {
		*n = number(v)
	}
	return nil
}

// flag is true, 1 or "1".
type flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	*f = flag(text == "true" || text == "1")
	return nil
}

// page is a CMS page.
type page struct {
	ID         int64   `json:"id"`
	Identifier string  `json:"identifier"`
	Title      string  `json:"title"`
	Heading    string  `json:"content_heading"`
	Content    string  `json:"content"`
	Keywords   string  `json:"meta_keywords"`
	Updated    instant `json:"update_time"`
	Active     flag    `json:"active"`
}

// block is a CMS block.
type block struct {
	ID         int64   `json:"id"`
	Identifier string  `json:"identifier"`
	Content    string  `json:"content"`
	Updated    instant `json:"update_time"`
	Active     flag    `json:"active"`
}

// product is a product in one store view.
type product struct {
	ID         int64       `json:"id"`
	SKU        string      `json:"sku"`
	Name       string      `json:"name"`
	Price      json.Number `json:"price"`
	Status     int         `json:"status"`
	Visibility int         `json:"visibility"`
	Updated    instant     `json:"updated_at"`
	Extension  struct {
		Websites   []number `json:"website_ids"`
		Categories []struct {
			ID number `json:"category_id"`
		} `json:"category_links"`
	} `json:"extension_attributes"`
	Attributes []attribute `json:"custom_attributes"`
}

// attribute is a text or a list of texts.
type attribute struct {
	Code  string          `json:"attribute_code"`
	Value json.RawMessage `json:"value"`
}

// Status and visibility of products (contract §2.2).
const (
	enabled         = 1
	notIndividually = 1
)

// attribute gives an attribute's text, or its texts joined by commas.
func (p *product) attribute(code string) string {
	for _, a := range p.Attributes {
		if a.Code != code {
			continue
		}
		var text string
		var list []string
		switch {
		case json.Unmarshal(a.Value, &text) == nil:
			return text
		case json.Unmarshal(a.Value, &list) == nil:
			return strings.Join(list, ",")
		}
		return strings.Trim(string(a.Value), `"`)
	}
	return ""
}

// categories are the ids of the categories the product is in. Attributes and
// extension attributes both name them, older shops only one of them.
func (p *product) categories() []int64 {
	var ids []int64
	for _, link := range p.Extension.Categories {
		ids = append(ids, int64(link.ID))
	}
	if len(ids) > 0 {
		return ids
	}
	for part := range strings.SplitSeq(p.attribute("category_ids"), ",") {
		if id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// storeView is one language or face of the shop.
type storeView struct {
	ID      int64  `json:"id"`
	Code    string `json:"code"`
	Name    string `json:"name"`
	Website int64  `json:"website_id"`
	Active  *flag  `json:"is_active"`
}

// storeConfig is what a store view's addresses begin with.
type storeConfig struct {
	Code        string `json:"code"`
	Website     int64  `json:"website_id"`
	Locale      string `json:"locale"`
	Currency    string `json:"base_currency_code"`
	Link        string `json:"base_link_url"`
	Media       string `json:"base_media_url"`
	SecureLink  string `json:"secure_base_link_url"`
	SecureMedia string `json:"secure_base_media_url"`
}

// category is a node of the category tree.
type category struct {
	ID       int64      `json:"id"`
	Name     string     `json:"name"`
	Active   flag       `json:"is_active"`
	Children []category `json:"children_data"`
}

// list is the answer of a search. Total is null where the answer is not one.
type list[T any] struct {
	Items []T  `json:"items"`
	Total *int `json:"total_count"`
}

// refusal is the body of an error (contract §7): parameters are an object or a
// list.
type refusal struct {
	Message    string          `json:"message"`
	Parameters json.RawMessage `json:"parameters"`
	Messages   struct {
		Error []struct {
			Message string `json:"message"`
		} `json:"error"`
	} `json:"messages"`
}

// text is the message with its parameters in place.
func (r refusal) text() string {
	text := r.Message
	if text == "" && len(r.Messages.Error) > 0 {
		text = r.Messages.Error[0].Message
	}
	var named map[string]any
	var listed []any
	switch {
	case json.Unmarshal(r.Parameters, &named) == nil:
		for name, value := range named {
			text = strings.ReplaceAll(text, "%"+name, fmtValue(value))
		}
	case json.Unmarshal(r.Parameters, &listed) == nil:
		for i := len(listed); i > 0; i-- {
			text = strings.ReplaceAll(text, "%"+strconv.Itoa(i), fmtValue(listed[i-1]))
		}
	}
	return text
}

func fmtValue(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	text, _ := json.Marshal(v) // it came from JSON
	return string(text)
}
