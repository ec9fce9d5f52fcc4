package magento

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"dialpadsync.app/sync/source"
)

// authorize signs a request and remembers whether there was anything to sign
// with.
func (s *Source) authorize(req *http.Request, token string) error {
	bearer, err := s.signer.authorize(req, token)
	if err == nil {
		s.bearer.Store(bearer)
	}
	return err
}

// Check says which integration this is: Magento tells no name, so that its
// consumer key stands for it. What it may read is tried.
func (s *Source) Check(ctx context.Context) (source.Who, error) {
	who := source.Who{Host: s.base.Host, Role: "integration"}
	corners, err := s.corners(ctx, 0)
	if err != nil {
		return who, err
	}
	for _, c := range corners {
		if c.anyPages() {
			for _, endpoint := range []string{"cmsPage/search", "cmsBlock/search"} {
				if err := s.may(ctx, everyView, endpoint); err != nil {
					return who, err
				}
			}
		}
		if c.anyProducts() {
			if err := s.may(ctx, c.code, "products"); err != nil {
				return who, err
			}
		}
		if len(c.category) > 0 && !c.products {
			if _, err := s.tree(ctx); err != nil {
				return who, err
			}
		}
	}
	who.ReadsAll = true
	sum := sha256.Sum256([]byte(s.signer.consumer()))
	who.ID = hex.EncodeToString(sum[:6])
	return who, nil
}

// may tries to read one item.
func (s *Source) may(ctx context.Context, view, endpoint string) error {
	q := query{size: 1, fields: "id"}
	_, _, _, err := search[page](ctx, s, "try to read "+strings.TrimSuffix(endpoint, "/search"), view, endpoint, q)
	return err
}

// resource is what an integration lacks, by the resources that guard what is
// read (contract §1.6).
func resource(endpoint string) string {
	switch {
	case strings.HasPrefix(endpoint, "cmsPage"):
		return "Content > Elements > Pages"
	case strings.HasPrefix(endpoint, "cmsBlock"):
		return "Content > Elements > Blocks"
	case strings.HasPrefix(endpoint, "products"):
		return "Catalog > Inventory > Products"
	case strings.HasPrefix(endpoint, "categories"):
		return "Catalog > Inventory > Categories"
	case strings.HasPrefix(endpoint, "store"):
		return "Stores > Settings > All Stores"
	}
	return ""
}

// lacking names the resource in an error about a missing right.
func lacking(err error, endpoint string) error {
	var e *source.Error
	if !errors.As(err, &e) || e.Kind != source.Forbidden || resource(endpoint) == "" {
		return err
	}
	named := *e
	named.Err = errors.New("the integration does not have " + resource(endpoint))
	return &named
}
