package magento

import "testing"

func TestAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"shop.example":                                "https://shop.example",
		" HTTPS://Shop.Example/ ":                     "https://shop.example",
		"http://shop.example":                         "https://shop.example",
		"https://shop.example/index.php/admin_1x/":    "https://shop.example",
		"https://shop.example/rest/default/V1/orders": "https://shop.example",
		"https://shop.example/store/rest/V1":          "https://shop.example/store",
		"shop.example/coffee.html":                    "https://shop.example",
		"https://shop.example:8443":                   "https://shop.example:8443",
		"http://127.0.0.1:7402/":                      "http://127.0.0.1:7402",
	} {
		base, note, err := ParseAddress(text)
		if err != nil || base.String() != want || note == "" {
			t.Errorf("%q gives %v, %v", text, base, err)
		}
	}
	for _, text := range []string{"", "owner@shop.example", "shop", "ftp://shop.example", "http://", "::"} {
		if base, _, err := ParseAddress(text); err == nil {
			t.Errorf("%q gives %v", text, base)
		}
	}
	if got := SourceValue(address("https://shop.example/store")); got != "dialpad-sync:magento:shop.example-store" {
		t.Error(got)
	}
}
