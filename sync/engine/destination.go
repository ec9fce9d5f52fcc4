package engine

import (
	"context"
	"errors"
	"iter"

	"dialpadsync.app/sync/source"
)

// Node is a document as Dialpad holds it.
type Node struct {
	// ID is Dialpad's opaque id; empty means that no node is known.
	ID   string
	Kind source.DocumentKind
	Key  source.Key
	// Locale is needed to read and write the node's content.
	Locale string
	// Version moves when the node changes, or is empty where the API does not
	// report one.
	Version string
	// Status is Dialpad's word; "published" is the only one that counts as held.
	Status string
	// Created orders duplicates, as the API spells it; it may be empty.
	Created string
}

// Published is the status of a node that Dialpad's assistant uses.
const Published = "published"

// ErrNodeGone is returned by Put and Read when the known node no longer exists
// (or is no longer ours). The engine then creates it again.
var ErrNodeGone = errors.New("the node is no longer in Dialpad")

// Destination is where documents go. Every method is safe to call from several
// goroutines for different keys.
type Destination interface {
	// Put makes the node equal to the document: with an empty known.ID it
	// creates one (node, then content), otherwise it rewrites the known one. It
	// returns the node whenever one exists, also beside an error; an error
	// whose source.Error says Unsure may have created a node nobody knows.
	Put(ctx context.Context, doc source.Document, known Node) (Node, error)
	// Delete removes a node after reading again that it is ours; already gone
	// is success.
	Delete(ctx context.Context, node Node) error
	// Owned lists every node that carries our source value, of any status. A
	// listing that ends without an error is complete.
	Owned(ctx context.Context) iter.Seq2[Node, error]
	// Read returns what the node holds, cleaned like a source's document, and
	// the node's metadata as read in the same moment. A node without content
	// gives an empty HTML and ErrNoContent.
	Read(ctx context.Context, node Node) (source.Document, Node, error)
}

// ErrNoContent is returned by Read for a node whose content was never uploaded.
var ErrNoContent = errors.New("the node has no content")

// SignInTester is a Destination that can say, for one request, whether it still
// lets us in.
type SignInTester interface {
	// TestSignIn waits for nothing and tries once.
	TestSignIn(ctx context.Context) error
}
