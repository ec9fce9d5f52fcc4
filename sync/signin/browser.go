package signin

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/pkg/browser"
)

// openPatience is how long opening a browser may take before it counts as
// opened: some commands end only with the browser.
const openPatience = 3 * time.Second

// silence keeps what browsers print out of ours. The library takes its streams
// from variables, which are set once, before the first use.
var silence = sync.OnceFunc(func() {
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
})

// Browser shows a page in the person's browser. It returns within 3 seconds:
// nil when the browser took the page or is still starting, else why none could
// be opened. A command that goes on running is left to end with the browser;
// the system gives no way to let go of it earlier.
func Browser(url string) error {
	if err := secure("page", url); err != nil {
		return fmt.Errorf("open the browser: %w", err)
	}
	silence()
	ended := make(chan error, 1)
	go func() { ended <- browser.OpenURL(url) }()
	patience := time.NewTimer(openPatience)
	defer patience.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return errors.New("open the browser: no program on this computer opens web pages")
		}
	case <-patience.C:
	}
	return nil
}
