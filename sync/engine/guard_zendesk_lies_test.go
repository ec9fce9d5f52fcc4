package engine_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"dialpadsync.app/sync/source/zendesk/zendesksim"
)

// front stands between the connector and an account, and lies while it is told
// to.
type front struct {
	account *zendesksim.Server
	lie     atomic.Pointer[wireLie]
}

// wireLie answers in the account's place. The zero wireLie lets it answer.
type wireLie func(w http.ResponseWriter, r *http.Request, account http.Handler)

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if lie := f.lie.Load(); lie != nil && strings.HasPrefix(r.URL.Path, "/api/") {
		(*lie)(w, r, f.account)
		return
	}
	f.account.ServeHTTP(w, r)
}

// rewritten answers with the account's JSON, changed.
func rewritten(w http.ResponseWriter, r *http.Request, account http.Handler, change func(body map[string]any)) {
	whole := httptest.NewRecorder()
	account.ServeHTTP(whole, r)
	maps.Copy(w.Header(), whole.Header())
	w.Header().Del("Content-Length")
	var body map[string]any
	dec := json.NewDecoder(whole.Body)
	dec.UseNumber()
	if whole.Code == http.StatusOK && dec.Decode(&body) == nil {
		change(body)
	}
	w.WriteHeader(whole.Code)
	_ = json.NewEncoder(w).Encode(body) // a recorder's writer and a pipe: the reader sees what is missing
}

// without answers lists of a kind without some of their entries, and 404 for
// each of those.
func without(kind string, ids map[int64]bool) wireLie {
	return func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		path := strings.Split(strings.TrimSuffix(r.URL.Path, ".json"), "/")
		last := path[len(path)-1]
		id, err := strconv.ParseInt(last, 10, 64)
		switch {
		case err == nil && path[len(path)-2] == kind && ids[id]:
			notFound(w)
		case last == kind:
			rewritten(w, r, account, func(body map[string]any) {
				list, _ := body[kind].([]any)
				body[kind] = slices.DeleteFunc(list, func(entry any) bool {
					id, _ := entry.(map[string]any)["id"].(json.Number).Int64()
					return ids[id]
				})
			})
		default:
			account.ServeHTTP(w, r)
		}
	}
}

func notFound(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprint(w, `{"error":"RecordNotFound","description":"Not found"}`)
}

// ofBrand answers requests for one host with what another one has.
func ofBrand(host, other string) wireLie {
	return func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if r.Host == host {
			r = r.Clone(r.Context())
			r.Host = other
		}
		account.ServeHTTP(w, r)
	}
}

// firstPageAgain shows the first page of articles for ever.
func firstPageAgain(then wireLie) wireLie {
	return func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		query := r.URL.Query()
		if strings.HasSuffix(r.URL.Path, "/articles") && query.Has("page[after]") {
			r = r.Clone(r.Context())
			query.Del("page[after]")
			r.URL.RawQuery = query.Encode()
		}
		then(w, r, account)
	}
}

// brokenAfter lets the second page of a listing fail.
func brokenAfter(then wireLie) wireLie {
	return func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/articles") && r.URL.Query().Has("page[after]") {
			http.Error(w, "<html>Bad gateway</html>", http.StatusBadGateway)
			return
		}
		then(w, r, account)
	}
}

// loginPage is what a proxy or an expired session answers to everything.
func loginPage(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!doctype html><title>Sign in</title><form action=\"/login\"></form>")
}

// helpCenterOnly answers like this for everything about the help center.
func helpCenterOnly(answer http.HandlerFunc) wireLie {
	return func(w http.ResponseWriter, r *http.Request, account http.Handler) {
		if strings.Contains(r.URL.Path, "/help_center/") {
			answer(w, r)
			return
		}
		account.ServeHTTP(w, r)
	}
}

func forbidden(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprint(w, `{"error":{"title":"Forbidden","message":"You do not have access to this page."}}`)
}
