package window_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"dialpadsync.app/sync/local"
	"dialpadsync.app/ui/window/control"
	"dialpadsync.app/ui/window/look"
)

// TestLargeTextFits: at twice the size, in German, no page makes the window
// wider than it opens, and none cuts a word of its own.
func TestLargeTextFits(t *testing.T) {
	for page, text := range map[local.Page]string{
		local.PageOverview: "Alles prüfen", local.PageActivity: "Wiederhergestellt", local.PageProblems: "Artikel öffnen", local.PageSettings: "Passwortspeicher",
	} {
		t.Run(string(page), func(t *testing.T) {
			a := refused(2)
			a.Rows, a.Shown.Activity = some(), 5
			a.Shown.Accounts = append(a.Shown.Accounts, account("shop", "Magento", 190))
			d := open(t, a, german, at(page))
			d.until(text)
			fyne.CurrentApp().Settings().SetTheme(look.New(look.Options{Variant: "light", TextScale: 2}))
			content := d.Window.Canvas().Content()
			d.Window.Resize(fyne.NewSize(761, 560))
			d.Window.Resize(fyne.NewSize(760, 560))
			if width := content.MinSize().Width; width > 760 {
				t.Errorf("it needs %v", width)
			}
			for _, o := range d.Objects() {
				if b, ok := o.(*control.Button); ok && b.Size().Width < b.MinSize().Width-1 {
					t.Errorf("the button %q is %v wide and needs %v", b.Text, b.Size().Width, b.MinSize().Width)
				}
			}
		})
	}
}
