package main

import (
	"runtime"

	"github.com/go-gl/gl/v2.1/gl"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// screen says why no window can be shown, as a key of the catalog, or nothing.
// The toolkit itself ends or panics where there is no display or no OpenGL. It
// is called in the main thread.
func screen(getenv func(string) string) (reason string) {
	if runtime.GOOS == "linux" && getenv("DISPLAY") == "" {
		if getenv("WAYLAND_DISPLAY") != "" {
			return "frame.no_xwayland"
		}
		return "frame.no_screen"
	}
	missing := "frame.no_screen"
	defer func() {
		if recover() != nil { // an error the binding does not expect
			reason = missing
		}
	}()
	if err := glfw.Init(); err != nil {
		return missing
	}
	_ = glfw.GetMonitors() // panics where Init had an error it only logged
	missing = "frame.no_opengl"
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2) // what the toolkit asks for
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	probe, err := glfw.CreateWindow(1, 1, "", nil, nil)
	if err != nil {
		return missing
	}
	defer probe.Destroy()
	probe.MakeContextCurrent()
	defer glfw.DetachCurrentContext()
	if gl.Init() != nil {
		return missing
	}
	return ""
}
