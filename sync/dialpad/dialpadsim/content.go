package dialpadsim

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"

	"dialpadsync.app/sync/sim"
)

// upload is D4: it replaces the content of one locale.
func (s *Server) upload(c *call) *refusal {
	s.store.mu.RLock()
	_, x := s.own(c)
	s.store.mu.RUnlock()
	if x != nil {
		return x
	}
	body, x := c.readContent()
	if x != nil {
		return x
	}
	if x := s.putContent(c, body); x != nil {
		return x
	}
	switch {
	case c.sw.EmptyBody != "off":
		c.w.WriteHeader(http.StatusOK)
	case c.sw.UploadAnswer == "text":
		c.w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(c.w, "ok")
	default:
		sim.WriteJSON(c.w, http.StatusOK, map[string]any{"id": c.r.PathValue("id"), "bytes": len(body)})
	}
	return nil
}

func (s *Server) putContent(c *call, body string) *refusal {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	n, x := s.own(c) // it may have been deleted while the body came
	if x == nil {
		s.store.setContent(n, c.locale, body)
	}
	return x
}

// readContent returns the part named content of a multipart/form-data body.
func (c *call) readContent() (string, *refusal) {
	mediaType, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || mediaType != "multipart/form-data" || params["boundary"] == "" {
		return "", unsupportedType(mediaType)
	}
	// The rest of the form is small.
	const form = 64 << 10
	limited := &io.LimitedReader{R: c.r.Body, N: int64(c.sw.MaxBytes) + form}
	reader := multipart.NewReader(limited, params["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return "", invalidField("content", "is missing")
		}
		if err != nil {
			return "", c.cutUpload(limited)
		}
		if part.FormName() == "content" {
			return c.readPart(part, limited)
		}
	}
}

func (c *call) readPart(part *multipart.Part, limited *io.LimitedReader) (string, *refusal) {
	if sent := part.Header.Get("Content-Type"); sent != "" {
		mediaType, _, err := mime.ParseMediaType(sent)
		if err != nil || (mediaType != "application/octet-stream" && c.checkType(mediaType) != nil) {
			return "", unsupportedType(sent)
		}
	}
	body, err := io.ReadAll(io.LimitReader(part, int64(c.sw.MaxBytes)+1))
	if len(body) > c.sw.MaxBytes {
		return "", c.tooLarge()
	}
	if err != nil {
		return "", c.cutUpload(limited)
	}
	return string(body), nil
}

// cutUpload tells a body that is too long from one that is broken.
func (c *call) cutUpload(limited *io.LimitedReader) *refusal {
	if limited.N <= 0 {
		return c.tooLarge()
	}
	return badRequest("the form is broken")
}

func (c *call) tooLarge() *refusal {
	early := c.sw.TooLarge == "close"
	if !early {
		_, _ = io.Copy(io.Discard, io.LimitReader(c.r.Body, 64<<20))
	}
	return tooLarge(c.sw.MaxBytes, early)
}

// rawContent is D5: the bytes as they were sent.
func (s *Server) rawContent(c *call) *refusal {
	return s.serveContent(c, func(text string) string { return text })
}

var script = regexp.MustCompile(`(?is)<script\b.*?(</script\s*>|$)`)

// publicContent is D5: the same bytes without scripts.
func (s *Server) publicContent(c *call) *refusal {
	return s.serveContent(c, func(text string) string { return script.ReplaceAllString(text, "") })
}

func (s *Server) serveContent(c *call, form func(string) string) *refusal {
	s.store.mu.RLock()
	n := s.store.byID[c.r.PathValue("id")]
	if n == nil {
		s.store.mu.RUnlock()
		return notFound("no such node")
	}
	found, mediaType := n.content(c.locale), n.mimeType
	s.store.mu.RUnlock()
	text := ""
	switch {
	case found != nil:
		text = form(found.text)
	case c.sw.NoContent == "not_found":
		return notFound("the node has no content")
	}
	c.w.Header().Set("Content-Type", mediaType)
	_, _ = io.WriteString(c.w, text)
	return nil
}
