package window

// Drawn is the activity the newest drawn picture counted.
func (w *Window) Drawn() int64 { return w.picture.Activity }
