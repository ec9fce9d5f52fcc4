package main

import (
	"fmt"
	"html/template"
	"os"
)

var page = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Dialpad Sync: storybook</title>
<style>
body { font-family: sans-serif; margin: 2em; background: #888; }
h2 { margin: 2em 0 .5em; }
figure { display: inline-block; margin: 0 1em 1em 0; vertical-align: top; }
figcaption { font-size: 80%; }
img { max-width: 640px; display: block; }
</style>
<h1>Dialpad Sync: storybook</h1>
{{range .Scenes}}{{$scene := .}}<h2 id="{{.Name}}">{{.Title}}</h2>
{{range $.Ways}}<figure><img src="{{.File $scene.Name}}" loading="lazy" alt="{{$scene.Title}}"><figcaption>{{.Language}}, {{.Theme}}</figcaption></figure>
{{end}}{{end}}</html>
`))

// Name and Title are for the index.
func (s scene) Name() string { return s.name }

// Title is what the scene is about.
func (s scene) Title() string { return s.title }

// File is for the index.
func (l way) File(scene string) string { return l.file(scene) }

// writeIndex writes the page that shows the scenes.
func writeIndex(path string, scenes []scene) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the index: %w", err)
	}
	err = page.Execute(file, struct {
		Scenes []scene
		Ways   []way
	}{scenes, ways()})
	if err != nil {
		_ = file.Close()
		return fmt.Errorf("write the index: %w", err)
	}
	return file.Close()
}
