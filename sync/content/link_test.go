package content

import "testing"

func TestCleanLinks(t *testing.T) {
	base := mustURL(t, pageURL)
	const host = "https://help.example.com"
	tests := []struct{ name, in, want string }{
		{"absolute", `<a href="https://a.example/x?b=1&amp;c=2#d" title="T" target=_blank>a</a>`, `<a href="https://a.example/x?b=1&amp;c=2#d" title="T">a</a>`},
		{"to the root", `<a href="/hc/x">a</a>`, `<a href="` + host + `/hc/x">a</a>`},
		{"relative", `<a href="../43">a</a>`, `<a href="` + host + `/hc/en-us/43">a</a>`},
		{"inside the page", `<a href="#part">a</a>`, `<a href="` + pageURL + `#part">a</a>`},
		{"without a scheme", `<a href="//cdn.example/x">a</a>`, `<a href="https://cdn.example/x">a</a>`},
		{"mail and telephone", `<a href="mailto:a@b.example">a</a> <a href="tel:+4930">b</a>`, `<a href="mailto:a@b.example">a</a> <a href="tel:+4930">b</a>`},
		{"stray per cent", `<a href="/100%">a</a>`, `<a href="` + host + `/100%25">a</a>`},
		{"spaces and umlauts", `<a href="/a b/ü?q=ü &quot;">a</a>`, `<a href="` + host + `/a%20b/%C3%BC?q=%C3%BC%20%22">a</a>`},
		{"broken", `<a href="https://[x">a</a><a>b</a>`, "ab"},
		{"no host", `<a href="http:x">a</a>`, "a"},
		{"around blocks", `<a href=/x><div><h3>a</h3></div></a>b`, `<a href="` + host + `/x"><div><h3>a</h3></div></a>b`},
		{"in a link", `<a href=/x>a<a href=/y>b</a></a>`, `<a href="` + host + `/x">a</a><a href="` + host + `/y">b</a>`},
		{"in a link, a block between", `<a href=/x>a<div><a href=/y>b</a></div></a>`, `<a href="` + host + `/x">a<div>b</div></a>`},
		{"link without words gives way", `<a href=/x><div><a href=/y>b</a></div></a>`, `<div><a href="` + host + `/y">b</a></div>`},
		{"anchors", `<h2><a name=x id=y></a>a</h2>`, "<h2>a</h2>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkClean(t, base, tt.in, tt.want) })
	}
}

func TestCleanPictures(t *testing.T) {
	base := mustURL(t, pageURL)
	const picture = `<img src="https://help.example.com/l.png" alt="">`
	tests := []struct{ name, in, want string }{
		{"attributes", `<img alt=" a &quot;b&quot; " src=/l.png width=10 height=50% title=T>`, `<img src="https://help.example.com/l.png" alt="a &quot;b&quot;" title="T" width="10">`},
		{"plain address wins", `<img src=/l.png srcset="/x.png 2x">`, picture},
		{"largest by width", `<img srcset="/s.png 100w, /l.png 800w,/m.png 400w">`, picture},
		{"largest by density", `<img srcset="/s.png, /l.png 2x">`, picture},
		{"lazy", `<img src="data:image/gif;base64,R0" data-src=/l.png>`, picture},
		{"picture element", `<picture><source srcset=/l.webp><img src=/l.png></picture>`, picture},
		{"other schemes", `<img src="cid:x"><img src="blob:y"><img src="file:///z"><img>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkClean(t, base, tt.in, tt.want) })
	}
}

func TestCleanPlayers(t *testing.T) {
	base := mustURL(t, pageURL)
	link := func(address string) string { return `<a href="` + address + `">` + address + `</a>` }
	tests := []struct{ name, in, want string }{
		{"YouTube", `<iframe src="//www.youtube-nocookie.com/embed/abc?rel=0" allowfullscreen>x</iframe>`, link("https://www.youtube.com/watch?v=abc")},
		{"Vimeo", `<iframe src="https://player.vimeo.com/video/7?h=1"></iframe>`, link("https://vimeo.com/7")},
		{"other", `a<iframe src="https://play.example/v"></iframe>b`, "a " + link("https://play.example/v") + " b"},
		{"video", `<video src="/v.mp4">Your browser is old</video>`, link("https://help.example.com/v.mp4")},
		{"video with sources", `<video><source src="/v.webm"><source src="/v.mp4"></video>`, link("https://help.example.com/v.webm")},
		{"local", `<iframe src="about:blank"></iframe><iframe srcdoc="<p>x"></iframe>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkClean(t, base, tt.in, tt.want) })
	}
}

func TestBaseElement(t *testing.T) {
	base := mustURL(t, pageURL)
	tests := []struct{ name, in, want string }{
		{"absolute", `<base href="https://b.example/d/"><a href=x>a</a>`, `<a href="https://b.example/d/x">a</a>`},
		{"relative", `<BASE HREF=/d/><a href=x>a</a>`, `<a href="https://help.example.com/d/x">a</a>`},
		{"after the link, first one counts", `<a href=x>a</a><base target=_top><base href="https://b.example/"><base href="https://c.example/">`, `<a href="https://b.example/x">a</a>`},
		{"not allowed", `<base href="javascript:x"><a href=/x>a</a>`, `<a href="https://help.example.com/x">a</a>`},
		{"in a script", `<script>"<base href='https://evil.example/'>"</script><a href=/x>a</a>`, `<a href="https://help.example.com/x">a</a>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkClean(t, base, tt.in, tt.want) })
	}
}

func TestWithoutBase(t *testing.T) {
	checkClean(t, nil, `<a href="/x">a</a><img src="/y.png"><a href="//h.example/z">b</a>`, `a<a href="https://h.example/z">b</a>`)
}
