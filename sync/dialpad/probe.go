package dialpad

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"dialpadsync.app/sync/rest"
	"dialpadsync.app/sync/source"
)

// Report compares the API's own description with what this package uses, for
// the diagnostics: it is how assumptions about the API are checked at a real
// tenant. It holds no data of the customer.
type Report struct {
	// Version is the version described.
	Version string
	// Described says whether a description could be read; the rest is empty
	// otherwise.
	Described bool
	// Missing are operations that this package uses and the description does
	// not have ("PUT /kbm/nodes/{}"), New those it has beside; both sorted,
	// every path parameter as {}.
	Missing, New []string
}

// Probe finds the API version to speak: the pinned one, or the newest that
// either describes every operation needed or lists nodes. The caller keeps it.
// Where none answers, the error has Kind Fatal and CodeNoKnowledgeAPI; a
// refused sign-in or a missing right ends the search.
func Probe(ctx context.Context, client *rest.Client, pinned string) (version string, report Report, err error) {
	candidates := versions
	if pinned != "" {
		candidates = []string{pinned}
	}
	last := error(&source.Error{Kind: source.Fatal, Code: source.CodeNoKnowledgeAPI, Op: "find the API version", Side: side})
	for _, version := range candidates {
		d := New(Config{Client: client, Version: version})
		report, err := d.describe(ctx)
		if err == nil && report.Described && len(report.Missing) == 0 {
			return version, report, nil
		}
		if err == nil {
			err = d.alive(ctx)
		}
		switch {
		case err == nil:
			return version, report, nil
		case source.CodeOf(err) != source.CodeNoKnowledgeAPI:
			return "", report, err
		}
		last = err
	}
	return "", Report{}, last
}

// describe reads the API's description. That there is none, or nothing that can
// be understood, is no failure.
func (d *Destination) describe(ctx context.Context) (Report, error) {
	var s swagger
	r := d.request(readSwagger, "", "")
	_, err := d.client.JSON(ctx, r, &s)
	var e *source.Error
	switch {
	case err == nil:
		return s.report(d.version), nil
	case errors.As(err, &e) && (refusesDocument(e.Status) || isClosed(e.Status) || isMissing(err) || e.Code == source.CodeNotData):
		return Report{Version: d.version}, nil
	}
	return Report{}, err
}

// isClosed: a description may ask for other rights than the API itself, which
// is asked next.
func isClosed(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

var parameter = regexp.MustCompile(`\{[^/]*\}`)

// report compares. Only operations of this version count.
func (s swagger) report(version string) Report {
	described := make(map[string]bool)
	for path, verbs := range s.Paths {
		full := operationPath(s.base()+path, version)
		for verb := range verbs {
			if isVerb(verb) {
				described[strings.ToUpper(verb)+" "+full] = true
			}
		}
	}
	r := Report{Version: version, Described: len(described) > 0}
	for _, e := range needed {
		operation := e.method + " " + operationPath(strings.TrimPrefix(e.template, "/{version}"), version)
		if !described[operation] {
			r.Missing = append(r.Missing, operation)
		}
		delete(described, operation)
	}
	for operation := range described {
		r.New = append(r.New, operation)
	}
	slices.Sort(r.Missing)
	slices.Sort(r.New)
	return r
}

// operationPath is a path without its version and the names of its parameters.
func operationPath(path, version string) string {
	path = strings.TrimPrefix(path, "/"+version)
	path = strings.TrimSuffix(path, "/")
	return parameter.ReplaceAllString(path, "{}")
}

func isVerb(name string) bool {
	switch strings.ToUpper(name) {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return true
	}
	return false
}
