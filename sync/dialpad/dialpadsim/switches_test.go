package dialpadsim

import (
	"reflect"
	"strings"
	"testing"
)

func TestSetSwitchByName(t *testing.T) {
	var s Switches
	for _, text := range []string{
		"dup=upsert", "create_code=200", "versions=v2.2,v3.0", "retired=", "reject_titles=^x", "lag_ms=50", "strict=on",
	} {
		name, value, _ := strings.Cut(text, "=")
		if err := s.Set(name, value); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if s.Dup != "upsert" || s.CreateCode != 200 || len(s.Versions) != 2 || s.RejectTitles != "^x" || s.LagMS != 50 || s.Strict != "on" {
		t.Errorf("%+v", s)
	}
	for text, want := range map[string]string{
		"dup=twice": "none of conflict, upsert, duplicate", "create_code=202": "not allowed", "lag_ms=x": "whole number",
		"lag_ms=-1": "not allowed", "nothing=1": "no switch", "reject_titles=(": "reject_titles",
	} {
		name, value, _ := strings.Cut(text, "=")
		if err := s.Set(name, value); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v does not say %q", text, err, want)
		}
	}
}

// Every field can be named, so that the command line reaches it.
func TestEverySwitchHasItsName(t *testing.T) {
	var s Switches
	names := map[string]bool{"reject_titles": true}
	for _, c := range s.choices() {
		names[c.name] = true
	}
	for _, a := range s.amounts() {
		names[a.name] = true
	}
	for name := range s.lists() {
		names[name] = true
	}
	typ := reflect.TypeFor[Switches]()
	for i := range typ.NumField() {
		if name := typ.Field(i).Tag.Get("json"); !names[name] {
			t.Errorf("%s (%s) is in no table", typ.Field(i).Name, name)
		}
	}
	if len(names) != typ.NumField() {
		t.Errorf("%d names for %d fields", len(names), typ.NumField())
	}
}

func TestNewRefusesWhatIsWrong(t *testing.T) {
	if _, err := New(Config{Switches: Switches{Dup: "twice"}}); err == nil || !strings.Contains(err.Error(), "dup") {
		t.Errorf("switch: %v", err)
	}
	if _, err := New(Config{Faults: []string{"GET /x stauts=500"}}); err == nil || !strings.Contains(err.Error(), "stauts") {
		t.Errorf("fault: %v", err)
	}
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if sw := s.Switches(); sw.Dup != "conflict" || sw.CreateCode != 201 || len(sw.Versions) != 2 || sw.PageCap != 100 {
		t.Errorf("defaults: %+v", sw)
	}
	if err := s.SetSwitches(func(sw *Switches) { sw.Cursor = "never" }); err == nil || s.Switches().Cursor != "stable" {
		t.Errorf("a wrong change: %v, %q in force", err, s.Switches().Cursor)
	}
}
