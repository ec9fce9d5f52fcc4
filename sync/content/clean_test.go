package content

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// pageURL stands for the public address of the article that is cleaned.
const pageURL = "https://help.example.com/hc/en-us/articles/42"

func TestClean(t *testing.T) {
	base := mustURL(t, pageURL)
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"only white space", " \n\t ", ""},
		{"text", "Returns &lt;30 days&gt; &amp; more", "Returns &lt;30 days&gt; &amp; more"},
		{"white space becomes single spaces", "<p> one\n  two </p>\n\n<p>three</p>\n", "<p>one two</p><p>three</p>"},
		{"space moves out of inline elements", "a<b> b </b>c", "a <b>b</b> c"},
		{"no-break space is kept", "<p>10\u00a0kg</p><p>&nbsp;</p>", "<p>10\u00a0kg</p><p>\u00a0</p>"},
		{"pre keeps white space", "<pre>\n  a\n\tb  \n</pre>", "<pre>  a\n\tb  \n</pre>"},
		{"pre keeps its second line break", "<pre>\n\na</pre>", "<pre>\n\na</pre>"},
		{"code in pre", "<pre><code>if a &lt; b {\n    return\n}</code></pre>", "<pre><code>if a &lt; b {\n    return\n}</code></pre>"},
		{"old names of pre", "<xmp>a <b> c</xmp>", "<pre>a &lt;b&gt; c</pre>"},
		{"headings", "<h1>A</h1><h2>B<h3>C</h3>", "<h1>A</h1><h2>B</h2><h3>C</h3>"},
		{"lists without end tags", "<ul><li>a<li>b<ol start=3><li>c</ol><li>d</ul>", `<ul><li>a</li><li>b<ol start="3"><li>c</li></ol></li><li>d</li></ul>`},
		{"definition lists", "<dl><dt>a<dd>b<dt>c<dd>d</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>"},
		{"tables without end tags", "<table><tr><th scope=col>a<th>b<tr><td colspan=2>c</table>d", `<table><tr><th scope="col">a</th><th>b</th></tr><tr><td colspan="2">c</td></tr></table>d`},
		{"empty cells stay", "<table><tr><td></td><td>x</td></tr></table>", "<table><tr><td></td><td>x</td></tr></table>"},
		{"cells without a row", "<table><td>a<td>b</table>", "<table><tr><td>a</td><td>b</td></tr></table>"},
		{"parts of a table outside one", "<tr><td>a</td></tr>", "a"},
		{"table in a cell", "<table><tr><td><table><tr><td>a</table>b</table>", "<table><tr><td><table><tr><td>a</td></tr></table>b</td></tr></table>"},
		{"end tags do not reach out of a cell", "<div><table><tr><td><b>a</div></p></table>b</div>c", "<div><table><tr><td><b>a</b></td></tr></table>b</div>c"},
		{"caption and sections", "<table><caption>c<thead><tr><th>h<tbody><tr><td>d</table>", "<table><caption>c</caption><thead><tr><th>h</th></tr></thead><tbody><tr><td>d</td></tr></tbody></table>"},
		{"figure", "<figure><img src=/a.png alt=A><figcaption>B</figcaption></figure>", `<figure><img src="https://help.example.com/a.png" alt="A"><figcaption>B</figcaption></figure>`},
		{"quotation", "<blockquote cite=x><p>q</blockquote>", "<blockquote><p>q</p></blockquote>"},
		{"details", "<details><summary>More</summary>text</details>", "<details><summary>More</summary>text</details>"},
		{"containers become div", "<section><article>a</article></section>", "<div><div>a</div></div>"},
		{"unknown elements leave their words", "<my-card>a <font color=red>b</font></my-card>", "a b"},
		{"empty elements leave no trace", "<div><p></p><ul><li></li></ul></div>x", "x"},
		{"empty blocks still part words", "one<div></div>two", "one two"},
		{"mis-nested formatting", "<b><i>a</b>b</i>c", "<b><i>a</i></b>bc"},
		{"formatting around blocks", "<b><p>a</b>b</p>c", "<b><p>ab</p></b>c"},
		{"old formatting", "<strike>a</strike> <tt>b</tt>", "<s>a</s> <code>b</code>"},
		{"paragraph in paragraph", "<p>a<p>b</p></p>c", "<p>a</p><p>b</p>c"},
		{"stray end tags", "</div></p></b>a</td>", "a"},
		{"line breaks", "a <br/> b</br>c<hr>d", "a<br>b<br>c<hr>d"},
		{"language and direction", `<p dir=RTL lang=ar>a</p><span lang=de>b</span><span class=x>c</span>`, `<p dir="rtl" lang="ar">a</p><span lang="de">b</span>c`},
		{"whole page", "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body class=x><p>a</p></body></html>", "<p>a</p>"},
		{"wrapped page", Wrap("<p>a</p>"), "<p>a</p>"},
		{"NUL and broken UTF-8", "a\x00b\xff&#0;c", "ab\ufffd\ufffdc"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkClean(t, base, tt.in, tt.want) })
	}
}

