package dialpad

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"dialpadsync.app/sync/dialpad/dialpadsim"
	"dialpadsync.app/sync/engine"
	"dialpadsync.app/sync/source"
)

func discover(w *world, version, pinned string) (*Discovered, *[]Found) {
	var found []Found
	config := Config{Client: w.client, SourceValue: ours, Locale: "en-us", Version: version}
	return Discover(config, pinned, func(f Found) { found = append(found, f) }), &found
}

func returns(key source.Key) source.Document {
	return source.Document{Key: key, Kind: source.Article, Title: "Returns", HTML: "<p>Within 30 days.</p>", Locale: "en-us"}
}

func TestTheVersionIsFoundOnceAndKept(t *testing.T) {
	w := newWorld(t)
	d, found := discover(w, "", "")
	for _, key := range []source.Key{"1:en-us", "2:en-us"} {
		if _, err := d.Put(t.Context(), returns(key), engine.Node{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(*found) != 1 || (*found)[0].Version != "v3.1" || !(*found)[0].Report.Described {
		t.Errorf("found %+v", *found)
	}
}

func TestARetiredVersionIsReplacedWithoutLosingTheWrite(t *testing.T) {
	w := newWorld(t, func(s *setting) {
		s.switches = dialpadsim.Switches{Versions: []string{"v2.2"}, Retired: []string{"v3.1"}}
	})
	d, found := discover(w, "v3.1", "")
	node, err := d.Put(t.Context(), returns("1:en-us"), engine.Node{})
	if err != nil || node.ID == "" {
		t.Fatalf("%+v, %v", node, err)
	}
	if len(*found) != 1 || (*found)[0].Version != "v2.2" || len(w.sim.Nodes()) != 1 {
		t.Errorf("found %+v, %d nodes", *found, len(w.sim.Nodes()))
	}
	doc, _, err := d.Read(t.Context(), node)
	if err != nil || doc.Title != "Returns" {
		t.Errorf("%+v, %v", doc, err)
	}
	n := 0
	for owned, err := range d.Owned(t.Context()) {
		if err != nil || owned.ID != node.ID {
			t.Errorf("%+v, %v", owned, err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d listed", n)
	}
	if err := d.Delete(t.Context(), node); err != nil || len(w.sim.Nodes()) != 0 {
		t.Errorf("%v, %d nodes", err, len(w.sim.Nodes()))
	}
}

func TestAPinnedVersionThatIsGoneIsSaid(t *testing.T) {
	w := newWorld(t, func(s *setting) {
		s.switches = dialpadsim.Switches{Versions: []string{"v2.2"}, Retired: []string{"v3.1"}}
	})
	d, _ := discover(w, "", "v3.1")
	if _, err := d.Test(t.Context()); source.CodeOf(err) != source.CodeNoKnowledgeAPI {
		t.Error(err)
	}
	if _, err := d.Put(t.Context(), returns("1:en-us"), engine.Node{}); source.CodeOf(err) != source.CodeNoKnowledgeAPI {
		t.Error(err)
	}
}

// Looking for the version takes as long as Dialpad takes; whoever waits for it
// can give up before.
func TestWaitingForTheVersionEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, bubble)
		w.fault("GET /swagger.json delay=50s")
		d, _ := discover(w, "", "")
		first := make(chan error, 1)
		go func() {
			_, err := d.Put(t.Context(), returns("1:en-us"), engine.Node{})
			first <- err
		}()
		time.Sleep(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		_, err := d.Put(ctx, returns("2:en-us"), engine.Node{})
		if took := time.Since(began); took > 2*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %v: %v", took, err)
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}
