package zendesksim

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strconv"
	"time"
)

// attachment is a file of an article. Generated ones make their bytes when they
// are asked for.
type attachment struct {
	id      int64
	article *article
	name    string
	mime    string
	inline  bool
	created int64
	data    []byte
}

func (f *attachment) path() string { return fmt.Sprintf("/hc/article_attachments/%d/%s", f.id, f.name) }

// content returns the file's bytes.
func (f *attachment) content() []byte {
	switch {
	case f.data != nil:
		return f.data
	case f.inline:
		return picture(byte(f.id))
	}
	return fmt.Appendf(nil, "%%PDF-1.4\n%% guide of article %d\n%%%%EOF\n", f.article.id)
}

// picture draws a small plain image.
func picture(shade byte) []byte {
	img := image.NewPaletted(image.Rect(0, 0, 16, 16), color.Palette{color.RGBA{shade, 96, 160, 255}})
	var out bytes.Buffer
	// Encoding a valid image into memory cannot fail.
	_ = png.Encode(&out, img)
	return out.Bytes()
}

// attachGenerated gives an article a picture in its body and a file beside it.
func (w *world) attachGenerated(a *article) {
	base := 360500000000 + int64(a.number)*2
	w.attach(&attachment{id: base, article: a, name: "diagram.png", mime: "image/png", inline: true, created: a.created})
	w.attach(&attachment{id: base + 1, article: a, name: "guide.pdf", mime: "application/pdf", created: a.created})
}

func (w *world) attach(f *attachment) {
	w.take(f.id)
	w.files[f.id] = f
	f.article.files = append(f.article.files, f)
}

type attachmentJSON struct {
	ID          int64  `json:"id"`
	URL         string `json:"url"`
	ArticleID   int64  `json:"article_id"`
	FileName    string `json:"file_name"`
	ContentType string `json:"content_type"`
	ContentURL  string `json:"content_url"`
	Size        int    `json:"size"`
	Inline      bool   `json:"inline"`
	Locale      string `json:"locale"`
	CreatedAt   string `json:"created_at"`
	UpdatedAt   string `json:"updated_at"`
}

// render shows an attachment.
func (f *attachment) render(base, locale string) attachmentJSON {
	return attachmentJSON{
		ID: f.id, URL: fmt.Sprintf("%s%sarticles/%d/attachments/%d.json", base, helpCenter, f.article.id, f.id),
		ArticleID: f.article.id, FileName: f.name, ContentType: f.mime, ContentURL: base + f.path(), Size: len(f.content()),
		Inline: f.inline, Locale: locale, CreatedAt: stamp(f.created), UpdatedAt: stamp(f.created),
	}
}

// listAttachments serves an article's attachments: all, the inline or block
// ones, or the one with this number.
func (s *Server) listAttachments(c *call) {
	kind := c.r.PathValue("kind")
	if kind != "" && kind != "inline" && kind != "block" {
		s.showAttachment(c, kind, c.id())
		return
	}
	a, t, ok := s.requested(c)
	if !ok {
		c.notFound()
		return
	}
	s.mu.Lock()
	files := a.files
	s.mu.Unlock()
	out := []attachmentJSON{}
	for _, f := range files {
		if kind == "" || f.inline == (kind == "inline") {
			out = append(out, f.render(c.base, t.locale))
		}
	}
	servePage(c, "article_attachments", sliceOf(out, func(f attachmentJSON) int64 { return f.ID }), func(f attachmentJSON) any { return f }, nil)
}

// oneAttachment serves articles/attachments/{id}.
func (s *Server) oneAttachment(c *call) {
	if c.r.PathValue("attachments") != "attachments" {
		c.noEndpoint()
		return
	}
	s.showAttachment(c, c.r.PathValue("id"), 0)
}

// showAttachment serves an attachment to whoever may read its article, which
// has to be the one named unless that is 0.
func (s *Server) showAttachment(c *call, number string, articleID int64) {
	id, _ := strconv.ParseInt(number, 10, 64)
	s.mu.Lock()
	f := s.world.files[id]
	found := f != nil && (articleID == 0 || f.article.id == articleID) && s.world.live(f.article.id) != nil &&
		f.article.section.category.brand == c.brand && readable(f.article, c.who.audience())
	s.mu.Unlock()
	if !found {
		c.notFound()
		return
	}
	locale := c.locale
	if locale == "" {
		locale = f.article.source
	}
	writeJSON(c.w, http.StatusOK, map[string]attachmentJSON{"article_attachment": f.render(c.base, locale)})
}

// serveAttachment answers with the file, or with a redirect to the host that
// Quirks.AttachmentHost names. It is public as long as its article is.
func (s *Server) serveAttachment(w http.ResponseWriter, r *http.Request) {
	who, _ := s.authenticate(r)
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	s.mu.Lock()
	f := s.world.files[id]
	found := f != nil && f.name == r.PathValue("name") && s.world.live(f.article.id) != nil && readable(f.article, who.audience())
	s.mu.Unlock()
	if !found {
		http.NotFound(w, r)
		return
	}
	if host := s.config.Quirks.AttachmentHost; host != "" {
		http.Redirect(w, r, host+f.path(), http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", f.mime)
	http.ServeContent(w, r, f.name, time.Unix(f.created, 0), bytes.NewReader(f.content()))
}

// readable tells whether any translation may be read.
func readable(a *article, who audience) bool {
	for i := range a.texts {
		if who.sees(a, &a.texts[i]) {
			return true
		}
	}
	return false
}