// checkClean also cleans the result again.
func checkClean(t *testing.T, base *url.URL, in, want string) {
	t.Helper()
	got := Clean(in, base)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Clean(%q) (-want +got):\n%s", in, diff)
	}
	if again := Clean(got, base); again != got {
		t.Errorf("Clean(%q) = %q, cleaned again %q", in, got, again)
	}
}

func TestCleanTakesOutWhatRuns(t *testing.T) {
	base := mustURL(t, pageURL)
	tests := []struct{ name, in, want string }{
		{"script", "a<script>alert('<p>')</script>b", "ab"},
		{"script in svg", "<svg><script>alert(1)</script><text>t</text></svg>", "t"},
		{"style", "<style>p{color:red}</style>a", "a"},
		{"event handlers", `<p onclick="x()" id=a class=b data-x=1>a</p><img src=/x.png onerror=x()>`, `<p>a</p><img src="https://help.example.com/x.png" alt="">`},
		{"javascript", `<a href="javascript:x()">a</a>`, "a"},
		{"javascript spelled oddly", "<a href=\" \x01Java\nScr&#9;ipt:x()\">a</a>", "a"},
		{"data and vbscript", `<a href="data:text/html,x">a</a> <a href="VBScript:x">b</a>`, "a b"},
		{"data picture", `<img src="data:image/png;base64,AAAA" alt=x>`, ""},
		{"comments", "a<!-- b --><![if x]>c<![endif]><?php d ?>", "ac"},
		{"form controls", "<form><label>Name <input name=a></label><select><option>x<option>y</select><textarea>z</textarea><button>Send</button></form>", "<div>Name Send</div>"},
		{"form inside select does not get out", "<select><p>x</p></div></select>a", "a"},
		{"template", "<table><template><tr><td>x</td></tr></template><tr><td>y</td></tr></table>", "<table><tr><td>y</td></tr></table>"},
		{"noscript", "<noscript><p>Please switch it on</p></noscript>a", "a"},
		{"objects and embeds", "<object data=x.swf><embed src=x.swf>words</object>", "words"},
		{"math source", "<math><semantics><mi>x</mi><annotation encoding=TeX>\\x</annotation></semantics></math>", "x"},
		{"nested attack", "<table><svg><title><img src=x onerror=1></title>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkClean(t, base, tt.in, tt.want) })
	}
}

func TestCleanTakesOutWhatNobodySees(t *testing.T) {
	hidden := []string{
		`<p hidden>x</p>`, `<p style="display:none">x</p>`, `<p style="DISPLAY : None !important">x</p>`,
		`<p style="dis/**/play:block;display:/* a;b */none">x</p>`,
		`<div style="display:none"><div>x</div><p>x</div>`, `<span style="visibility:hidden">x</span>`,
		`<tr style="visibility:collapse"></tr>`, `<p style="opacity:0">x</p>`, `<p style="opacity:0.0%">x</p>`,
		`<p style="font-size:0">x</p>`, `<p style="font-size:0px">x</p>`, `<p style="font-size:1px">x</p>`,
		`<div style="font-size:0"><span style="font-size:2em">x</span></div>`,
		`<p style="text-indent:-9999px">x</p>`, `<p style="position:absolute;left:-9999px">x</p>`,
		`<p style="left:-100em;position:fixed">x</p>`, `<p style="margin-left:-9999px">x</p>`,
		`<p style="position:absolute;clip:rect(0,0,0,0)">x</p>`,
		`<p style="position:absolute;clip:rect(1px 1px 1px 1px)">x</p>`, `<p style="clip-path:inset(50%)">x</p>`,
		`<dialog>x</dialog>`, `<b style="display:none"><p>x</p></b>`,
		`<img style="display:none" src=https://a.example/x.png>`, `<img width=1 height=1 src=https://a.example/x.png>`,
		`<iframe style="display:none" src=https://a.example/x></iframe>`,
		`<video hidden src=https://a.example/x><source src=https://a.example/y></video>`,
		`<ul><li style="display:none">x</ul>`, `<table><tr><td hidden>x</td></tr></table>`,
	}
	for _, in := range hidden {
		if got := Clean(in, mustURL(t, pageURL)); got != "" {
			t.Errorf("Clean(%q) = %q, want nothing", in, got)
		}
	}
	seen := []struct{ in, want string }{
		{`<p hidden=until-found>x</p>`, "<p>x</p>"},
		{`<p aria-hidden=true>x</p>`, "<p>x</p>"},
		{`<div style="visibility:hidden">a<p style="visibility:visible">b</p></div>`, "<div><p>b</p></div>"},
		{`<div style="font-size:0"> <span style="font-size:16px">b</span></div>`, "<div>b</div>"},
		{`<div style="text-indent:-999px"><p style="text-indent:0">b</p></div>`, "<div><p>b</p></div>"},
		{`<p style="text-indent:-2em">a</p>`, "<p>a</p>"},
		{`<p style="left:-9999px">a</p>`, "<p>a</p>"},
		{`<p style="opacity:0.5;font-size:80%;display:block">a</p>`, "<p>a</p>"},
		{`<ul><li style="display:none">x<li>y</ul>`, "<ul><li>y</li></ul>"},
		{`<p style="display:none">x<p>y`, "<p>y</p>"},
		{`<span style="display:none">x</span>y`, "y"},
		{`<dialog open>a</dialog>`, "<div>a</div>"},
	}
	for _, tt := range seen {
		checkClean(t, mustURL(t, pageURL), tt.in, tt.want)
	}
}

func TestCleanCharacters(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"zero-width", "in\u200bvis\ufeffi\u2060ble\u200d \u200ctext", "invisible text"},
		{"as entities", "a&#x200b;b&zwj;c&#x202e;d", "abcd"},
		{"bidi overrides and isolates", "user\u202ecod.exe\u202c \u2066a\u2069", "usercod.exe a"},
		{"soft hyphen", "Ver&shy;trag", "Vertrag"},
		{"control characters", "a\x07b\u009fc&#x1f;d", "abcd"},
		{"smuggled tags", "a\U000E0041\U000E0042b", "ab"},
		{"joiner in emoji", "\U0001F468\u200d\U0001F469\u200d\U0001F467", "\U0001F468\u200d\U0001F469\u200d\U0001F467"},
		{"joiner after a variation selector", "\u2764\ufe0f\u200d\U0001F525", "\u2764\ufe0f\u200d\U0001F525"},
		{"variation selectors pile up", "\u2764\ufe0f\ufe0f\ufe01x", "\u2764\ufe0fx"},
		{"non-joiner in Persian", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"},
		{"direction mark beside Hebrew", "\u05d0\u200ea", "\u05d0\u200ea"},
		{"direction mark in English", "a\u200eb\u200f", "ab"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkClean(t, nil, tt.in, tt.want) })
	}
}
